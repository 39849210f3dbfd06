"""The page parser: what is written comes back, and what is not in the grammar is told with its line."""

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.engine.errors import Issue
from xiezhi.engine.packs.model import Example
from xiezhi.engine.packs.page import Heading, Page, parse_page

COUNT = 2000 if os.environ.get("XIEZHI_SOAK") else 150
PATH = Path("page.md")

NAME = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
LINE = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
CELL = st.one_of(st.just(""), LINE.map(lambda text: text.rstrip("\\")))


@st.composite
def rows(draw: st.DrawFn, *, least: int = 0) -> tuple[dict[str, str], ...]:
    columns = draw(st.lists(NAME, min_size=1, max_size=4, unique=True))
    return tuple(
        draw(st.lists(st.fixed_dictionaries(dict.fromkeys(columns, CELL)), min_size=max(least, 1), max_size=3))
    )


@st.composite
def examples(draw: st.DrawFn) -> list[Example]:
    titles = draw(st.lists(LINE.filter(lambda text: not text.endswith("#")), max_size=3, unique=True))
    made = []
    for title in titles:
        ending = draw(st.sampled_from(["rows", "nothing", "not run"]))
        made.append(
            Example(
                title=title,
                line=0,
                as_of=draw(st.dates(date(1990, 1, 1), date(2040, 1, 1))),
                given=draw(st.dictionaries(NAME, rows(), max_size=3)),
                expect=draw(rows(least=1)) if ending == "rows" else (),
                without=tuple(f"{a}.{b}" for a, b in draw(st.sets(st.tuples(NAME, NAME), max_size=2))),
                parameters=draw(st.dictionaries(NAME, LINE, max_size=2)),
                not_run=ending == "not run",
            )
        )
    return made


def write_table(table: tuple[dict[str, str], ...], blank: str) -> list[str]:
    def row(cells: list[str]) -> str:
        return f"|{blank}" + f"{blank}|{blank}".join(cell.replace("|", "\\|") for cell in cells) + f"{blank}|"

    columns = list(table[0])
    return [row(columns), row(["---"] * len(columns)), *(row([cells[c] for c in columns]) for cells in table)]


def write(made: list[Example], blank: str, gap: list[str]) -> str:
    lines = ["+++", 'name = "x"', "+++", "# Title", "prose | with = anything", "## Examples", *gap]
    for example in made:
        lines += [f"### {example.title}", *gap, f"as of {example.as_of}"]
        lines += [f"with {name} = {value}" for name, value in example.parameters.items()]
        lines += [f"without {name}" for name in example.without]
        for name, table in example.given.items():
            lines += [f"given {name}", *write_table(table, blank), *gap]
        if example.expect:
            lines += ["expect", *write_table(example.expect, blank)]
        else:
            lines += ["expect not run" if example.not_run else "expect nothing"]
        lines += gap
    return "\n".join([*lines, "## Notes", "expect anything"])


def parse(text: str) -> tuple[Page | None, list[str]]:
    issues: list[Issue] = []
    page = parse_page(PATH, text, issues)
    return page, [str(issue) for issue in sorted(issues)]


@settings(max_examples=COUNT, deadline=None)
@given(made=examples(), blank=st.sampled_from([" ", "  ", "\t"]), gap=st.sampled_from([[], [""], ["", "  "]]))
def test_examples_come_back_as_they_were_written(made: list[Example], blank: str, gap: list[str]) -> None:
    text = write(made, blank, gap)
    page, issues = parse(text)
    assert issues == []
    assert page is not None
    lines = text.split("\n")
    found = [parsed.example for parsed in page.examples]
    assert [lines[example.line - 1] for example in found] == [f"### {example.title}" for example in made]
    assert [as_written(example) for example in found] == [as_written(example) for example in made]
    for parsed in page.examples:
        for name, table in parsed.given.items():
            assert lines[parsed.parts["given", name] - 1] == f"given {name}"
            assert [number for number, _ in table.rows] == [table.line + 2 + n for n in range(len(table.rows))]


