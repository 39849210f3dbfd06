"""What a person at a terminal sees: aligned findings, a summary, what is wrong with a text, and progress.

Colour and tables are for a terminal only, and name the indicator in words. In a pipe a finding is one plain line with
tabs between its fields, so that `cut` and `grep` work. Foreign texts can neither move the cursor nor colour anything:
hidden characters are shown.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any, Protocol

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

from xiezhi.cli.report.model import Report
from xiezhi.cli.terminal_summary import lines
from xiezhi.engine.errors import Issue
from xiezhi.engine.visible import visible
from xiezhi.engine.words import Language, Words

__all__ = ["print_findings", "print_issues", "print_summary", "progress"]

Finding = Mapping[str, Any]
_MARKS = {"red": "⬣", "orange": "▲", "notice": "·"}
_LEVELS = {"red": Words("红", "red"), "orange": Words("橙", "orange"), "notice": Words("提醒", "notice")}
_STYLES = {"red": "bold red", "orange": "yellow", "notice": "dim"}
_HEADS = {
    "zh": ("等级", "指标", "疑点", "对象", "单位", "数据与行"),
    "en": ("Level", "Indicator", "Suspicion", "Subject", "Organisation", "Data and row"),
}
_AT_ONCE = 500  # rows laid out together: a table of many thousands would be measured whole before its first line
_NARROW = 100  # columns; below this the subject, the organisation and the place go under the sentence
_ID = 60
_SENTENCE = 300


class Reading(Protocol):
    """How far a file has been read."""

    @property
    def file(self) -> str:
        """The file's name."""
        ...

    @property
    def bytes_done(self) -> int:
        """Bytes gone through."""
        ...

    @property
    def bytes_total(self) -> int:
        """Bytes of the file."""
        ...

    @property
    def rows(self) -> int:
        """Rows seen."""
        ...


def print_findings(
    findings: Sequence[Finding],
    out: IO[str],
    *,
    colour: bool | None = None,
    width: int | None = None,
    language: Language = "zh",
) -> None:
    """Print findings: a table where ``out`` is a terminal or a width is given, else one line each.

    ``colour`` None: as the terminal can. A plain line is level, indicator.rule, subject, organisation, sentence and
    place of the first evidence, with tabs between.
    """
    if width is None and not out.isatty():
        for finding in findings:
            out.write("\t".join(_fields(finding, language)) + "\n")
        return
    console = _console(out, colour=colour, width=width)
    for start in range(0, len(findings), _AT_ONCE):
        console.print(_table(findings[start : start + _AT_ONCE], language, narrow=console.width < _NARROW))


def print_summary(report: Report, err: IO[str], *, language: Language = "zh") -> None:
    """Print what was read, found, not run and quarantined, and that an alert is a suspicion."""
    console = _console(err)
    for line, weight in lines(report, language):
        console.print(Text(visible(line), style=weight), soft_wrap=True)


def print_issues(issues: Iterable[Issue], err: IO[str]) -> None:
    """Print what is wrong in an author's text: the place, what is wrong, and what to write instead."""
    console = _console(err)
    for issue in issues:
        text = Text()
        text.append(visible(issue.place), style="bold")
        text.append(f": {issue.code}: {visible(issue.message)}")
        if issue.instead:
            text.append(f"\n    → {visible(issue.instead)}")
        console.print(text, soft_wrap=True)


@contextmanager
def progress(err: IO[str]) -> Generator[Callable[[Reading], None]]:
    """Give a callback that draws a bar for each file, with rate and remaining time; it is silent in a pipe."""
    if not err.isatty():
        yield _silent
        return
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TextColumn("{task.fields[rows]}"),
        TimeRemainingColumn(),
        console=_console(err),
        transient=True,
    )
    tasks: dict[str, tuple[TaskID, int]] = {}

    def report(reading: Reading) -> None:
        """Move the bar of a file; a file gone through a second time starts a bar of its own rate."""
        task, last = tasks.get(reading.file, (None, 0))
        if task is None:
            task = bars.add_task(visible(reading.file, most=_ID), total=reading.bytes_total, rows="")
        elif reading.bytes_done < last:
            bars.reset(task, total=reading.bytes_total)
        tasks[reading.file] = (task, reading.bytes_done)
        bars.update(task, completed=reading.bytes_done, total=reading.bytes_total, rows=f"{reading.rows:,}")

    with bars:
        yield report


def _silent(reading: Reading) -> None:
    del reading


def _console(stream: IO[str], *, colour: bool | None = None, width: int | None = None) -> Console:
    return Console(
        file=stream,
        width=width,
        force_terminal=colour or None,
        no_color=None if colour is None else not colour,
        color_system="auto" if colour is None else ("standard" if colour else None),
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        soft_wrap=False,
    )


def _table(findings: Sequence[Finding], language: Language, *, narrow: bool) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim", expand=False)
    level, indicator, sentence, subject, organisation, place = _HEADS[language]
    table.add_column(level, no_wrap=True)
    if narrow:
        table.add_column(sentence, overflow="fold")
    else:
        table.add_column(indicator, overflow="fold", max_width=30)
        table.add_column(sentence, overflow="fold", ratio=1, min_width=24)
        table.add_column(subject, overflow="fold", max_width=24)
        table.add_column(organisation, overflow="fold", max_width=20)
        table.add_column(place, overflow="fold", max_width=28)
    for finding in findings:
        table.add_row(*_cells(finding, language, narrow=narrow))
    return table


def _cells(finding: Finding, language: Language, *, narrow: bool) -> list[Text]:
    level = str(finding.get("level"))
    word, indicator, subject, organisation, sentence, place = _fields(finding, language)
    indicator = visible((finding.get("name") or {}).get(language) or indicator, most=_ID)
    mark = Text(f"{_MARKS.get(level, '?')} {word}", style=_STYLES.get(level, ""))
    if narrow:
        body = Text(sentence)
        body.append("\n" + " · ".join(part for part in (indicator, subject, organisation, place) if part), style="dim")
        return [mark, body]
    return [mark, Text(indicator), Text(sentence), Text(subject), Text(organisation), Text(place, style="dim")]


def _fields(finding: Finding, language: Language) -> tuple[str, str, str, str, str, str]:
    level = str(finding.get("level"))
    message = finding.get("message") or {}
    evidence: Mapping[str, Any] = next(iter(finding.get("evidence") or ()), {})
    place = f"{evidence['file']}:{evidence.get('line')}" if evidence.get("file") else ""
    return (
        _LEVELS[level].in_(language) if level in _LEVELS else visible(level),
        visible(f"{finding.get('indicator')}.{finding.get('rule')}", most=_ID),
        visible(finding.get("title") or finding.get("subject_id") or "", most=_ID),
        visible(finding.get("organisation") or "", most=_ID),
        visible(message.get(language) or message.get("en") or "", most=_SENTENCE),
        visible(place, most=_ID),
    )
