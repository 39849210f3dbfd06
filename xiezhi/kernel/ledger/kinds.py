"""The registry of event kinds: what an entry says, in both languages. Rooms register theirs at start."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words


class UnknownKind(XiezhiError):  # noqa: N818  named by what it says
    """An entry was to be written of a kind that no room has registered."""


@dataclass(frozen=True)
class Kind:
    """A kind of event. ``sentence`` may name keys of the entry's data in braces.

    ``codes``: for keys whose values are codes, the words of each code; other values are said as they stand.
    """

    name: str  # "alert.raised"
    sentence: Words
    codes: Mapping[str, Mapping[str, Words]] = default(default_factory=dict)


_KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make kinds known. A name belongs to one kind."""
    for kind in kinds:
        if _KINDS.get(kind.name, kind) != kind:
            raise XiezhiError(f"event kind {kind.name!r} is registered twice, with different sentences")
        _KINDS[kind.name] = kind


def kind(name: str) -> Kind:
    """Return a kind by its name."""
    found = _KINDS.get(name)
    if found is None:
        raise UnknownKind(f"event kind {name!r} is unknown: register it in the room's events.py")
    return found


def kinds() -> Mapping[str, Kind]:
    """Return all kinds by name."""
    return dict(_KINDS)
