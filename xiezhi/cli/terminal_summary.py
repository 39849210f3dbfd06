"""The summary of a run, as lines for a terminal."""

from collections.abc import Iterator

from xiezhi.cli.report.figures import levels_of
from xiezhi.cli.report.model import Report
from xiezhi.engine.findings.dates import said
from xiezhi.engine.words import Language, Words

_EXAMPLES = 3  # reasons of quarantine that are shown by a record
_REASONS = 20  # indicators not run that are named one by one


def lines(report: Report, language: Language) -> Iterator[tuple[str, str]]:
    """Yield each line of the summary and its style, in one language."""
    for words, style in _lines(report):
        yield words.in_(language), style


def _lines(report: Report) -> Iterator[tuple[Words, str]]:
    yield _title(report), "bold"
    yield from _read(report)
    yield from _unfound(report)
    yield from _quarantined(report)
    yield from _not_run(report)
    if report.provisional:
        years = [str(year) for year in report.provisional]
        yield (
            Words(
                f"{'、'.join(years)}年的放假安排尚未公布，涉及这些日子的计数是暂定的。",
                f"The holidays of {', '.join(years)} are not yet published: counts over those days are provisional.",
            ),
            "",
        )
    for used in report.overrides:
        yield (
            Words(
                f"参数“{used.name.zh}”改用{used.value.zh}，来源：{used.source}",
                f"Parameter “{used.name.en}” is {used.value.en}, from {used.source}",
            ),
            "",
        )
    yield Words("预警是疑点，须经核实。", "An alert is a suspicion, to be verified."), "dim"


def _title(report: Report) -> Words:
    levels = levels_of(report.findings)
    red, orange, notice = levels.red, levels.orange, levels.notice
    day = said(report.as_of) if report.as_of else None
    on = Words(f"，判定日{day.zh}", f", judged on {day.en}") if day else Words("", "")
    if not red + orange + notice:
        return Words(f"{report.words.zh}：没有发现{on.zh}", f"{report.words.en}: nothing found{on.en}")
    return Words(
        f"{report.words.zh}：{red + orange:,}件疑点待核实，红色{red:,}、橙色{orange:,}；提醒{notice:,}{on.zh}",
        f"{report.words.en}: {red + orange:,} to verify, {red:,} red and {orange:,} orange; notices: {notice:,}{on.en}",
    )


def _read(report: Report) -> Iterator[tuple[Words, str]]:
    accepted, bad = sum(report.accepted.values()), sum(report.quarantined.values())
    yield (
        Words(
            f"读入{len(report.files)}个文件：{accepted:,}行入库，{bad:,}条隔离",
            f"Files read: {len(report.files)}; rows accepted: {accepted:,}; records quarantined: {bad:,}",
        ),
        "",
    )
    for dataset in sorted({*report.accepted, *report.quarantined}):
        good, refused = report.accepted.get(dataset, 0), report.quarantined.get(dataset, 0)
        name = report.datasets.get(dataset) or Words(dataset or "未能识别", dataset or "not recognised")
        tail = Words(f"，{refused:,}条隔离", f", {refused:,} quarantined") if refused else Words("", "")
        yield Words(f"  {name.zh}：{good:,}行{tail.zh}", f"  {name.en}: {good:,} rows{tail.en}"), "dim"


def _unfound(report: Report) -> Iterator[tuple[Words, str]]:
    for dataset, column, heading in report.unfound[:_REASONS]:
        yield (
            Words(
                f"  映射所指的列在文件中没有：[{dataset}] {column} = “{heading}”，请核对文件的列名",
                f"  The mapping names a heading that no file has: [{dataset}] {column} = “{heading}”; "
                "compare it with the headings of the file",
            ),
            "",
        )


def _quarantined(report: Report) -> Iterator[tuple[Words, str]]:
    """Yield one record for each of the first reasons, so that nobody has to open the quarantine to learn why."""
    first = {(one.dataset, one.column, one.reason): one for one in reversed(report.quarantine)}
    for one in list(reversed(first.values()))[:_EXAMPLES]:
        column = Words(f"，列 {one.column}", f", column {one.column}") if one.column else Words("", "")
        yield (
            Words(
                f"  隔离示例：{one.file}:{one.line}{column.zh}：{one.reason.zh}",
                f"  In quarantine: {one.file}:{one.line}{column.en}: {one.reason.en}",
            ),
            "dim",
        )


def _not_run(report: Report) -> Iterator[tuple[Words, str]]:
    idle = [run for run in report.indicators if run.not_run]
    ran = len(report.indicators) - len(idle)
    yield Words(f"运行{ran}个指标，{len(idle)}个没有运行", f"Indicators run: {ran}; not run: {len(idle)}"), ""
    for run in idle[:_REASONS]:
        name = run.words or Words(run.id, run.id)
        yield Words(f"  {name.zh}：{run.not_run.zh}", f"  {name.en}: {run.not_run.en}"), "dim"
    if len(idle) > _REASONS:
        yield Words(f"  另有{len(idle) - _REASONS}个", f"  and {len(idle) - _REASONS} more"), "dim"
