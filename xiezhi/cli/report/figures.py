"""Counts of a run: by level, by indicator, by organisation; and the sentence that is the page's title."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xiezhi.cli.report.model import Finding, Report
from xiezhi.cli.report.words import number
from xiezhi.engine.words import Words


@dataclass(frozen=True)
class Levels:
    """How many findings of each level."""

    red: int = 0
    orange: int = 0
    notice: int = 0

    @property
    def alerts(self) -> int:
        """Red and orange together: what a notice is not."""
        return self.red + self.orange

    @property
    def total(self) -> int:
        """All three together."""
        return self.alerts + self.notice

    def of(self, level: str) -> int:
        """Return the count of one level."""
        return {"red": self.red, "orange": self.orange, "notice": self.notice}.get(level, 0)


@dataclass(frozen=True)
class Bar:
    """One segment of a bar, in percent of the chart's width."""

    level: str
    x: float
    width: float


def levels_of(findings: Iterable[Finding]) -> Levels:
    """Count findings by level."""
    counts = Counter(str(finding.get("level")) for finding in findings)
    return Levels(counts["red"], counts["orange"], counts["notice"])


def bars(levels: Levels, most: int) -> tuple[Bar, ...]:
    """Return the segments of one bar against the longest of its chart, worst first."""
    found = []
    x = 0.0
    for level in ("red", "orange", "notice"):
        width = 100 * levels.of(level) / most if most else 0
        if width:
            found.append(Bar(level, round(x, 2), round(max(width, 0.6), 2)))
        x += width
    return tuple(found)


def by_organisation(findings: Sequence[Finding]) -> list[tuple[str, Levels]]:
    """Return the counts of each organisation, the worst first; "" where a finding names none."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(str(finding.get("organisation") or ""), []).append(finding)
    counted = [(name, levels_of(group)) for name, group in groups.items()]
    return sorted(counted, key=lambda pair: (-pair[1].red, -pair[1].orange, -pair[1].notice, pair[0]))


def title(report: Report, levels: Levels) -> Words:
    """Return the sentence of the page, with its number."""
    name = report.words or Words(report.field, report.field)
    if not levels.alerts:
        zh, en = f"{name.zh}没有发现疑点", f"{name.en}: no suspicion found"
    else:
        noun = "suspicion" if levels.alerts == 1 else "suspicions"
        zh = f"{name.zh}有{number(levels.alerts)}件疑点待核实，{_levels_zh(levels)}"
        en = f"{name.en}: {number(levels.alerts)} {noun} to verify, {_levels_en(levels)}"
    if levels.notice:
        zh += f"；另有{number(levels.notice)}件提醒"
        en += f"; {number(levels.notice)} {'notice' if levels.notice == 1 else 'notices'} besides"
    return Words(zh, en)


def _levels_zh(levels: Levels) -> str:
    parts = [(levels.red, "红色"), (levels.orange, "橙色")]
    return "、".join(f"{word}{number(count)}件" for count, word in parts if count)


def _levels_en(levels: Levels) -> str:
    parts = [(levels.red, "red"), (levels.orange, "orange")]
    return " and ".join(f"{number(count)} {word}" for count, word in parts if count)
