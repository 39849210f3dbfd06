"""What a pack says, as frozen values. Nothing here reads a file or knows SQL.

A pack is a field's folder. Loading (`load.py`) turns its texts into these values; lint, compile and intake read them.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from xiezhi.engine.columns import SYSTEM_COLUMNS, ColumnType, Kind, Privacy
from xiezhi.engine.packs.screens import BoardFigure, Feed, Screen
from xiezhi.engine.words import NOTHING, Words

Scalar = int | Decimal | bool | str | date | None


class Level(StrEnum):
    """Levels of a rule, mildest first. A notice goes to the doer; orange and red become alerts."""

    NOTICE = "notice"
    ORANGE = "orange"
    RED = "red"


class Status(StrEnum):
    """The life of an indicator."""

    TRIAL = "trial"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True)
class Column:
    """One declared column. ``required``: no empty value is accepted. ``event``: counts for the newest event time."""

    name: str
    type: ColumnType
    words: Words
    required: bool = False
    event: bool = False
    privacy: Privacy = Privacy.INTERNAL
    codes: str | None = None  # name of a code list of the same dataset
    of: tuple[str, ...] = ()  # SURROGATE: the text column; OCCURRENCE: the columns counted over
    check: str | None = None  # a python-stdnum module, such as "cn.uscc"
    aliases: tuple[str, ...] = ()  # further headings it is recognised by

    @property
    def stored(self) -> dict[str, str]:
        """Stored columns and their DuckDB types: a time gives two, a direct identifier a BIGINT token."""
        if self.privacy is Privacy.DIRECT:
            return {self.name: "BIGINT"}
        if self.type.kind is Kind.TIME:
            return {self.name: "TIMESTAMP", f"{self.name}_utc": "TIMESTAMP"}
        return {self.name: self.type.stored}


@dataclass(frozen=True)
class Code:
    """One value of a code list; ``facts`` are further attributes (owner, step)."""

    value: str
    words: Words
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Reference:
    """``columns`` of this dataset point at the key of ``dataset``. An unresolved reference is no error of the row."""

    columns: tuple[str, ...]
    dataset: str


@dataclass(frozen=True)
class Subject:
    """Which columns make a row of this dataset a subject of findings. Values are column names or None."""

    type: str
    key: str
    title: str | None = None
    organisation: str | None = None
    post: str | None = None
    person: str | None = None
    opened: str | None = None
    closed: str | None = None
    state: str | None = None
    legal_date: str | None = None


@dataclass(frozen=True)
class Dataset:
    """A typed table that facts come in as. ``key`` is the source's own."""

    name: str
    words: Words
    columns: dict[str, Column]
    key: tuple[str, ...]
    path: Path
    zone: str = "Asia/Shanghai"
    delivery: str = "rows"  # rows | unit | snapshot
    unit: str | None = None
    cluster: tuple[str, ...] = ()  # order of rows in files
    subject: Subject | None = None
    codes: dict[str, tuple[Code, ...]] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()
    revised_at: str | None = None
    scope: str = ""  # "city": rows belong to no organisation

    @property
    def stored(self) -> dict[str, str]:
        """All stored columns but the system ones, in declared order, with DuckDB types."""
        return {name: kind for column in self.columns.values() for name, kind in column.stored.items()}

    @property
    def visible(self) -> dict[str, str]:
        """What SQL sees: the stored columns and ``_row``."""
        return {**self.stored, "_row": SYSTEM_COLUMNS["_row"]}

    @property
    def not_null(self) -> frozenset[str]:
        """Stored columns that are never empty: required ones, key, surrogates of those, and ``_row``."""
        sure = {c.name for c in self.columns.values() if c.required} | set(self.key)
        for column in self.columns.values():
            if column.type.kind in (Kind.SURROGATE, Kind.OCCURRENCE) and set(column.of) <= sure:
                sure.add(column.name)
        names = {name for c in sure if c in self.columns for name in self.columns[c].stored}
        return frozenset(names | {"_row"})


