"""One finding of an alert in words: its four answers, its clock with ruler and derivation, its evidence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.findings.dates import day_of
from xiezhi.engine.findings.masking import Display
from xiezhi.engine.findings.wording import Codes, Manner, codes_of, manner_of_column, manners_of
from xiezhi.engine.packs import library
from xiezhi.engine.packs.model import Indicator, Pack
from xiezhi.engine.telling.evidence import Fact, Labelled, Naming, fact, labelled
from xiezhi.engine.telling.law import Citation, Laws, citations
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.alerts.masking import resolved, token_of_text

MOST_FACTS = 60


@dataclass(frozen=True)
class Value:
    """A value under its label. ``token``: of a name that is masked and may be looked at on record, else empty."""

    label: Words
    text: Words
    token: str = ""


@dataclass(frozen=True)
class FactView:
    """A row of evidence as it is shown."""

    role: Words
    dataset: Words
    key: tuple[Value, ...]
    place: str
    line: str
    digest: str
    content: tuple[Value, ...]
    empty: tuple[Words, ...]


@dataclass(frozen=True)
class ClockData:
    """What a deadline is drawn from: the clock in the form of the contract, and what it is walked and worded with."""

    clock: Mapping[str, Any]
    as_of: date
    calendar: Calendar
    limit_name: Words
    reasons: Codes
    cited: Words


@dataclass(frozen=True)
class Part:
    """A finding of an alert. ``norms``: ids and names of what the law asks."""

    level: str
    sentence: Words
    name: Words
    why: Words
    absent: Words
    next: Words
    basis: tuple[Citation, ...]
    norms: tuple[tuple[str, Words], ...]
    values: tuple[Value, ...]
    part: tuple[Value, ...]
    clock: ClockData | None
    facts: tuple[FactView, ...]
    fact_count: int
    row_count: int
    digest: str
    fingerprint: str
    as_of: date | None


@dataclass(frozen=True)
class Reading:
    """What findings are read with: a pack, a calendar, the names behind tokens, what a limit is called."""

    pack: Pack | None
    indicator: Indicator | None
    calendar: Calendar
    display: Display
    limit_name: Words
    today: date

    @property
    def values(self) -> Mapping[str, Manner]:
        """How the values of the indicator are written."""
        return manners_of(self.pack, self.indicator) if self.pack and self.indicator else {}

    @property
    def naming(self) -> Naming:
        """What datasets, columns and roles are called."""
        datasets = self.pack.datasets if self.pack else {}
        return Naming(
            {name: dataset.words for name, dataset in datasets.items()},
            {
                name: {column.name: manner_of_column(dataset, column) for column in dataset.columns.values()}
                for name, dataset in datasets.items()
            },
            {name: role.words for name, role in self.indicator.roles.items()} if self.indicator else {},
        )

    @property
    def reasons(self) -> Codes:
        """What the codes of pauses mean."""
        clock = self.indicator.clock if self.indicator else None
        if clock is None or self.pack is None or "reason" not in clock.pauses:
            return {}
        name = clock.pauses["reason"]
        lists = (dataset.columns[name].codes for dataset in self.pack.datasets.values() if name in dataset.columns)
        return next((codes_of(self.pack, codes) for codes in lists if codes), {})


def read(body: Mapping[str, Any], reading: Reading) -> Part:
    """Return a finding in words."""
    evidence = list(body.get("evidence") or ())
    naming, manners = reading.naming, reading.values
    return Part(
        level=str(body["level"]),
        sentence=resolved(_words(body["message"]), reading.display),
        name=_words(body["name"]),
        why=_words(body["why"]),
        absent=_words(body["absent"]),
        next=_words(body["next"]),
        basis=tuple(citations(body.get("basis") or (), _laws(body))),
        norms=tuple(_norms(body, reading.pack)),
        values=tuple(_value(labelled(n, v, manners), reading) for n, v in (body.get("values") or {}).items()),
        part=tuple(_value(labelled(n, v, manners), reading) for n, v in (body.get("part") or {}).items()),
        clock=_clock(body, reading),
        facts=tuple(_fact(fact(item, naming), reading) for item in evidence[:MOST_FACTS]),
        fact_count=len(evidence),
        row_count=len({(item["dataset"], item["row_digest"]) for item in evidence}),
        digest=str(body.get("digest", "")),
        fingerprint=str(body.get("fingerprint", "")),
        as_of=day_of(body.get("as_of")),
    )


def _clock(body: Mapping[str, Any], reading: Reading) -> ClockData | None:
    if not body.get("clock"):
        return None
    first = next(iter(citations(body.get("basis") or (), {})), None)
    return ClockData(
        clock=body["clock"],
        as_of=day_of(body.get("as_of")) or reading.today,
        calendar=reading.calendar,
        limit_name=reading.limit_name,
        reasons=reading.reasons,
        cited=first.words if first else NOTHING,
    )


def _fact(told: Fact, reading: Reading) -> FactView:
    return FactView(
        role=told.role,
        dataset=told.dataset,
        key=tuple(_value(pair, reading) for pair in told.key),
        place=told.place.rpartition("/")[2],
        line=told.line,
        digest=told.digest,
        content=tuple(_value(pair, reading) for pair in told.content),
        empty=told.empty,
    )


def _value(pair: Labelled, reading: Reading) -> Value:
    label, text = pair
    token = token_of_text(text.zh)
    masked = token is not None and token in reading.display.vault and token not in reading.display.opened
    return Value(label, resolved(text, reading.display), f"{token:016x}" if masked else "")


def _norms(body: Mapping[str, Any], pack: Pack | None) -> Iterator[tuple[str, Words]]:
    for name in body.get("norms") or ():
        known = (pack.norms.get(name) if pack else None) or library.norm(name)
        yield name, known.words if known else Words(name, name)


def _laws(body: Mapping[str, Any]) -> Laws:
    """Return the cited articles whose text is on file, verbatim."""
    cited = {(item["law"], item["version"], item["article"]) for item in body.get("basis") or ()}
    texts = {key: library.article(*key) for key in cited}
    return {key: text for key, text in texts.items() if text is not None}


def _words(value: Mapping[str, Any] | None) -> Words:
    return Words(str((value or {}).get("zh") or ""), str((value or {}).get("en") or ""))
