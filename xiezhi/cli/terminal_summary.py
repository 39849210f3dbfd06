"""The summary of a run, as lines for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from xiezhi.engine.words import Language, Words

_REASONS = 20  # indicators not run that are named one by one


@dataclass(frozen=True)
class Summary:
    """What a run comes to.

    Attributes:
        words: names of the field. ``as_of`` None where nothing read it.
        levels: level → findings. ``ran``: indicators that ran; ``not_run``: (indicator, reason) of the others.
        accepted, quarantined: rows by dataset. ``provisional``: years counted over whose calendar is not published.
        overrides: (parameter, value, source) taken in place of the pack's.
    """

    words: Words
    as_of: date | None
    files: int
    levels: Mapping[str, int]
    ran: int
    not_run: Sequence[tuple[str, Words]] = ()
    accepted: Mapping[str, int] = field(default_factory=dict)
    quarantined: Mapping[str, int] = field(default_factory=dict)
    provisional: Sequence[int] = ()
    overrides: Sequence[tuple[str, str, str]] = ()


def lines(summary: Summary, language: Language) -> Iterator[tuple[str, str]]:
    """Yield each line of the summary and its style, in one language."""
    for words, style in _lines(summary):
        yield words.in_(language), style


def _lines(summary: Summary) -> Iterator[tuple[Words, str]]:
    yield _title(summary), "bold"
    yield from _read(summary)
    yield from _not_run(summary)
    if summary.provisional:
        years = [str(year) for year in summary.provisional]
        yield (
            Words(
                f"{'、'.join(years)}年的放假安排尚未公布，涉及这些日子的计数是暂定的。",
                f"The holidays of {', '.join(years)} are not yet published: counts over those days are provisional.",
            ),
            "",
        )
    for name, value, source in summary.overrides:
        yield Words(f"参数 {name} 改用 {value}，来源：{source}", f"Parameter {name} is {value}, from {source}"), ""
    yield Words("预警是疑点，须经核实。", "An alert is a suspicion, to be verified."), "dim"


def _title(summary: Summary) -> Words:
    red, orange, notice = (summary.levels.get(level, 0) for level in ("red", "orange", "notice"))
    day = summary.as_of.isoformat() if summary.as_of else None
    on = Words(f"，判定日 {day}", f", judged on {day}") if day else Words("", "")
    if not red + orange + notice:
        return Words(f"{summary.words.zh}：没有发现{on.zh}", f"{summary.words.en}: nothing found{on.en}")
    return Words(
        f"{summary.words.zh}：{red + orange:,}件疑点待核实，红色{red:,}、橙色{orange:,}；提醒{notice:,}{on.zh}",
        f"{summary.words.en}: {red + orange:,} to verify, {red:,} red and {orange:,} orange;"
        f" notices: {notice:,}{on.en}",
    )


def _read(summary: Summary) -> Iterator[tuple[Words, str]]:
    accepted, bad = sum(summary.accepted.values()), sum(summary.quarantined.values())
    yield (
        Words(
            f"读入{summary.files}个文件：{accepted:,}行入库，{bad:,}条隔离",
            f"Files read: {summary.files}; rows accepted: {accepted:,}; records quarantined: {bad:,}",
        ),
        "",
    )
    for dataset in sorted({*summary.accepted, *summary.quarantined}):
        good, refused = summary.accepted.get(dataset, 0), summary.quarantined.get(dataset, 0)
        name = Words(dataset or "未能识别", dataset or "not recognised")
        tail = Words(f"，{refused:,}条隔离", f", {refused:,} quarantined") if refused else Words("", "")
        yield Words(f"  {name.zh}：{good:,}行{tail.zh}", f"  {name.en}: {good:,} rows{tail.en}"), "dim"


def _not_run(summary: Summary) -> Iterator[tuple[Words, str]]:
    missing = len(summary.not_run)
    yield (
        Words(f"运行{summary.ran}个指标，{missing}个没有运行", f"Indicators run: {summary.ran}; not run: {missing}"),
        "",
    )
    for name, reason in summary.not_run[:_REASONS]:
        yield Words(f"  {name}：{reason.zh}", f"  {name}: {reason.en}"), "dim"
    if missing > _REASONS:
        yield Words(f"  另有{missing - _REASONS}个", f"  and {missing - _REASONS} more"), "dim"
