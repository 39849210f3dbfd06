"""The list of indicators, and the page of one."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from xiezhi.engine.packs.model import Level
from xiezhi.engine.words import Words
from xiezhi.kernel.access.may import require
from xiezhi.kernel.alerts.counting import Raised, raised_by_level, raised_by_month
from xiezhi.kernel.alerts.words import OUTCOMES, checkpoint_words
from xiezhi.kernel.dispositions.enums import DAYS
from xiezhi.kernel.dispositions.indicator_list import INDICATORS, STATUS, YEAR
from xiezhi.kernel.dispositions.outcomes import Outcomes, outcomes_of
from xiezhi.kernel.findings.indicator_view import IndicatorView, RuleLevel, indicator_view
from xiezhi.web.account.asking import refusing
from xiezhi.web.indicators.drawing import bars, columns
from xiezhi.web.lists.linked import linked
from xiezhi.web.lists.view import list_page
from xiezhi.web.request import actor_of_request


def _to(level: str) -> Words:
    """Return who is told of a level, and what they do within how many working days."""
    if level == Level.NOTICE:
        return Words("提醒单位的联络员和录入员，不成预警", "a notice to the liaisons and clerks of the body; no alert")
    days = DAYS["acknowledge"][level]
    plural = "" if days == 1 else "s"
    return Words(
        f"监督员{days}个工作日内认领核实，由第二人结案",
        f"officers take it on within {days} working day{plural}; a second person closes it",
    )


_LIST = linked(
    INDICATORS,
    {
        "name": lambda row: reverse("indicator", args=[row.field, row.id]),
        "still": lambda row: f"{reverse('alerts')}?indicator={row.key}" if row.still else "",
    },
)


@dataclass(frozen=True)
class Line:
    """A level of a rule with its figures."""

    told: RuleLevel
    to: Words
    raised: Raised


@dataclass(frozen=True)
class CauseLine:
    """An innocent cause of the page, and how many alerts it explained."""

    words: Words
    count: int


@login_required
@refusing
def indicators(request: HttpRequest) -> HttpResponseBase:
    """List the indicators."""
    require(actor_of_request(request), "indicators.read")
    return list_page(request, _LIST, template="indicators/list.html")


@login_required
@refusing
def indicator(request: HttpRequest, field: str, name: str) -> HttpResponse:
    """Show one indicator."""
    actor, now = actor_of_request(request), timezone.now()
    require(actor, "indicators.read")
    view = indicator_view(field, name, on=timezone.localdate(now))
    if view is None:
        raise Http404
    outcomes = outcomes_of(actor, field, name)
    counts = raised_by_level(actor, field, name, since=now - YEAR)
    months = raised_by_month(actor, field, name, today=timezone.localdate(now))
    page = view.indicator
    context = {
        "columns": columns(months),
        "year_total": sum(month.total for month in months),
        "view": view,
        "page": page,
        "status": STATUS[page.status],
        "checkpoint": checkpoint_words(field, page.checkpoint) if page.checkpoint else None,
        "lines": [Line(told, _to(told.level), counts.get((told.rule, told.level), Raised())) for told in view.levels],
        "outcomes": outcomes,
        "said_outcomes": [(OUTCOMES[outcome], count) for outcome, count in outcomes.outcomes],
        "causes": _causes(view, outcomes),
        "other_causes": _other_causes(view, outcomes),
        "bars": bars(outcomes),
        "alerts": f"{reverse('alerts')}?indicator={field}.{name}",
    }
    return render(request, "indicators/indicator.html", context)


def _causes(view: IndicatorView, outcomes: Outcomes) -> list[CauseLine]:
    return [CauseLine(cause.words, outcomes.causes.get(cause.id, 0)) for cause in view.indicator.innocent]


def _other_causes(view: IndicatorView, outcomes: Outcomes) -> int:
    """Return how many alerts were innocent for a cause that the page does not name."""
    known = {cause.id for cause in view.indicator.innocent}
    return sum(count for cause, count in outcomes.causes.items() if cause not in known)
