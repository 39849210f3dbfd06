"""A signed-in person as a frozen value: account, and the grants that hold today."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from xiezhi.engine.errors import XiezhiError
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.ledger.author import Author


class NobodySignedIn(XiezhiError):  # noqa: N818  named by what it says
    """Something that only a person can do was asked for by nobody."""


@dataclass(frozen=True)
class Held:
    """A grant that holds: role over the subtree of ``organisation`` and one ``field``; empty = all."""

    role: Role
    organisation: str = ""
    field: str = ""
    stands_in_for: int | None = None


@dataclass(frozen=True)
class Actor(Author):
    """Someone who acts. ``grants`` are those of the day; ``organisation`` is the body he works for, if known."""

    grants: tuple[Held, ...] = ()
    organisation: str = ""

    @property
    def id(self) -> int:
        """Return the account's number.

        Raises:
            NobodySignedIn: the actor is nobody.
        """
        if self.account is None:
            raise NobodySignedIn("sign in first: this is done by a person")
        return self.account

    def roles(self) -> frozenset[Role]:
        """Return the roles held anywhere."""
        return frozenset(grant.role for grant in self.grants)


def holding(on: date) -> Q:
    """Return the condition of grants that hold on a day. A deputy's ends with the account he stands in for."""
    return Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on)) & ~Q(stands_in_for__is_active=False)


def same_person(actor: Author, account: int | None) -> bool:
    """Whether an account is the actor's own: nobody is his own second person, whomever he stands in for."""
    return account is not None and actor.account == account


def actor_of(account: Account, *, on: date) -> Actor:
    """Return the actor of an account with the grants that hold on a day. An ended account holds none."""
    if not account.is_active:
        return Actor(account.pk, account.name)
    held = account.grants.filter(holding(on)).order_by("pk")
    grants = tuple(Held(Role(g.role), g.organisation, g.field, g.stands_in_for_id) for g in held)
    return Actor(account.pk, account.name, grants)
