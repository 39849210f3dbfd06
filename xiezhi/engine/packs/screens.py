"""What the pages of a field show, as its pack says it: pages of components, the figures of its board, its feeds."""

from dataclasses import dataclass, field
from pathlib import Path

from xiezhi.engine.words import NOTHING, Words

Filter = tuple[tuple[str, str | int | bool], ...]


@dataclass(frozen=True)
class Binding:
    """Rows of a dataset, view or derived table.

    Attributes:
        by: (its column, column of the subject's own row that it equals); empty takes the key of the subject.
        where: (column, value): only rows that hold these values.
        columns: what is shown, in order. ``order``: columns that rows are ordered by.
        roles: what a column is to the component: ``from`` → ``started_on``.
        like: an indicator whose law these rows carry: what it assumes is assumed here, and where it does not run, its
            limits are not shown.
    """

    source: str
    by: tuple[tuple[str, str], ...] = ()
    where: Filter = ()
    columns: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    roles: dict[str, str] = field(default_factory=dict)
    like: str = ""
    line: int = 0


@dataclass(frozen=True)
class Component:
    """A part of a page. ``bindings``: ``rows``, or the parts of a drawing, by name.

    Attributes:
        figure: a figure of the board. ``x``, ``y``: its columns that are drawn; ``form``: how.
        indicators: whose clock is drawn: the first of them that runs in this installation and measured the subject.
        lanes: a code list, ``dataset.list``; ``pauses_in``: the lane in which stopped time is drawn.
        labels: what columns are called here, in place of their own names.
    """

    kind: str
    id: str
    words: Words
    note: Words = NOTHING
    bindings: dict[str, Binding] = field(default_factory=dict)
    figure: str = ""
    form: str = ""
    x: str = ""
    y: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    lanes: str = ""
    pauses_in: str = ""
    labels: dict[str, Words] = field(default_factory=dict)
    aside: bool = False
    line: int = 0


@dataclass(frozen=True)
class Screen:
    """A page: the overview of a field, or that of one subject. ``noun``: how its sentence calls what it shows."""

    id: str
    kind: str  # overview | subject
    words: Words
    noun: Words
    subject: str
    components: tuple[Component, ...]
    path: Path


@dataclass(frozen=True)
class FigureColumn:
    """A column of a figure. ``codes``: the code list of its values; ``values``: what they are called, in order."""

    words: Words
    unit: str = ""
    codes: str | None = None
    values: dict[str, Words] = field(default_factory=dict)


@dataclass(frozen=True)
class BoardFigure:
    """A table of a few rows that is computed when a version is evaluated, never when it is looked at.

    Attributes:
        key: columns that tell its rows apart. ``organisation``: that names the body a row is about; readers see the
            rows of the bodies they reach. All other columns are counts, which may be added up.
        like: an indicator whose law it applies: what that assumes is assumed here, and it stands or falls with it.
        line: where its SQL begins.
    """

    id: str
    words: Words
    sql: str
    key: tuple[str, ...]
    columns: dict[str, FigureColumn]
    organisation: str | None
    like: str
    path: Path
    line: int


@dataclass(frozen=True)
class Feed:
    """A source that the field expects: how often it delivers, in working days, and how many rows at least."""

    id: str
    words: Words
    datasets: tuple[str, ...]
    rhythm_days: int | None
    least_rows: int | None
