"""An indicator as it is read: rules with thresholds of the day, law, what it is drawn from, how it is doing now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from xiezhi.engine.compile.catalog import CALENDAR, Catalog
from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.compile.program import Missing, compile_pack
from xiezhi.engine.compile.views import build_catalog
from xiezhi.engine.findings.wording import Manner, manners_of
from xiezhi.engine.findings.written import written
from xiezhi.engine.intake.model import NormOfRun
from xiezhi.engine.packs.model import Indicator, Law, Level, Norm, Pack, Parameter, Rule, Scalar
from xiezhi.engine.telling.condition import condition_words, parameters_in
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.fields import fields
from xiezhi.kernel.findings.cited import Cited, citation, cited
from xiezhi.kernel.findings.models import Evaluation
from xiezhi.kernel.intake.feeds import stale_datasets
from xiezhi.kernel.intake.norms import norm_of
from xiezhi.kernel.intake.store import fed

Fed = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Threshold:
    """A dated value as it stands on the day. ``source``: where an installation's own value is from."""

    name: str
    words: Words
    value: Words
    since: date | None
    basis: Cited | None
    note: str
    source: str


@dataclass(frozen=True)
class RuleLevel:
    """A level of a rule: when it is reached, in words and as written."""

    rule: str
    words: Words
    level: str
    when: Words
    sql: str
    thresholds: tuple[Threshold, ...]


@dataclass(frozen=True)
class Drawn:
    """A dataset, reference table or calendar that is read, with its columns."""

    name: str
    words: Words
    columns: tuple[tuple[str, Words], ...]


@dataclass(frozen=True)
class Doing:
    """How an indicator is doing. ``not_run`` empty: it ran. ``looked_at``: whole, or over how many scopes."""

    as_of: date
    version: int
    ended_at: datetime | None
    not_run: Words
    findings: int | None
    looked_at: str | int | None


@dataclass(frozen=True)
class IndicatorView:
    """Everything its page says but figures of alerts.

    Attributes:
        missing: why it cannot run with what the sources feed; empty where it can.
        is_chosen: whether the installation's norm lets it run at all.
        assumed: what is taken for columns that no source feeds.
        stale: datasets it reads of which there are no data to be relied on since a time.
    """

    field: str
    field_words: Words
    indicator: Indicator
    levels: tuple[RuleLevel, ...]
    others: tuple[Threshold, ...]
    laws: tuple[Cited, ...]
    norms: tuple[Norm, ...]
    drawn: tuple[Drawn, ...]
    scope: Words
    is_proven: bool
    fingerprint: str
    missing: Words
    is_chosen: bool
    assumed: tuple[Words, ...]
    doing: Doing | None
    stale: tuple[tuple[Words, datetime], ...]


def indicator_view(field: str, name: str, *, on: date) -> IndicatorView | None:
    """Return one indicator, None where there is none. ``on``: the day whose thresholds are told."""
    pack = fields().packs.get(field)
    indicator = pack.indicators.get(name) if pack is not None else None
    if pack is None or indicator is None:
        return None
    norm = norm_of(field)
    feeding = tuple(sorted((dataset, tuple(sorted(columns))) for dataset, columns in fed(field).items()))
    plan, missing, catalog = _plan(field, name, feeding, norm)
    values = _Values(pack, norm, on)
    manners = manners_of(pack, indicator)
    levels = tuple(line for rule in indicator.rules for line in _levels(rule, manners, values))
    judged = {told.name for line in levels for told in line.thresholds}
    measured = [p for p in _measured(pack, catalog, indicator, plan) if p not in judged]
    return IndicatorView(
        field=field,
        field_words=pack.words,
        indicator=indicator,
        levels=levels,
        others=tuple(values.threshold(parameter) for parameter in measured),
        laws=cited(pack, basis_of(pack, indicator)),
        norms=tuple(pack.norms[item] for item in indicator.norms if item in pack.norms),
        drawn=tuple(_drawn(pack, dataset, columns) for dataset, columns in plan.reads),
        scope=_scope_words(plan),
        is_proven=plan.scope.proven,
        fingerprint=plan.fingerprint,
        missing=missing,
        is_chosen=not norm.indicators or name in norm.indicators,
        assumed=tuple(one.words for one in indicator.assumes if not missing and one.target in plan.assumed),
        doing=_doing(field, name),
        stale=_stale(pack, plan),
    )


def basis_of(pack: Pack, indicator: Indicator) -> tuple[Law, ...]:
    """Return the citations of an indicator: its own, else those of its norms."""
    return indicator.basis or tuple(law for norm in indicator.norms for law in pack.norms[norm].basis)


