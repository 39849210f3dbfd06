"""The examples of a page, in a grammar of six lines that a person can read aloud.

    ### title
    as of 2025-12-31
    with decision_days = 15          a parameter taken otherwise; may be repeated
    without cases.decided_at         a column, or a whole dataset, that the source does not feed; may be repeated
    given cases                      a pipe table follows; may be repeated
    expect                           a pipe table follows; or `expect nothing`, or `expect not run`

A cell holds its text as it is, ``\\|`` a stroke; an empty cell is NULL.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from xiezhi.engine.packs.model import Example
from xiezhi.engine.packs.scalars import parse_day
from xiezhi.engine.packs.section import Text

Rows = tuple[dict[str, str], ...]

_MOST_LINES = 2_000  # of one table: an example is to be read by people
_TITLE = re.compile(r"###[ \t]+(.+)")
_SPLIT = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-+:?")
_FORMS = "as of, with, without, given, expect, or a table"


@dataclass(frozen=True)
class Table:
    """A pipe table: the line of its heading, its columns, its rows with their lines."""

    line: int
    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]

    def plain(self) -> Rows:
        """Return the rows without their lines."""
        return tuple(row for _, row in self.rows)


@dataclass(frozen=True)
class ParsedExample:
    """An example and where its parts stand. ``parts`` holds (kind, name) → line for with, without and given."""

    example: Example
    given: dict[str, Table]
    expect: Table | None
    parts: dict[tuple[str, str], int]


@dataclass
class _Draft:
    """An example while its lines are read."""

    title: str
    line: int
    as_of: date | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    without: list[str] = field(default_factory=list)
    given: dict[str, Table] = field(default_factory=dict)
    expect: Table | None = None
    ending: str | None = None  # "", "nothing" or "not run" once `expect` was read
    parts: dict[tuple[str, str], int] = field(default_factory=dict)
    waiting: tuple[int, str] | None = None  # line and name of a `given` or `expect` ("") whose table comes next
    broken: bool = False


def read_examples(text: Text, lines: Sequence[tuple[int, str]]) -> tuple[ParsedExample, ...]:
    """Return the examples in numbered lines; what does not follow the grammar is noted with its line."""
    reader = _Reader(text)
    for number, line in lines:
        reader.line(number, line.strip())
    reader.close()
    return tuple(reader.found)


class _Reader:
    """Reads line by line; a table is gathered until the first line that is none."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.found: list[ParsedExample] = []
        self.draft: _Draft | None = None
        self.gathered: list[tuple[int, str]] = []

    def line(self, number: int, line: str) -> None:
        if line.startswith("|"):
            self.gathered.append((number, line))
            return
        self._table()
        if not line:
            return
        title = _TITLE.fullmatch(line)
        if title:
            self.close()
            self._open(number, title[1])
        elif self.draft is None:
            self.refuse(number, "this line stands before the first example", "write ### and a title first")
        else:
            self._statement(self.draft, number, line)

    def close(self) -> None:
        self._table()
        if self.draft is not None:
            self._finish(self.draft)
        self.draft = None

    def refuse(self, number: int, message: str, instead: str) -> None:
        if self.draft is not None:
            self.draft.broken = True
        self.text.refuse_line(number, "example", message, instead)

    def _open(self, number: int, title: str) -> None:
        self.draft = _Draft(title, number)
        if any(title == known.example.title for known in self.found):
            self.refuse(number, f'two examples are called "{title}"', "give each its own title")

    def _statement(self, draft: _Draft, number: int, line: str) -> None:
        self._nothing_waits(draft)
        if draft.ending is not None:
            self.refuse(number, f'"{line}" stands after expect', "write expect last")
            return
        for pattern, act in _STATEMENTS:
            found = pattern.fullmatch(line)
            if found:
                act(self, draft, number, found)
                return
        self.refuse(number, f'"{line}" is no line of an example', f"write {_FORMS}")

    def _nothing_waits(self, draft: _Draft) -> None:
        if draft.waiting is None:
            return
        number, name = draft.waiting
        draft.waiting = None
        if name:
            self.refuse(number, f'"given {name}" has no table', "write a table of pipes below it, at least its heading")
        else:
            self.refuse(number, '"expect" has no table', "write a table below it, or expect nothing, or expect not run")

    def as_of(self, draft: _Draft, number: int, found: re.Match[str]) -> None:
        if draft.as_of is not None:
            self.refuse(number, f'"{draft.title}" has two lines "as of"', "write one")
            return
        try:
            draft.as_of = parse_day(found[1])
        except ValueError:
            self.refuse(number, f'"{found[1]}" is no date', "write as of 2025-12-31")

    def parameter(self, draft: _Draft, number: int, found: re.Match[str]) -> None:
        self._once(draft, number, "with", found[1])
        draft.parameters[found[1]] = found[2]

    def without(self, draft: _Draft, number: int, found: re.Match[str]) -> None:
        self._once(draft, number, "without", found[1])
        draft.without.append(found[1])

    def given(self, draft: _Draft, number: int, found: re.Match[str]) -> None:
        self._once(draft, number, "given", found[1])
        draft.waiting = (number, found[1])

    def expect(self, draft: _Draft, number: int, found: re.Match[str]) -> None:
        draft.ending = found[1] or ""
        draft.waiting = None if found[1] else (number, "")

    def _once(self, draft: _Draft, number: int, kind: str, name: str) -> None:
        if (kind, name) in draft.parts:
            self.refuse(number, f'"{kind} {name}" stands twice in "{draft.title}"', "write it once")
        draft.parts[kind, name] = number

    def _table(self) -> None:
        lines, self.gathered = self.gathered, []
        if not lines:
            return
        draft = self.draft
        if draft is None or draft.waiting is None:
            self.refuse(lines[0][0], "a table without given or expect", "write given and a dataset above it, or expect")
            return
        name = draft.waiting[1]
        draft.waiting = None
        table = self._read_table(lines)
        if table is None:
            return
        if name:
            draft.given[name] = table
        elif table.rows:
            draft.expect = table
        else:
            self.refuse(table.line, "the expected table has no rows", "write expect nothing")

    def _read_table(self, lines: list[tuple[int, str]]) -> Table | None:
        first, heading = lines[0]
        columns = _cells(heading)
        if columns is None or not all(columns):
            self.refuse(first, "the heading of the table is not | a | b |", "write a name between each two strokes")
            return None
        if len(set(columns)) != len(columns):
            self.refuse(first, "a column stands twice in the table", "write each once")
            return None
        under = _cells(lines[1][1]) if len(lines) > 1 else None
        if under is None or len(under) != len(columns) or not all(_RULE.fullmatch(cell) for cell in under):
            self.refuse(first, "the heading has no line of dashes below it", "write |" + "---|" * len(columns))
            return None
        if len(lines) > _MOST_LINES:
            self.refuse(lines[_MOST_LINES][0], f"a table of more than {_MOST_LINES} lines", "show it with fewer rows")
            return None
        rows = []
        for number, line in lines[2:]:
            cells = _cells(line)
            if cells is None:
                self.refuse(number, "the row is not | a | b |", "write a stroke at both ends")
            elif len(cells) != len(columns):
                message = f"{len(cells)} cells under {len(columns)} headings"
                self.refuse(number, message, "write one cell under each heading")
            else:
                rows.append((number, dict(zip(columns, cells, strict=True))))
        return Table(first, tuple(columns), tuple(rows))

    def _finish(self, draft: _Draft) -> None:
        self._nothing_waits(draft)
        if draft.as_of is None and not draft.broken:
            self.refuse(draft.line, f'"{draft.title}" has no line "as of"', "write as of 2025-12-31")
        if draft.ending is None and not draft.broken:
            self.refuse(
                draft.line, f'"{draft.title}" expects nothing said', "write expect and a table, or expect nothing"
            )
        if draft.broken or draft.as_of is None:
            return
        example = Example(
            title=draft.title,
            line=draft.line,
            as_of=draft.as_of,
            given={name: table.plain() for name, table in draft.given.items()},
            expect=draft.expect.plain() if draft.expect else (),
            without=tuple(draft.without),
            parameters=draft.parameters,
            not_run=draft.ending == "not run",
        )
        self.found.append(ParsedExample(example, draft.given, draft.expect, draft.parts))


def _cells(line: str) -> list[str] | None:
    """Return the cells of ``| a | b |``, or None where a stroke is missing at the end."""
    parts = _SPLIT.split(line)
    if len(parts) < 3 or parts[0].strip() or parts[-1].strip():
        return None
    return [part.strip().replace("\\|", "|") for part in parts[1:-1]]


_Act = Callable[[_Reader, _Draft, int, re.Match[str]], None]
_STATEMENTS: tuple[tuple[re.Pattern[str], _Act], ...] = (
    (re.compile(r"as of[ \t]+(\S+)"), _Reader.as_of),
    (re.compile(r"with[ \t]+([a-z][a-z0-9_]*)[ \t]*=[ \t]*(.+)"), _Reader.parameter),
    (re.compile(r"without[ \t]+([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)"), _Reader.without),
    (re.compile(r"given[ \t]+([a-z][a-z0-9_.]*)"), _Reader.given),
    (re.compile(r"expect(?:[ \t]+(nothing|not run))?"), _Reader.expect),
)
