"""What the alerts of an indicator turned out to be: founded or not, for which innocent causes, body by body."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.enums import Outcome, State
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.permissions import readable
from xiezhi.kernel.dispositions.quality import LEAST, wilson
from xiezhi.kernel.registry.queries import organisation_words

_FOUNDED = frozenset({Outcome.CONFIRMED_CORRECTED, Outcome.CONFIRMED_MEASURE, Outcome.CONFIRMED_REFERRED})
_VERIFIED = _FOUNDED | {Outcome.INNOCENT, Outcome.RULE_ERROR}


@dataclass(frozen=True)
class Precision:
    """How many of the verified alerts were founded. Below twenty verified ones no share is told."""

    founded: int
    verified: int

    @property
    def is_told(self) -> bool:
        """Whether there are enough for a share."""
        return self.verified >= LEAST

    @property
    def share(self) -> int:
        """The share of founded ones, in percent."""
        return round(100 * self.founded / self.verified) if self.verified else 0

    @property
    def interval(self) -> tuple[int, int]:
        """The interval of the share at 95 %, by Wilson, in percent."""
        low, high = wilson(self.founded, self.verified)
        return round(100 * low), round(100 * high)


@dataclass(frozen=True)
class BodyPrecision:
    """The precision of one body."""

    words: Words
    precision: Precision


@dataclass(frozen=True)
class Outcomes:
    """Of all closed alerts of an indicator that the actor may read.

    ``causes``: innocent cause → how many; the empty one: innocent without a cause of the page.
    """

    closed: int
    whole: Precision
    bodies: tuple[BodyPrecision, ...]
    outcomes: tuple[tuple[Outcome, int], ...]
    causes: Mapping[str, int]


def outcomes_of(actor: Actor, field: str, indicator: str) -> Outcomes:
    """Return what the alerts of one indicator turned out to be. One query."""
    closed = Alert.objects.filter(readable(actor), field=field, indicator=indicator, state=State.CLOSED)
    counted = (
        closed.values("organisation", "outcome", "outcome_cause")
        .order_by("organisation", "outcome", "outcome_cause")
        .annotate(alerts=Count("pk"))
        .values_list("organisation", "outcome", "outcome_cause", "alerts")
    )
    bodies: dict[str, Counter[str]] = defaultdict(Counter)
    whole: Counter[str] = Counter()
    causes: Counter[str] = Counter()
    for organisation, outcome, cause, alerts in counted:
        bodies[organisation][outcome] += alerts
        whole[outcome] += alerts
        if outcome == Outcome.INNOCENT:
            causes[cause] += alerts
    told = [BodyPrecision(organisation_words(code), _precision(found)) for code, found in bodies.items()]
    return Outcomes(
        closed=whole.total(),
        whole=_precision(whole),
        bodies=tuple(sorted((b for b in told if b.precision.verified), key=_most_first)),
        outcomes=tuple((outcome, whole[outcome]) for outcome in Outcome if whole[outcome]),
        causes=causes,
    )


def precision_by_indicator(actor: Actor) -> Mapping[tuple[str, str], Precision]:
    """Return (field, indicator) → precision. One query."""
    closed = Alert.objects.filter(readable(actor), state=State.CLOSED).values("field", "indicator", "outcome")
    counted: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    rows: Iterable[tuple[str, str, str, int]] = (
        closed.order_by("field", "indicator", "outcome")
        .annotate(alerts=Count("pk"))
        .values_list("field", "indicator", "outcome", "alerts")
    )
    for field, indicator, outcome, alerts in rows:
        counted[field, indicator][outcome] += alerts
    return {key: _precision(found) for key, found in counted.items()}


def _precision(outcomes: Counter[str]) -> Precision:
    return Precision(sum(outcomes[o] for o in _FOUNDED), sum(outcomes[o] for o in _VERIFIED))


def _most_first(body: BodyPrecision) -> tuple[int, str]:
    return -body.precision.verified, body.words.zh
