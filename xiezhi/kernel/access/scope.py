"""Over what a grant reaches: the subtree of an organisation and a field. The registry tells how bodies are nested."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor, Held
from xiezhi.kernel.access.enums import Role

Subtree = Callable[[str], frozenset[str]]
Naming = Callable[[str], Words]
_subtree: list[Subtree] = []
_naming: list[Naming] = []


def tell_subtree(lookup: Subtree) -> None:
    """Let a higher room say which organisations lie in the subtree of one, itself and its predecessors included."""
    _subtree[:] = [lookup]


def tell_names(naming: Naming) -> None:
    """Let a higher room say what an organisation is called."""
    _naming[:] = [naming]


def organisation_name(code: str) -> Words:
    """Return what an organisation is called."""
    return _naming[0](code)


@dataclass(frozen=True)
class Reach:
    """Organisations and fields that an actor reaches in some roles; None = all."""

    organisations: frozenset[str] | None
    field: str | None


def within(organisation: str, ancestor: str) -> bool:
    """Whether an organisation lies in the subtree of another; everything lies in the city (empty)."""
    return not ancestor or organisation in _subtree[0](ancestor)


def covers(grant: Held, *, organisation: str, field: str) -> bool:
    """Whether a grant reaches what belongs to an organisation and a field; an empty field concerns all of them."""
    return (not grant.field or not field or grant.field == field) and within(organisation, grant.organisation)


def holds(actor: Actor, roles: Iterable[Role], *, organisation: str = "", field: str = "") -> bool:
    """Whether the actor has one of the roles over this organisation and field."""
    wanted = frozenset(roles)
    return any(g.role in wanted and covers(g, organisation=organisation, field=field) for g in actor.grants)


def reach(actor: Actor, roles: Iterable[Role]) -> tuple[Reach, ...]:
    """Return what the actor reaches in these roles, a part for each grant; none = nothing. Lists filter by it."""
    wanted = frozenset(roles)
    return tuple(
        Reach(_subtree[0](g.organisation) if g.organisation else None, g.field or None)
        for g in actor.grants
        if g.role in wanted
    )


def acting_by(actor: Actor, roles: Iterable[Role], *, organisation: str = "", field: str = "") -> Held | None:
    """Return the grant by which the actor acts here: one of his own before one held for somebody else.

    Its ``stands_in_for`` is the person for whom the act is done. None: no grant of these roles reaches so far.
    """
    wanted = frozenset(roles)
    fit = [g for g in actor.grants if g.role in wanted and covers(g, organisation=organisation, field=field)]
    return min(fit, key=lambda grant: grant.stands_in_for is not None, default=None)


def concerns(actor: Actor, account: int | None, *, by: Held | None = None) -> bool:
    """Whether a matter about this account is the actor's own: he is the person, or acts for him as a deputy."""
    if account is None:
        return False
    return actor.account == account or (by is not None and by.stands_in_for == account)
