"""What components are drawn from, and the table that each of them has beside its drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from xiezhi.engine.findings.masking import Display
from xiezhi.engine.findings.wording import Manner
from xiezhi.engine.findings.written import plainly, written
from xiezhi.engine.intake.tokens import shown
from xiezhi.engine.packs.model import Pack
from xiezhi.engine.packs.screens import Component, Screen
from xiezhi.engine.telling.evidence import spaced
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.about import AlertAbout
from xiezhi.kernel.findings.figures import Kept
from xiezhi.kernel.findings.reading import Facts, Rows
from xiezhi.kernel.intake.looking import SubjectRow


@dataclass(frozen=True)
class Cell:
    """A value as it is shown. ``token``: of a masked name that may be looked at on record; ``url``: where it leads."""

    words: Words
    token: str = ""
    url: str = ""
    level: str = ""


@dataclass(frozen=True)
class Head:
    """A head of a column. ``number``: its cells stand to the right."""

    words: Words
    number: bool = False


@dataclass(frozen=True)
class Table:
    """The table of a component: what its drawing shows, to read, to print, to export."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def pairs(self) -> tuple[tuple[tuple[Head, Cell], ...], ...]:
        """Return each row as (head, cell)."""
        return tuple(tuple(zip(self.heads, row, strict=True)) for row in self.rows)


@dataclass(frozen=True)
class Shown:
    """A component as drawn.

    Attributes:
        view: what its template shows beside the table.
        table: its table, None where there is nothing to tell.
        note: what must be said beside it. ``empty``: why there is nothing.
    """

    component: Component
    view: Any
    table: Table | None
    note: Words = NOTHING
    empty: Words = NOTHING

    @property
    def template(self) -> str:
        """Return the template of its kind."""
        return f"components/{self.component.kind}.html"


@dataclass(frozen=True)
class Page:
    """The page that a component stands on. ``subject``, ``facts``, ``alerts``: on the page of a subject only."""

    actor: Actor
    pack: Pack
    screen: Screen
    figures: Mapping[str, Kept] = field(default_factory=dict)
    subject: SubjectRow | None = None
    facts: Facts | None = None
    alerts: tuple[AlertAbout, ...] = ()
    display: Display = field(default_factory=Display)

    def rows(self, component: Component, part: str = "rows") -> Rows:
        """Return the rows of a binding; none where the facts could not be read."""
        return self.facts.parts.get((component.id, part), Rows()) if self.facts is not None else Rows()

    @cached_property
    def codes(self) -> Mapping[str, Mapping[str, Words]]:
        """Return the words of every code list of the pack."""
        found: dict[str, dict[str, Words]] = {}
        for dataset in self.pack.datasets.values():
            for name, codes in dataset.codes.items():
                found.setdefault(name, {}).update({code.value: code.words for code in codes})
        return found


def label(component: Component, name: str, manner: Manner | None) -> Words:
    """Return what a column is called: as the page says, as its dataset says, else its name."""
    return component.labels.get(name) or (manner.words if manner is not None else NOTHING) or spaced(name)


def cell_of(page: Page, rows: Rows, name: str, value: Any) -> Cell:
    """Return a value of a row as it is shown: names masked, codes in words."""
    if name in rows.tokens and isinstance(value, int):
        return token_cell(page.display, value)
    manner = rows.manners.get(name)
    return Cell(written(value, manner.unit, manner.codes) if manner is not None else _plain(value))


def token_cell(display: Display, token: int) -> Cell:
    """Return a name: masked, with its token, where it is no pseudonym."""
    text = display.token(token)
    hidden = token in display.vault and token not in display.opened
    return Cell(Words(text, text), shown(token).removeprefix("p:") if hidden else "")


def table_of(page: Page, component: Component, rows: Rows, names: Sequence[str]) -> Table:
    """Return the table of rows."""
    heads = tuple(Head(label(component, name, rows.manners.get(name)), _is_number(rows, name)) for name in names)
    return Table(heads, tuple(tuple(cell_of(page, rows, name, row.get(name)) for name in names) for row in rows.rows))


def missing_words(rows: Rows) -> Words:
    """Return what no source feeds, in words."""
    if rows.failed:
        return rows.failed
    datasets = [name for name in rows.missing if "." not in name]
    if not datasets or rows.rows:
        return NOTHING
    return Words("没有来源报送这些数据", "no source delivers these data")


def _is_number(rows: Rows, name: str) -> bool:
    if name in rows.tokens:
        return False
    values = [row.get(name) for row in rows.rows]
    return any(isinstance(v, int) and not isinstance(v, bool) for v in values) and name in rows.columns


def _plain(value: Any) -> Words:
    moment = hasattr(value, "hour")
    unit = "time" if moment else "date" if hasattr(value, "isoformat") else ""
    return plainly(value, unit)
