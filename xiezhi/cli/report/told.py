"""One finding made ready to be shown: its sentence, its four answers, its clock, its evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xiezhi.cli.report.model import Finding, Report
from xiezhi.engine.findings.dates import day_of, said
from xiezhi.engine.telling.counting import count, read_clock
from xiezhi.engine.telling.derivation import Step, derive, standing
from xiezhi.engine.telling.evidence import Fact, Naming, fact, labelled
from xiezhi.engine.telling.law import Citation, Laws, citations
from xiezhi.engine.telling.ruler import Ruler, draw, overdue
from xiezhi.engine.visible import visible
from xiezhi.engine.words import NOTHING, Words

_TITLE = 160  # characters of a sentence; the evidence holds the rest
_ID = 80


@dataclass(frozen=True)
class Row:
    """What a list shows of a finding."""

    id: str
    level: str
    sentence: Words
    subject: str  # empty where the title says it
    title: str  # empty where it says no more than the subject
    organisation: str
    dated: Words
    indicator: str
    place: str
    digest: str
    trial: bool


@dataclass(frozen=True)
class Told:
    """A finding in full. ``undrawn`` names why a clock has no ruler: "no_ruler", or "" where it has or needs none."""

    row: Row
    rule: str
    name: Words
    why: Words
    absent: Words
    next: Words
    basis: tuple[Citation, ...]
    norms: tuple[str, ...]
    values: tuple[tuple[Words, Words], ...]
    ruler: Ruler | None
    steps: tuple[Step, ...]
    standing: Words
    late: bool
    undrawn: str
    facts: tuple[Fact, ...]
    more_facts: int
    fact_count: int
    row_count: int
    post: str
    period: str
    part: tuple[tuple[Words, Words], ...]
    reference: str
    as_of: Words
    fingerprint: str
    digest: str


def row(finding: Finding, number: int, *, trial: bool = False) -> Row:
    """Return the row of a finding; ``number`` makes its anchor."""
    first: Mapping[str, Any] = next(iter(finding.get("evidence") or ()), {})
    dated = day_of(finding.get("legal_date"))
    subject, title = _text(finding.get("subject_id"), _ID), _text(finding.get("title"), _ID)
    return Row(
        id=f"f{number}",
        level=str(finding.get("level") or "notice"),
        sentence=_sentence(finding),
        subject=subject if subject not in title or subject == title else "",
        title="" if title == subject else title,
        organisation=_text(finding.get("organisation"), _ID),
        dated=said(dated) if dated else NOTHING,
        indicator=_text(finding.get("indicator"), _ID),
        place=_place(first),
        digest=_text(finding.get("digest"), 16).rstrip("…"),
        trial=trial,
    )


def tell(finding: Finding, head: Row, *, report: Report, laws: Laws, most_evidence: int) -> Told:
    """Return a finding in full."""
    as_of = day_of(finding.get("as_of")) or report.as_of
    drawn = _clock(finding, report, as_of)
    evidence = list(finding.get("evidence") or ())
    indicator = str(finding.get("indicator"))
    labels = report.values.get(indicator, {})
    naming = Naming(report.datasets, report.columns, report.roles.get(indicator, {}))
    return Told(
        row=head,
        rule=_text(finding.get("rule"), _ID),
        name=_words(finding.get("name")),
        why=_words(finding.get("why")),
        absent=_words(finding.get("absent")),
        next=_words(finding.get("next")),
        basis=tuple(citations(finding.get("basis") or (), laws)),
        norms=tuple(_text(norm, _ID) for norm in finding.get("norms") or ()),
        values=tuple(labelled(name, value, labels) for name, value in (finding.get("values") or {}).items()),
        ruler=drawn.ruler,
        steps=drawn.steps,
        standing=drawn.standing,
        late=drawn.late,
        undrawn=drawn.undrawn,
        facts=tuple(fact(item, naming) for item in evidence[:most_evidence]),
        more_facts=max(0, len(evidence) - most_evidence),
        fact_count=len(evidence),
        row_count=len({(str(item.get("dataset")), str(item.get("row_digest"))) for item in evidence}),
        post=_text(finding.get("post"), _ID),
        period=_text(finding.get("period"), _ID),
        part=tuple(labelled(name, value, labels) for name, value in (finding.get("part") or {}).items()),
        reference=_text(finding.get("reference"), _ID),
        as_of=said(as_of) if as_of else NOTHING,
        fingerprint=_text(finding.get("fingerprint"), 64),
        digest=_text(finding.get("digest"), 64),
    )


@dataclass(frozen=True)
class _Drawn:
    """A clock drawn, or the reason why it is not."""

    ruler: Ruler | None = None
    steps: tuple[Step, ...] = ()
    standing: Words = NOTHING
    late: bool = False
    undrawn: str = ""


def _clock(finding: Finding, report: Report, as_of: date | None) -> _Drawn:
    clock = read_clock(finding.get("clock"), as_of, report.reasons.get(str(finding.get("indicator"))))
    if clock is None:
        return _Drawn()
    counting = count(clock, report.calendar)
    if counting is None:
        return _Drawn(undrawn="no_ruler")
    return _Drawn(
        ruler=draw(counting),
        steps=derive(counting, report.limit_name),
        standing=standing(counting),
        late=(overdue(counting) or 0) > 0,
    )


def _sentence(finding: Finding) -> Words:
    message = _words(finding.get("message")) or _words(finding.get("name"))
    if not message:
        text = _text(finding.get("indicator"), _ID)
        return Words(text, text)
    return Words(visible(message.zh, most=_TITLE), _begun(visible(message.en, most=_TITLE)))


def _begun(sentence: str) -> str:
    """Return an English sentence with a capital, unless a name of the source begins it."""
    first = sentence.split(" ", 1)[0]
    return sentence[:1].upper() + sentence[1:] if first.isascii() and first.isalpha() else sentence


def _place(item: Mapping[str, Any]) -> str:
    if not item.get("file"):
        return ""
    return _text(item["file"], _ID) + (f":{item['line']}" if item.get("line") else "")


def _words(value: Any) -> Words:
    if isinstance(value, Words):
        return value
    if isinstance(value, Mapping):
        return Words(str(value.get("zh") or ""), str(value.get("en") or ""))
    text = "" if value is None else str(value)
    return Words(text, text)


def _text(value: Any, most: int) -> str:
    return "" if value is None else visible(value, most=most)


def organisations(rows: Sequence[Row]) -> list[str]:
    """Return the organisations named, in order of their names."""
    return sorted({row.organisation for row in rows if row.organisation})