@lru_cache(maxsize=128)
def _plan(field: str, name: str, feeding: Fed, norm: NormOfRun) -> tuple[Compiled, Words, Catalog]:
    """Return the plan under what is fed, and why it cannot run; then the plan is that of a whole source."""
    pack = fields().packs[field]
    told = {dataset: frozenset(columns) for dataset, columns in feeding}
    plan = compile_pack(pack, fed=told, norm=norm, only=(name,)).indicators[name]
    if not isinstance(plan, Missing):
        return plan, NOTHING, build_catalog(pack, fed=told, norm=norm)
    whole = {dataset.name: frozenset(dataset.columns) for dataset in pack.datasets.values()}
    full = compile_pack(pack, fed=whole, norm=norm, only=(name,)).indicators[name]
    if isinstance(full, Missing):
        raise TypeError(f"{field}.{name} misses columns that its pack declares")
    return full, plan.words, build_catalog(pack, fed=whole, norm=norm)


class _Values:
    """What parameters are worth on a day: the installation's own values before the pack's."""

    def __init__(self, pack: Pack, norm: NormOfRun, on: date) -> None:
        self.pack, self.on = pack, on
        self.own = {one.name: one for one in norm.parameters}

    def value(self, name: str) -> Scalar:
        """Return the value of the day."""
        if name in self.own:
            return self.own[name].value
        known = self.pack.parameters.get(name)
        dated = [one for one in known.values if one.valid_from <= self.on] if known is not None else []
        return dated[-1].value if dated else None

    def threshold(self, name: str) -> Threshold:
        """Return the value with the day since which it holds, and its article."""
        known: Parameter | None = self.pack.parameters.get(name)
        words, unit = (known.words, known.unit) if known is not None else (Words(name, name), "")
        value = written(self.value(name), unit)
        own = self.own.get(name)
        dated = [one for one in known.values if one.valid_from <= self.on] if known is not None else []
        if own is not None or not dated:
            return Threshold(name, words, value, None, None, "", own.source if own is not None else "")
        basis = dated[-1].basis
        return Threshold(name, words, value, dated[-1].valid_from, citation(self.pack, basis), basis.note, "")


def _levels(rule: Rule, manners: Mapping[str, Manner], values: _Values) -> list[RuleLevel]:
    found = []
    for level in (Level.NOTICE, Level.ORANGE, Level.RED):
        sql = rule.levels.get(level)
        if sql is not None:
            thresholds = tuple(values.threshold(name) for name in parameters_in(sql))
            when = condition_words(sql, manners, values.value)
            found.append(RuleLevel(rule.id, rule.words, level.value, when, sql, thresholds))
    return found


def _measured(pack: Pack, catalog: Catalog, indicator: Indicator, plan: Compiled) -> list[str]:
    """Return the parameters of the measure itself: of its SELECT, and of the views that it reaches."""
    seen: set[str] = set()
    left, texts = list(plan.names), [indicator.sql]
    while left:
        name = left.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in pack.derived:
            left += pack.derived[name].inputs.values()
        elif name in pack.views:
            texts.append(pack.views[name].sql)
            left += catalog.views[name].names
    return list(dict.fromkeys(name for text in texts for name in parameters_in(text)))


def _drawn(pack: Pack, name: str, columns: tuple[str, ...]) -> Drawn:
    dataset = pack.datasets.get(name)
    if dataset is not None:
        told = tuple(
            (column, dataset.columns[column].words if column in dataset.columns else NOTHING) for column in columns
        )
        return Drawn(name, dataset.words, told)
    plain = tuple((column, NOTHING) for column in columns)
    if name == CALENDAR:
        return Drawn(name, Words("工作日历", "Working calendar"), plain)
    return Drawn(name, pack.tables[name].words if name in pack.tables else Words(name, name), plain)


def _scope_words(plan: Compiled) -> Words:
    scope = plan.scope
    if not scope.proven:
        return Words(f"每次整体计算：{scope.reason.zh}", f"computed whole each time: {scope.reason.en}")
    columns, whole = ", ".join(scope.columns), ", ".join(scope.whole)
    zh, en = f"只重算变动所及的{columns}", f"only those {columns} are computed again that a change touches"
    if whole:
        return Words(f"{zh}；{whole}变动时整体计算", f"{en}; whole where {whole} changes")
    return Words(zh, en)


def _doing(field: str, name: str) -> Doing | None:
    last = Evaluation.objects.filter(field=field, state=Evaluation.State.DONE).order_by("-as_of", "-version").first()
    if last is None:
        return None
    reason = last.not_run.get(name)
    return Doing(
        as_of=last.as_of,
        version=last.version,
        ended_at=last.ended_at,
        not_run=Words(reason["zh"], reason["en"]) if reason else NOTHING,
        findings=last.counts.get(name),
        looked_at=last.looked_at.get(name),
    )


def _stale(pack: Pack, plan: Compiled) -> tuple[tuple[Words, datetime], ...]:
    silent = stale_datasets(pack.id)
    read = {name for name, _ in plan.reads}
    return tuple((pack.datasets[name].words, since) for name, since in sorted(silent.items()) if name in read)
