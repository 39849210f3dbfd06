"""Handing over all that a leaving person holds. Higher rooms say what one can hold, and how it changes hands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words
from xiezhi.kernel.ledger.author import Author

Move: TypeAlias = Callable[[int, Author, datetime], None]  # receiver, by, at


@dataclass(frozen=True)
class Thing:
    """One thing that is held. ``move`` gives it to the receiver and writes its entry; it raises where he may not."""

    about: tuple[str, str]  # ("alert", "YJ-2026-00417")
    move: Move


@dataclass(frozen=True)
class Holdings:
    """What an account holds of one kind, such as alerts that it is verifying."""

    words: Words
    things: tuple[Thing, ...]


Lookup: TypeAlias = Callable[[int], Holdings]  # account → what it holds
_LOOKUPS: dict[str, Lookup] = {}


def register(name: str, lookup: Lookup) -> None:
    """Let a higher room say what an account holds of one kind."""
    if _LOOKUPS.get(name, lookup) is not lookup:
        raise XiezhiError(f"hand-over {name!r} is registered twice")
    _LOOKUPS[name] = lookup


def held_by(account: int) -> tuple[Holdings, ...]:
    """Return all that an account holds, a part for each kind, in order of registration."""
    return tuple(lookup(account) for lookup in _LOOKUPS.values())
