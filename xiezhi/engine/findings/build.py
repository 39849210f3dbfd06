"""Flagged rows, their evidence and their subjects become findings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.findings.clocks import clock_of
from xiezhi.engine.findings.finding import Evidence, Json, digest_of, short_parts
from xiezhi.engine.findings.masking import Display
from xiezhi.engine.findings.rows import Row
from xiezhi.engine.findings.texts import Text, json_value
from xiezhi.engine.findings.wording import Manner, manner_of_column, manners_of, sentence
from xiezhi.engine.packs.model import Indicator, Law, Pack, Subject
from xiezhi.engine.words import Words


class IdentityNotUnique(XiezhiError):  # noqa: N818  named by what it says
    """Two rows of one indicator are one finding: its SQL gives the same subject, period and part twice."""


@dataclass(frozen=True)
class Ground:
    """What findings of one indicator rest on.

    Attributes:
        evidence: identity (outputs but values) → role → rows.
        subjects: subject id → row of the dataset that declares the subject.
        tokens: output columns that hold tokens.
        basis: citations printed in place of the page's, empty for the page's own.
        assumed: what was taken for columns that the source does not feed.
    """

    pack: Pack
    indicator: Indicator
    compiled: Compiled
    as_of: date | None
    evidence: Mapping[tuple[Any, ...], Mapping[str, Sequence[Row]]]
    subjects: Mapping[str, Row]
    tokens: frozenset[str]
    basis: tuple[Law, ...]
    assumed: tuple[Words, ...]
    display: Display

    @cached_property
    def manners(self) -> dict[str, Manner]:
        """How columns are written in a sentence: those of the subject's row, and the indicator's own before them."""
        declared = subject_of(self.pack, self.indicator.subject_type)
        row = self.pack.datasets[declared[0]] if declared is not None else None
        columns = {name: manner_of_column(row, column) for name, column in row.columns.items()} if row else {}
        return columns | manners_of(self.pack, self.indicator)


def identity_columns(indicator: Indicator) -> tuple[str, ...]:
    """Return the output columns that tell one finding of an indicator from another, in order."""
    period = (indicator.period,) if indicator.period else ()
    return tuple(dict.fromkeys((*indicator.scope, indicator.subject_id, *indicator.part, *period)))


def build_findings(ground: Ground, flagged: Sequence[Mapping[str, Any]]) -> Iterator[Json]:
    """Yield findings in the JSON form of the contract.

    Raises:
        IdentityNotUnique: when the indicator gives one identity twice.
    """
    seen: set[tuple[Any, ...]] = set()
    indicator = ground.indicator
    named = (indicator.subject_id, *indicator.part, *([indicator.period] if indicator.period else []))
    for row in flagged:
        identity = (row["rule"], *(row[name] for name in named))
        if identity in seen:
            raise IdentityNotUnique(
                f"{indicator.sql_path}: rule {row['rule']} finds {identity[1:]} more than once — "
                f"add a column to `part`, or group the rows"
            )
        seen.add(identity)
        yield _finding(ground, row)


def _finding(ground: Ground, row: Mapping[str, Any]) -> Json:
    indicator, pack = ground.indicator, ground.pack
    rule = next(rule for rule in indicator.rules if rule.id == row["rule"])
    texts = {name: json_value(value, token=name in ground.tokens) for name, value in row.items()}
    subject_id = str(texts[indicator.subject_id])
    about = _subject(pack, indicator.subject_type, ground.subjects.get(subject_id))
    evidence = _evidence(ground, tuple(row[name] for name in identity_columns(indicator)))
    period = texts[indicator.period] if indicator.period else None
    finding: Json = {
        "field": pack.id,
        "indicator": indicator.id,
        "rule": rule.id,
        "level": str(row["level"]),
        "name": (rule.words or indicator.words).as_json(),
        "subject_type": indicator.subject_type,
        "subject_id": subject_id,
        **about,
        "period": period if period is None else str(period),
        "part": {name: texts[name] for name in indicator.part},
        "values": {name: texts[name] for name in indicator.values},
        "clock": clock_of(indicator.clock, texts, evidence),
        "evidence": [item.as_json() for item in evidence],
        "basis": _cited(ground.basis or _own_basis(pack, indicator)),
        "norms": list(indicator.norms),
        "reference": rule.reference or indicator.reference,
        "as_of": ground.as_of.isoformat() if ground.as_of and ground.compiled.uses_as_of else None,
        "version": None,
        "fingerprint": ground.compiled.fingerprint,
        "fingerprint_parts": short_parts(ground.compiled.parts),
    }
    finding["digest"] = digest_of(finding)
    finding["message"] = _message(ground, rule.message, finding, about, texts)
    finding["why"] = indicator.why.as_json()
    finding["absent"] = _joined((indicator.absent, *ground.assumed)).as_json()
    finding["next"] = indicator.next.as_json()
    return finding


def _cited(basis: Sequence[Law]) -> list[dict[str, str]]:
    """Return citations, each once: notes are no part of them."""
    return [dict(items) for items in dict.fromkeys(tuple(law.as_json().items()) for law in basis)]


def _own_basis(pack: Pack, indicator: Indicator) -> tuple[Law, ...]:
    if indicator.basis:
        return indicator.basis
    cited = (law for norm in indicator.norms if norm in pack.norms for law in pack.norms[norm].basis)
    return tuple(dict.fromkeys(law for law in cited if law.law))


def _evidence(ground: Ground, identity: tuple[Any, ...]) -> tuple[Evidence, ...]:
    roles = ground.evidence.get(identity, {})
    found = [
        Evidence(role, row.dataset, row.key, row.digest, row.file, row.line, row.content)
        for role, rows in roles.items()
        for row in rows
    ]
    return tuple(sorted(found, key=lambda item: (item.role, item.dataset, item.file, item.line, item.row_digest)))


def subject_of(pack: Pack, subject_type: str) -> tuple[str, Subject] | None:
    """Return the dataset that declares a subject type, with the declaration."""
    for dataset in pack.datasets.values():
        if dataset.subject is not None and dataset.subject.type == subject_type:
            return dataset.name, dataset.subject
    return None


def _subject(pack: Pack, subject_type: str, row: Row | None) -> Json:
    declared = subject_of(pack, subject_type)
    empty: Json = {"title": None, "organisation": None, "post": None, "legal_date": None}
    if declared is None or row is None:
        return empty
    subject = declared[1]
    for name in empty:
        column = getattr(subject, name)
        empty[name] = None if column is None else row.content.get(column)
    if isinstance(empty["legal_date"], str):
        empty["legal_date"] = empty["legal_date"][:10]
    return empty


def _message(
    ground: Ground, template: Words, finding: Json, about: Mapping[str, Text], texts: Mapping[str, Text]
) -> dict[str, str]:
    row = ground.subjects.get(finding["subject_id"])
    known: dict[str, Text] = {**about, **(row.content if row is not None else {}), **texts}
    words = sentence(template, known, ground.manners)
    return {"zh": ground.display.resolve(words.zh), "en": ground.display.resolve(words.en)}


def _joined(words: Sequence[Words]) -> Words:
    told = [item for item in words if item]
    return Words("".join(item.zh for item in told), " ".join(item.en for item in told))
