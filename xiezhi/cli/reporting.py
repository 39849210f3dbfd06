"""An outcome as the report and the terminal are told it: masked texts, labels in both languages, law verbatim."""

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
    ValueLabel,
)
from xiezhi.engine.check.outcome import Outcome, Ran
from xiezhi.engine.findings.masking import Display
from xiezhi.engine.packs.library import article as library_article
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
        overrides=[UsedValue(item.name, str(item.value), item.source) for item in outcome.source.norm.parameters],
        laws=_laws(outcome),
        datasets={name: dataset.words for name, dataset in pack.datasets.items()},
        columns={name: _labels(dataset.columns.values()) for name, dataset in pack.datasets.items()},
        values={ran.indicator.id: _units(ran) for ran in outcome.ran},
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


def _labels(columns: Any) -> dict[str, Words]:
    return {column.name: column.words for column in columns}


def _units(ran: Ran) -> dict[str, ValueLabel]:
    return {name: ValueLabel(NOTHING, unit) for name, unit in ran.indicator.values.items()}
