"""The findings by indicator, the worst indicator first, with what of each is told in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xiezhi.cli.report.figures import Bar, Levels, bars, levels_of
from xiezhi.cli.report.law import Citation, by_article, cited
from xiezhi.cli.report.model import Finding, IndicatorRun, Report
from xiezhi.cli.report.selection import Most, shares, worst_first
from xiezhi.cli.report.told import Row, Told, row, tell
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
    rows = shares([size - told for size, told in zip(sizes, full, strict=True)], each=most.rows_all, total=most.rows_all)
    longest = max(sizes, default=0)
    groups = []
    number = 0
    for position, run in enumerate(runs):
        findings = worst_first(found.get(run.id, ()))
        groups.append(
            _group(report, most, f"i{position + 1}", run, findings, number, (full[position], rows[position], longest))
        )
        number += len(findings)
    return groups


def _group(
    report: Report,
    most: Most,
    anchor: str,
    run: IndicatorRun,
    findings: Sequence[Finding],
    number: int,
    sizes: tuple[int, int, int],
) -> Group:
    full, rows, longest = sizes
    laws = by_article(report.laws)
    trial = run.status == "trial"
    heads = [row(finding, number + n + 1, trial=trial) for n, finding in enumerate(findings[: full + rows])]
    levels = levels_of(findings)
    return Group(
        anchor=anchor,
        indicator=run,
        levels=levels,
        bars=bars(levels, longest),
        laws=tuple(cited(findings, laws)),
        full=tuple(
            tell(finding, head, report=report, laws=laws, most_evidence=most.evidence)
            for finding, head in zip(findings[:full], heads, strict=False)
        ),
        rows=tuple(heads[full:]),
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
