"""An outcome as the report and the terminal are told it: masked texts, labels in both languages, law verbatim."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyarrow.parquet as pq

from xiezhi import __version__
from xiezhi.cli.report.model import (
    IndicatorRun,
    LawText,
    Quarantined,
    ReadFile,
    Report,
    UsedValue,
)
from xiezhi.engine.check.outcome import Outcome, Ran
from xiezhi.engine.findings.masking import Display
from xiezhi.engine.findings.wording import Codes, Manner, manner_of_column, manners_of
from xiezhi.engine.findings.written import written
from xiezhi.engine.intake.model import ParameterOverride, TableOverride
from xiezhi.engine.packs.library import article as library_article
from xiezhi.engine.packs.model import Dataset, Pack
from xiezhi.engine.words import NOTHING, Words

SAMPLE = 200  # quarantined records told in a report; all are in the quarantine file


def report_of(outcome: Outcome) -> Report:
    """Return everything a report says about a run. Findings hold tokens: `resolved` puts texts in their place."""
    pack = outcome.pack
    return Report(
        field=pack.id,
        words=pack.words,
        findings=outcome.findings,
        indicators=[_indicator(ran) for ran in outcome.ran],
        as_of=outcome.as_of,
        files=[ReadFile(file.path, file.sha256, file.records) for file in outcome.batch.files],
        accepted=outcome.batch.accepted,
        quarantined=outcome.batch.quarantined,
        quarantine=_quarantine(outcome),
        provisional=tuple(outcome.provisional),
        calendar=outcome.calendar,
        overrides=[
            *(_override(pack, item) for item in outcome.source.norm.parameters),
            *(_laid_over(pack, item) for item in outcome.source.norm.tables),
        ],
        laws=_laws(outcome),
        datasets={name: dataset.words for name, dataset in pack.datasets.items()},
        columns={name: _columns(dataset) for name, dataset in pack.datasets.items()},
        values={ran.indicator.id: manners_of(pack, ran.indicator) for ran in outcome.ran},
        roles={ran.indicator.id: {n: role.words for n, role in ran.indicator.roles.items()} for ran in outcome.ran},
        reasons={ran.indicator.id: _reasons(pack, ran) for ran in outcome.ran},
        unfound=tuple(_unfound(outcome)),
        limit_name=outcome.source.norm.limit_name,
        assumptions=tuple(outcome.assumed),
        masked=not outcome.display.reveal,
        version=__version__,
    )


def resolved(report: Report, display: Display) -> Report:
    """Return a report with the texts that may be shown in place of the tokens of its findings."""
    return replace(report, findings=[_resolved(finding, display) for finding in report.findings])


def _resolved(value: Any, display: Display) -> Any:
    if isinstance(value, str):
        return display.resolve(value)
    if isinstance(value, dict):
        return {name: item if name == "digest" else _resolved(item, display) for name, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, display) for item in value]
    return value


def _indicator(ran: Ran) -> IndicatorRun:
    indicator, plan = ran.indicator, ran.compiled
    return IndicatorRun(
        id=indicator.id,
        words=indicator.words,
        status=str(indicator.status),
        measure=indicator.measure,
        norms=indicator.norms,
        not_run=ran.not_run,
        fingerprint=plan.fingerprint if plan else "",
        scope_proven=plan.scope.proven if plan else None,
        scope_reason=plan.scope.reason if plan else NOTHING,
        exclusions=tuple(cause.words for cause in indicator.exclusions),
        innocent=tuple(cause.words for cause in indicator.innocent),
    )


def _quarantine(outcome: Outcome) -> list[Quarantined]:
    with pq.ParquetFile(outcome.batch.quarantine) as file:
        first = next(file.iter_batches(batch_size=SAMPLE), None)
    rows = first.to_pylist() if first is not None else []
    return [
        Quarantined(
            file=row["file"],
            line=int(row["line"]),
            dataset=row["dataset"] or "",
            column=row["column"] or "",
            reason=Words(row["reason_zh"], row["reason_en"]),
            value=outcome.display.resolve(row["value"] or ""),
        )
        for row in rows
    ]


def _laws(outcome: Outcome) -> list[LawText]:
    """Return the cited articles whose text is on file, verbatim, in order of first citation."""
    cited = dict.fromkeys(
        (law["law"], law["version"], law["article"]) for finding in outcome.findings for law in finding["basis"]
    )
    texts = []
    for law, version, number in cited:
        article = library_article(law, version, number)
        if article is not None:
            texts.append(LawText(law, version, number, article.title, article.paragraphs))
    return texts


def _unfound(outcome: Outcome) -> Iterator[tuple[str, str, str]]:
    """Yield the headings that the mapping names for a dataset that was fed, and that its files do not have."""
    if outcome.source.path is None:
        return  # nobody named anything
    for name, fed in outcome.batch.fed.items():
        for column, told in outcome.source.datasets[name].columns.items():
            if told.column is not None and column not in fed:
                yield name, column, told.column


def _columns(dataset: Dataset) -> dict[str, Manner]:
    return {name: manner_of_column(dataset, column) for name, column in dataset.columns.items()}


def _reasons(pack: Pack, ran: Ran) -> Codes:
    """Return what the codes of an indicator's pauses mean: those of the column that names the reason."""
    clock, plan = ran.indicator.clock, ran.compiled
    if clock is None or plan is None or "reason" not in clock.pauses:
        return {}
    dataset = pack.datasets[dict(plan.evidence)[clock.pauses["evidence"].removeprefix("ev_")]]
    column = dataset.columns.get(clock.pauses["reason"])
    return (manner_of_column(dataset, column).codes if column is not None else None) or {}


def _laid_over(pack: Pack, item: TableOverride) -> UsedValue:
    """A row over a reference table: its key and days name it, the other cells are its value."""
    table = pack.tables[item.table]
    cells = dict(zip(table.columns, item.cells, strict=True))
    key = ", ".join(f"{name} = {cells.pop(name)}" for name in table.key)
    first, last = cells.pop("valid_from"), cells.pop("valid_to")
    zh, en = f"自 {first} 起", f"from {first}"
    if last is not None:
        zh, en = f"{zh}至 {last} 前", f"{en} to the day before {last}"
    value = ", ".join(f"{name} = {'—' if cell is None else cell}" for name, cell in cells.items())
    named = Words(f"{table.words.zh}（{key}，{zh}）", f"{table.words.en} ({key}, {en})")
    return UsedValue(named, Words(value, value), item.source)


def _override(pack: Pack, item: ParameterOverride) -> UsedValue:
    parameter = pack.parameters.get(item.name)
    if parameter is None:
        return UsedValue(Words(item.name, item.name), Words(str(item.value), str(item.value)), item.source)
    return UsedValue(parameter.words, written(item.value, parameter.unit), item.source)