def as_written(example: Example) -> tuple[object, ...]:
    return (
        example.title,
        example.as_of,
        example.given,
        example.expect,
        example.without,
        example.parameters,
        example.not_run,
    )


@settings(max_examples=COUNT, deadline=None)
@given(lines=st.lists(st.one_of(LINE, st.sampled_from(["### a", "as of 2025-01-01", "given b", "| c |", "|---|"]))))
def test_any_text_is_read_or_refused_with_a_line_that_it_has(lines: list[str]) -> None:
    text = "\n".join(["+++", "+++", "## Examples", *lines])
    issues: list[Issue] = []
    page = parse_page(PATH, text, issues)
    assert page is not None
    assert all(3 < issue.place.line <= len(lines) + 3 and issue.instead for issue in issues)


def test_headings_and_front_matter_keep_their_lines() -> None:
    page, issues = parse("+++\na = 1\n[b]\nc = 2\n+++\n# One\ntext\n```\n# no heading\n```\n## Two ##\n#none\n")
    assert issues == []
    assert page is not None
    assert page.headings == (Heading(1, "One", 6), Heading(2, "Two", 11))
    assert page.front.text.spots["b", "c"] == (4, 1)
    assert (page.body_line, page.body.split("\n")[0]) == (6, "# One")
    assert page.examples == ()


def test_a_cell_holds_a_stroke_and_a_backslash() -> None:
    text = "+++\n+++\n## Examples\n### a\nas of 2025-01-01\ngiven b\n|c|d|\n|:-|-:|\n|x\\|y|\\n|\nexpect nothing"
    page, issues = parse(text)
    assert issues == []
    assert page is not None
    assert page.examples[0].example.given == {"b": ({"c": "x|y", "d": "\\n"},)}


HEAD = "+++\n+++\n## Examples\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "page.md:1: front-matter: the page does not begin with front matter — write +++ on line 1"),
        ("+++\na = \n+++\n", "page.md:2:5: toml: Invalid value — write valid TOML"),
        (
            HEAD + "as of 2025-01-01\n",
            "page.md:4: example: this line stands before the first example — write ### and a title first",
        ),
        (
            HEAD + "### a\nas of 2025-01-01\nas of 2025-01-02\nexpect nothing",
            'page.md:6: example: "a" has two lines "as of" — write one',
        ),
        (
            HEAD + "### a\nas of 20250101\nexpect nothing",
            'page.md:5: example: "20250101" is no date — write as of 2025-12-31',
        ),
        (
            HEAD + "### a\nas of 2025-01-01\ngiven b\nexpect nothing",
            'page.md:6: example: "given b" has no table — write a table of pipes below it, at least its heading',
        ),
        (
            HEAD + "### a\nas of 2025-01-01\ngiven b\n| c | c |\n|---|---|\nexpect nothing",
            "page.md:7: example: a column stands twice in the table — write each once",
        ),
        (
            HEAD + "### a\nas of 2025-01-01\ngiven b\n| c | |\n|---|---|\nexpect nothing",
            "page.md:7: example: the heading of the table is not | a | b | — write a name between each two strokes",
        ),
        (
            HEAD + "### a\nas of 2025-01-01\nwith b = 1\nwith b = 2\nexpect nothing",
            'page.md:7: example: "with b" stands twice in "a" — write it once',
        ),
        (
            HEAD + "### a\nas of 2025-01-01\nexpect nothing\n## Examples\n",
            "page.md:7: example: the page has two headings Examples — write one",
        ),
        (
            HEAD + "### a\nas of 2025-01-01\nx\nexpect nothing",
            'page.md:6: example: "x" is no line of an example — write as of, with, without, given, expect, or a table',
        ),
    ],
)
def test_what_is_not_in_the_grammar_is_told(text: str, told: str) -> None:
    assert parse(text)[1] == [told]