@dataclass(frozen=True)
class Law:
    """A citation: full title, article as written ("42", "32(4)"), version, evidence mark of facts.md (T, S, K, D…)."""

    law: str
    article: str
    version: str
    mark: str
    note: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the form that findings carry."""
        return {"law": self.law, "article": self.article, "version": self.version, "mark": self.mark}


@dataclass(frozen=True)
class DatedValue:
    """A value from a day on, until the next one; None repeals it."""

    valid_from: date
    value: Scalar
    basis: Law


@dataclass(frozen=True)
class Parameter:
    """A dated legal value. ``type`` is integer, decimal(p,s), boolean, text or date."""

    name: str
    words: Words
    unit: str
    type: str
    values: tuple[DatedValue, ...]  # ascending by valid_from
    path: Path


@dataclass(frozen=True)
class ReferenceTable:
    """A keyed, dated table, joined by key and half-open range: ``valid_from <= d < valid_to`` (or NULL).

    ``columns`` maps every column, keys first, then ``valid_from``, ``valid_to``, then values, to its DuckDB type.
    """

    name: str
    words: Words
    key: tuple[str, ...]
    columns: dict[str, str]
    rows: tuple[tuple[Scalar, ...], ...]
    basis: tuple[Law, ...]
    path: Path


@dataclass(frozen=True)
class View:
    """A derived dataset by SQL. ``key`` is unique; ``scope`` what its rows are local to."""

    name: str
    words: Words
    sql: str
    sql_path: Path
    key: tuple[str, ...]
    scope: tuple[str, ...]
    examples: tuple["Example", ...] = ()


@dataclass(frozen=True)
class Derived:
    """A derived dataset by a derivation of the engine: ``derivation = "clock"`` with named inputs (views, datasets)."""

    name: str
    words: Words
    derivation: str
    inputs: dict[str, str]  # role → view or dataset
    arguments: dict[str, Any]
    path: Path


@dataclass(frozen=True)
class Norm:
    """A row of norms.toml: what the law asks, in both languages.

    ``decidable`` is how far records can show a breach (data | partial | content | not_a_check), "" where nobody said;
    ``unchecked`` why no indicator of the field checks it.
    """

    id: str
    words: Words
    check: Words
    basis: tuple[Law, ...]
    kind: str  # law | practice | statistic
    mark: str
    innocent: tuple[Words, ...] = ()
    decidable: str = ""
    unchecked: Words = NOTHING


@dataclass(frozen=True)
class Article:
    """An article of a law, verbatim. ``paragraphs``: each a tuple of lines, line 0 the paragraph, then its items."""

    law: str
    abbr: str
    version: str
    article: str
    title: str  # 第四十二条
    paragraphs: tuple[tuple[str, ...], ...]
    source: str


@dataclass(frozen=True)
class Rule:
    """A ladder over the output columns. Each level is an SQL boolean expression or None."""

    id: str
    levels: dict[Level, str]
    message: Words
    reference: str | None = None
    words: Words = NOTHING


@dataclass(frozen=True)
class Cause:
    """An exclusion or an innocent cause of an indicator's page."""

    id: str
    words: Words


@dataclass(frozen=True)
class Clock:
    """Which output columns a deadline is drawn from. ``rule``: working | calendar | month | tax.

    ``pauses`` names how evidence rows are read as pauses: keys ``evidence`` (an ev_ role), ``from``, ``to``, ``reason``
    (columns of the dataset those rows are of), ``told`` (a boolean or date column; empty or false = not told) and
    ``strict`` (an output column: whether an untold pause counts as working time).
    """

    rule: str
    start: str
    end: str | None
    limit: str
    pauses: dict[str, str] = field(default_factory=dict)
    used: str | None = None
    due: str | None = None


@dataclass(frozen=True)
class Assumption:
    """What is taken for a dataset or column that a source does not feed. ``value`` None: it is empty."""

    target: str  # "special_procedures" or "cases.extension_days"
    value: Scalar
    words: Words


@dataclass(frozen=True)
class Example:
    """An executable example of a page: tables given, rows expected (empty = nothing), or columns missing."""

    title: str
    line: int
    as_of: date
    given: dict[str, tuple[dict[str, str], ...]]
    expect: tuple[dict[str, str], ...]
    without: tuple[str, ...] = ()  # "cases.decided_at": the column is not fed; "cases": the dataset
    parameters: dict[str, str] = field(default_factory=dict)
    not_run: bool = False  # expects "not run: column x missing"


@dataclass(frozen=True)
class Label:
    """What a column is called on a page. ``codes``: name of the code list that its values are taken from."""

    words: Words
    codes: str | None = None


@dataclass(frozen=True)
class Indicator:
    """A measure with its rules and its page.

    ``values`` maps value columns to units, ``labels`` output columns and ``roles`` evidence roles to what they are
    called; both may leave out any.
    """

    id: str
    words: Words
    sql: str
    sql_path: Path
    page_path: Path
    status: Status
    effective_from: date | None
    owner: str
    norms: tuple[str, ...]
    basis: tuple[Law, ...]
    reference: str | None
    measure: Words
    subject_type: str
    subject_id: str  # the output column
    scope: tuple[str, ...]
    part: tuple[str, ...]
    period: str | None
    values: dict[str, str]
    clock: Clock | None
    self_clearing: bool
    reads: tuple[str, ...]
    assumes: tuple[Assumption, ...]
    why: Words
    absent: Words
    next: Words
    exclusions: tuple[Cause, ...]
    innocent: tuple[Cause, ...]
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]
    labels: dict[str, Label] = field(default_factory=dict)
    roles: dict[str, Label] = field(default_factory=dict)
    checkpoint: str = ""  # a value of the code list `checkpoint`: where in the course of a case it stands


@dataclass(frozen=True)
class Pack:
    """A field: everything its folder holds."""

    id: str
    kind: str  # field | internal
    words: Words
    owner_role: str
    fallback_organisation: str
    order: int
    reads: tuple[str, ...]
    path: Path
    datasets: dict[str, Dataset]
    views: dict[str, View]
    derived: dict[str, Derived]
    parameters: dict[str, Parameter]
    tables: dict[str, ReferenceTable]
    norms: dict[str, Norm]
    laws: dict[tuple[str, str, str], Article]  # (law, version, article number)
    indicators: dict[str, Indicator]
    screens: dict[str, Screen] = field(default_factory=dict)  # by the name of their file
    board: dict[str, BoardFigure] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)

    @property
    def overview(self) -> Screen | None:
        """The page that shows the field as a whole."""
        return next((screen for screen in self.screens.values() if screen.kind == "overview"), None)

    def screen_of(self, subject: str) -> Screen | None:
        """Return the page of a type of subjects, None where the pack has none."""
        return next((screen for screen in self.screens.values() if screen.subject == subject), None)
