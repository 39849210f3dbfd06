"""The main menu: what an actor finds in it, and how many things wait behind an entry."""

from collections.abc import Callable
from dataclasses import dataclass

from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import Role

Count = Callable[[Actor], int]


@dataclass(frozen=True)
class Entry:
    """One entry. ``roles`` empty: everybody who is signed in. ``address`` is the name of a route."""

    address: str
    words: Words
    roles: frozenset[Role] = frozenset()
    count: Count | None = None
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Entries under a heading; the first group has none."""

    entries: Callable[[], tuple[Entry, ...]]
    words: Words = NOTHING


_GROUPS: dict[str, Group] = {}


def add(name: str, group: Group) -> None:
    """Add a group, in the order of adding; one of the same name is replaced."""
    _GROUPS[name] = group


def groups(actor: Actor) -> tuple[tuple[Words, tuple[Entry, ...]], ...]:
    """Return the groups with the entries that the actor may open; empty groups are left out."""
    roles = actor.roles()
    found = (
        (group.words, tuple(e for e in group.entries() if not e.roles or e.roles & roles)) for group in _GROUPS.values()
    )
    return tuple((words, entries) for words, entries in found if entries)
