"""The findings by indicator, the worst indicator first, with what of each is told in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xiezhi.cli.report.figures import Bar, Levels, bars, levels_of
from xiezhi.cli.report.model import Finding, IndicatorRun, Report
from xiezhi.cli.report.selection import Most, shares, worst_first
from xiezhi.cli.report.told import Row, Told, row, tell
from xiezhi.engine.telling.law import Citation, by_article, cited
from xiezhi.engine.words import Words


@dataclass(frozen=True)
class Group:
    """An indicator and its findings: ``full`` told whole, ``rows`` after them, ``omitted`` only counted."""

    anchor: str
    indicator: IndicatorRun
    levels: Levels
    bars: tuple[Bar, ...]
    laws: tuple[Citation, ...]
    full: tuple[Told, ...]
    rows: tuple[Row, ...]
    omitted: int


def group(report: Report, most: Most) -> list[Group]:
    """Return one group for each indicator that ran or found something, the worst first."""
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(str(finding.get("indicator")), []).append(finding)
    runs = _runs(report, found)
    runs.sort(key=lambda run: _worst(levels_of(found.get(run.id, ())), run.id))
    sizes = [len(found.get(run.id, ())) for run in runs]
    full = shares(sizes, each=most.full_each, total=most.full_all)
    rows = shares(
        [size - told for size, told in zip(sizes, full, strict=True)], each=most.rows_all, total=most.rows_all
    )
    groups = []
    number = 0
    for position, run in enumerate(runs):
        findings = worst_first(found.get(run.id, ()))
        room = _Room(full[position], rows[position], most.evidence, max(sizes))
        groups.append(_group(report, run, findings, room, first=number + 1, anchor=f"i{position + 1}"))
        number += len(findings)
    return groups


@dataclass(frozen=True)
class _Room:
    """What one group may hold, and the longest bar it is drawn against."""

    full: int
    rows: int
    evidence: int
    longest: int


def _group(
    report: Report, run: IndicatorRun, findings: Sequence[Finding], room: _Room, *, first: int, anchor: str
) -> Group:
    laws = by_article(report.laws)
    trial = run.status == "trial"
    told = findings[: room.full + room.rows]
    heads = [row(finding, first + n, trial=trial) for n, finding in enumerate(told)]
    levels = levels_of(findings)
    return Group(
        anchor=anchor,
        indicator=run,
        levels=levels,
        bars=bars(levels, room.longest),
        laws=tuple(cited(findings, laws)),
        full=tuple(
            tell(finding, head, report=report, laws=laws, most_evidence=room.evidence)
            for finding, head in zip(findings[: room.full], heads, strict=False)
        ),
        rows=tuple(heads[room.full :]),
        omitted=len(findings) - len(heads),
    )


def _runs(report: Report, found: Mapping[str, Sequence[Finding]]) -> list[IndicatorRun]:
    """Return the indicators that ran; one that the summary forgot but that found something is added by its finding."""
    known = {run.id for run in report.indicators}
    runs = [run for run in report.indicators if not run.not_run or run.id in found]
    for identifier, findings in found.items():
        if identifier not in known:
            name = findings[0].get("name") or {}
            words = Words(str(name.get("zh") or identifier), str(name.get("en") or identifier))
            runs.append(IndicatorRun(identifier, words, fingerprint=str(findings[0].get("fingerprint") or "")))
    return runs


def _worst(levels: Levels, identifier: str) -> tuple[int, int, int, str]:
    return (-levels.red, -levels.orange, -levels.notice, identifier)
