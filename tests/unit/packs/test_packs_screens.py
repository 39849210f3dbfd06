"""Pages, boards and feeds of a pack: what is read, and each defect with file, line and what to write instead."""

import shutil
from pathlib import Path

import pytest

from xiezhi.engine.errors import AuthorError
from xiezhi.engine.lint import lint_pack
from xiezhi.engine.packs.components import KINDS
from xiezhi.engine.packs.load import load_pack, pack_folder
from xiezhi.engine.packs.screens import Binding

GOOD = Path(__file__).parent / "good"
CASE = """kind = "subject"
subject = "case"
name = {zh = "办件", en = "Case"}

[[components]]
kind = "facts"
id = "head"
name = {zh = "事实", en = "Facts"}
source = "cases"
columns = ["case_no", "fee"]

[[components]]
kind = "table"
id = "open"
name = {zh = "在办", en = "Open"}
source = "open_cases"
by = {case_id = "case_id"}
columns = ["start_on"]

[[components]]
kind = "clock"
id = "clock"
name = {zh = "期限", en = "Deadline"}
indicators = ["overdue"]
"""
OVERVIEW = """kind = "overview"
name = {zh = "概览", en = "Overview"}

[[components]]
kind = "chart"
id = "by_matter"
name = {zh = "按事项", en = "By matter"}
figure = "by_matter"
form = "bars"
x = "matter_no"
y = ["open_cases"]
"""
BOARD = '''[[figures]]
id = "by_matter"
name = {zh = "按事项", en = "By matter"}
key = ["matter_no"]
sql = """
SELECT
  c.matter_no,
  CAST(COUNT(*) AS BIGINT) AS open_cases
FROM cases AS c
WHERE c.closed_at IS NULL
GROUP BY c.matter_no
"""
[figures.columns]
matter_no = {zh = "事项", en = "Matter"}
open_cases = {zh = "在办", en = "Open", unit = "cases"}
'''
FEEDS = """[[feeds]]
id = "hall"
name = {zh = "大厅", en = "Hall"}
datasets = ["cases"]
rhythm_days = 1
least_rows = 10
"""
TEXTS = {"pages/case.toml": CASE, "pages/overview.toml": OVERVIEW, "board.toml": BOARD, "feeds.toml": FEEDS}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(GOOD, tmp_path / "good"))
    (folder / "views" / "running.toml").unlink()  # it loads, but its inputs do not fit its derivation
    (folder / "pages").mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def spoil(pack: Path, name: str, old: str, new: str) -> None:
    text = (pack / name).read_text(encoding="utf-8")
    assert old in text
    (pack / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def told(pack: Path) -> list[str]:
    with pytest.raises(AuthorError) as refused:
        load_pack(pack)
    return [str(issue).replace(f"{pack}/", "") for issue in refused.value.issues]


def test_pages_board_and_feeds_are_read(pack: Path) -> None:
    loaded = load_pack(pack)
    assert [(screen.id, screen.kind, screen.subject) for screen in loaded.screens.values()] == [
        ("case", "subject", "case"),
        ("overview", "overview", ""),
    ]
    assert loaded.overview is loaded.screens["overview"]
    assert loaded.screen_of("case") is loaded.screens["case"]
    assert loaded.screen_of("village") is None
    head, opened, clock = loaded.screens["case"].components
    assert head.bindings == {"rows": Binding("cases", columns=("case_no", "fee"), line=5)}
    assert opened.bindings["rows"].by == (("case_id", "case_id"),)
    assert clock.indicators == ("overdue",)
    figure = loaded.board["by_matter"]
    assert (figure.key, list(figure.columns), figure.line) == (("matter_no",), ["matter_no", "open_cases"], 6)
    feed = loaded.feeds["hall"]
    assert (feed.datasets, feed.rhythm_days, feed.least_rows) == (("cases",), 1, 10)
    assert lint_pack(loaded, only=("none",)).issues == ()


def test_the_shipped_approvals_use_every_component(pack: Path) -> None:
    screens = load_pack(pack_folder("approvals")).screens.values()
    assert {component.kind for screen in screens for component in screen.components} == set(KINDS)


DEFECTS = [
    (
        "pages/case.toml",
        'kind = "table"',
        'kind = "tabel"',
        'pages/case.toml:13:1: unknown: there is no component "tabel" — did you mean "table"?',
    ),
    (
        "pages/case.toml",
        'source = "cases"',
        'source = "case"',
        'pages/case.toml:9:1: unknown: "case" is no dataset, view or derived table — did you mean "cases"?',
    ),
    (
        "pages/case.toml",
        '"fee"',
        '"fees"',
        'pages/case.toml:10:23: unknown: dataset "cases" has no column "fees" — did you mean "fee"?',
    ),
    (
        "pages/case.toml",
        '{case_id = "case_id"}',
        '{case_id = "case_ids"}',
        (
            'pages/case.toml:17:7: unknown: the subject\'s dataset "cases" has no column "case_ids"'
            ' — did you mean "case_id"?'
        ),
    ),
    (
        "pages/case.toml",
        '["overdue"]',
        '["overdu"]',
        'pages/case.toml:24:15: unknown: no indicator "overdu" — did you mean "overdue"?',
    ),
    (
        "pages/case.toml",
        'subject = "case"',
        'subject = "cases"',
        'pages/case.toml:2:1: unknown: no dataset has a subject "cases" — did you mean "case"?',
    ),
    (
        "pages/case.toml",
        'id = "open"',
        'id = "head"',
        'pages/case.toml:14:1: duplicate: another component has the id "head" — give each an id of its own',
    ),
    (
        "pages/overview.toml",
        'figure = "by_matter"',
        'figure = "by_mater"',
        'pages/overview.toml:8:1: unknown: board.toml has no figure "by_mater" — did you mean "by_matter"?',
    ),
    (
        "pages/overview.toml",
        '["open_cases"]',
        '["open_case"]',
        'pages/overview.toml:11:6: unknown: figure "by_matter" has no column "open_case" — did you mean "open_cases"?',
    ),
    (
        "pages/overview.toml",
        'form = "bars"',
        'form = "pie"',
        (
            'pages/overview.toml:9:1: choice: "form" of [components] number 1 is "pie"'
            " — write one of: columns, bars, share"
        ),
    ),
    (
        "board.toml",
        'key = ["matter_no"]',
        'key = ["matter"]',
        'board.toml:4:8: unknown: "matter" of "key" is no column of the figure — write [figures.columns.matter]',
    ),
    (
        "feeds.toml",
        '["cases"]',
        '["case"]',
        'feeds.toml:4:13: unknown: no dataset "case" — did you mean "cases"?',
    ),
    (
        "feeds.toml",
        "rhythm_days = 1",
        "rhythm_days = 0",
        'feeds.toml:5:1: choice: "rhythm_days" of [feeds] number 1 is no count — write a whole number above 0',
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), DEFECTS, ids=lambda value: str(value)[:24])
def test_a_defect_of_a_page_is_told_with_its_place(pack: Path, name: str, old: str, new: str, said: str) -> None:
    spoil(pack, name, old, new)
    assert told(pack) == [said]


def test_an_overview_reads_no_facts(pack: Path) -> None:
    spoil(pack, "pages/overview.toml", 'kind = "chart"', 'kind = "table"')
    spoil(pack, "pages/overview.toml", 'figure = "by_matter"\nform = "bars"\nx = "matter_no"\ny = ["open_cases"]', "")
    with (pack / "pages/overview.toml").open("a", encoding="utf-8") as page:
        page.write('source = "cases"\ncolumns = ["case_no"]\n')
    said = "choice: an overview reads no facts: they would be scanned whenever somebody looks"
    instead = 'show a figure of board.toml: figure = "…"'
    assert told(pack) == [f"pages/overview.toml:9:1: {said} — {instead}"]


LINTED = [
    (
        "pages/case.toml",
        '["start_on"]',
        '["begin_on"]',
        'pages/case.toml:12: unknown: "open_cases" has no column "begin_on" — there are: case_id, case_no, start_on',
    ),
    (
        "board.toml",
        "AS open_cases",
        "AS open_case",
        'board.toml:6:1: output-missing: figure "by_matter" declares the column open_cases, which its',
    ),
]
PERSON = (
    ("  c.matter_no,\n", "  c.applicant_code AS matter_no,\n"),
    ("GROUP BY c.matter_no", "GROUP BY c.applicant_code"),
)


@pytest.mark.parametrize(("name", "old", "new", "said"), LINTED, ids=["view column", "figure column"])
def test_what_only_compiling_shows_is_told_by_the_lint(pack: Path, name: str, old: str, new: str, said: str) -> None:
    spoil(pack, name, old, new)
    found = [str(issue).replace(f"{pack}/", "") for issue in lint_pack(load_pack(pack), complete=False).issues]
    assert [line for line in found if line.startswith(said)] != []


def test_a_figure_tells_of_no_person(pack: Path) -> None:
    for old, new in PERSON:
        spoil(pack, "board.toml", old, new)
    found = [str(issue).replace(f"{pack}/", "") for issue in lint_pack(load_pack(pack), complete=False).issues]
    said = "matter_no is drawn from a direct identifier: a figure tells of no person"
    assert [line.partition(": output-person: ")[2] for line in found if "output-person" in line] == [
        f"{said} — count people, or group by body"
    ]
