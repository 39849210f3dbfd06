"""Shapes of a drawing: plain values that ``components/_drawing.html`` writes as SVG with classes."""

from dataclasses import dataclass
from typing import TypeAlias

from xiezhi.engine.words import Words


@dataclass(frozen=True)
class Rect:
    """A rectangle. ``fill``: the id of a pattern, empty for that of its class."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    fill: str = ""
    shape: str = "rect"


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str
    shape: str = "line"


@dataclass(frozen=True)
class Label:
    """A text. ``anchor``: start, middle or end."""

    x: float
    y: float
    words: Words
    kind: str
    anchor: str = "start"
    shape: str = "text"


@dataclass(frozen=True)
class Arrow:
    """A line with a head at its end, first down, then across."""

    path: str
    kind: str
    shape: str = "path"


Shape: TypeAlias = Rect | Line | Label | Arrow


@dataclass(frozen=True)
class Drawing:
    """Shapes in the order in which they are laid over each other."""

    width: int
    height: int
    shapes: tuple[Shape, ...]


def rect(x1: float, x2: float, y: float, height: float, kind: str, *, fill: str = "", least: float = 2.0) -> Rect:
    """Return a rectangle from one place to another, never thinner than can be seen."""
    return Rect(round(x1, 1), y, round(max(x2 - x1, least), 1), height, kind, fill)
