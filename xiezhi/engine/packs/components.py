"""The components that pages are made of, and what each must be told. A component is added with its first page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A binding of a component. ``roles``: what its columns may be told to be, those in ``needs`` must."""

    roles: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    columns: bool = False  # whether the columns shown must be listed
    required: bool = True


@dataclass(frozen=True)
class Kind:
    """What a component takes.

    Attributes:
        parts: name → binding; ``rows`` is written in the component itself, the others in tables of their own.
        forms: in which forms it is drawn, the first is taken where none is told; empty: it has one.
        figure: ``must``, ``may`` or nothing: whether it shows a figure of the board.
        subject: ``must`` where it stands on the page of a subject only.
        keys: further keys that it takes.
    """

    parts: dict[str, Part]
    forms: tuple[str, ...] = ()
    figure: str = ""
    subject: str = ""
    keys: frozenset[str] = frozenset()


_SPAN = frozenset({"from", "to"})
KINDS: dict[str, Kind] = {
    "facts": Kind({"rows": Part(columns=True)}, subject="must"),
    "table": Kind({"rows": Part(columns=True)}, figure="may"),
    "timeline": Kind(
        {
            "steps": Part(
                _SPAN | {"lane", "who", "what", "used", "limit", "post"}, frozenset({"lane", "to"}), required=True
            ),
            "promise": Part(frozenset({"day"}), frozenset({"day"}), required=False),
        },
        subject="must",
        keys=frozenset({"lanes", "pauses_in", "indicators"}),
    ),
    "clock": Kind({}, subject="must", keys=frozenset({"indicators"})),
    "chart": Kind({}, forms=("columns", "bars", "share"), figure="must", keys=frozenset({"x", "y"})),
    "calendar": Kind({}, figure="must", keys=frozenset({"x", "y"})),
    "alerts": Kind({}, forms=("list", "heat")),
    "documents": Kind(
        {"rows": Part(frozenset({"name_of", "day"}), frozenset({"name_of"}), required=False)}, subject="must"
    ),
}
