"""What is printed: tables in a terminal, plain lines in a pipe, nothing that a source could use to deceive."""

import io
from dataclasses import dataclass
from pathlib import Path

import invented
import pytest
from rich.cells import cell_len

from xiezhi.cli.terminal import print_findings, print_issues, print_summary, progress
from xiezhi.engine.errors import Issue, Place

_OVERDUE = "市住建局受理的办件 PS-2026-0417，法定期限已过2个工作日，仍未作出决定"
_FOUR_EYES = "办件 SP-2026-0000 的受理、审查和批准由同一人经手"


class Terminal(io.StringIO):
    """A stream that says that a person looks at it."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Read:
    file: str
    bytes_done: int
    bytes_total: int
    rows: int


def test_pipe_gets_one_plain_line_each() -> None:
    out = io.StringIO()

    print_findings([invented.finding(), invented.four_eyes(0)], out)

    assert [line.split("\t") for line in out.getvalue().splitlines()] == [
        ["橙", "g05_overdue.overdue", "PS-2026-0417", "市住建局", _OVERDUE, "cases.csv:20417"],
        ["红", "g17_four_eyes.same_person", "SP-2026-0000", "市住建局", _FOUR_EYES, "cases.csv:20417"],
    ]


@pytest.mark.parametrize("width", [60, 100, 160])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_table_is_aligned_over_wide_characters(width: int, language: str) -> None:
    out = io.StringIO()

    print_findings([invented.finding(), invented.four_eyes(0)], out, colour=False, width=width, language=language)  # type: ignore[arg-type]

    lines = [line for line in out.getvalue().splitlines() if line.strip()]
    assert {cell_len(line) for line in lines} == {cell_len(lines[0])}
    assert cell_len(lines[0]) <= width
    assert "\x1b" not in out.getvalue()
    assert ("▲ 橙" if language == "zh" else "▲ orange") in out.getvalue()


def test_colour_only_where_asked() -> None:
    out = io.StringIO()

    print_findings([invented.finding()], out, colour=True, width=120)

    assert "\x1b[33m▲ 橙" in out.getvalue()


@pytest.mark.parametrize("width", [None, 80, 160])
def test_source_cannot_write_to_the_terminal(width: int | None) -> None:
    evil = "\x1b]0;title\x07\x1b[2J[bold red]x[/]\r\n\tfaked\tline"
    out = io.StringIO()

    print_findings(
        [invented.finding(subject_id=evil, title=evil, organisation=evil, message={"zh": evil, "en": evil})],
        out,
        colour=False,
        width=width,
    )

    assert "\x1b" not in out.getvalue()
    assert "\r" not in out.getvalue()
    if width is None:
        assert out.getvalue().count("\t") == 5
        assert out.getvalue().count("\n") == 1


def test_summary_says_what_was_not_run() -> None:
    err = io.StringIO()

    print_summary(invented.report(), err, language="en")

    assert err.getvalue().splitlines() == [
        "Approvals: 35 to verify, 10 red and 25 orange; notices: 6, judged on 18 May 2026",
        "Files read: 2; rows accepted: 42,227; records quarantined: 12",
        "  Cases: 41,196 rows, 12 quarantined",
        "  Special procedures: 1,031 rows",
        "  In quarantine: cases.csv:318, column accepted_at: not a date: write 2026-05-18",
        "  In quarantine: cases.csv:977, column officer: required column is empty",
        "Indicators run: 3; not run: 1",
        "  Fee not deposited: column deposited_on of dataset deposits is missing",
        "The holidays of 2027 are not yet published: counts over those days are provisional.",
        "Parameter “Limit of a decision” is 15 working days, from 明川市承诺，2025年第3号",
        "An alert is a suspicion, to be verified.",
    ]


def test_summary_names_headings_that_no_file_has() -> None:
    err = io.StringIO()

    print_summary(invented.report(unfound=(("cases", "accepted_at", "opened"),), quarantine=()), err, language="en")

    assert err.getvalue().splitlines()[4] == (
        "  The mapping names a heading that no file has: [cases] accepted_at = “opened”; "
        "compare it with the headings of the file"
    )


def test_summary_of_silence() -> None:
    err = io.StringIO()

    print_summary(invented.report(findings=[]), err)

    assert err.getvalue().splitlines()[0] == "行政审批：没有发现，判定日2026年5月18日"


def test_issue_has_place_cause_and_remedy() -> None:
    err = io.StringIO()

    print_issues([Issue(Place(Path("late.sql"), 3, 8), "float", "AVG gives floating point", "keep two integers")], err)

    assert err.getvalue() == "late.sql:3:8: float: AVG gives floating point\n    → keep two integers\n"


def test_progress_is_silent_in_a_pipe() -> None:
    err = io.StringIO()

    with progress(err) as report:
        report(Read("a.csv", 50, 100, 10))

    assert err.getvalue() == ""


def test_progress_shows_file_rate_rows_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    err = Terminal()

    with progress(err) as report:
        for done in (10_000_000, 50_000_000, 100_000_000, 30_000_000):
            report(Read("cases.csv", done, 100_000_000, done // 100))

    shown = err.getvalue()
    assert "cases.csv" in shown
    assert "MB" in shown
    assert "300,000" in shown
