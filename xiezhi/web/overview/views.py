"""The first page: what needs the reader today. And the menu as a page of its own."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.enums import THREE_ADMINISTRATORS
from xiezhi.kernel.access.may import may
from xiezhi.kernel.dispositions.overview import overview_page
from xiezhi.web.language import day_words, weekday_words
from xiezhi.web.overview.trend import draw
from xiezhi.web.request import actor_of_request


@login_required
def overview(request: HttpRequest) -> HttpResponseBase:
    """Show what waits, and for those who see alerts of their own right how they stand."""
    actor = actor_of_request(request)
    page = overview_page(actor, at=timezone.now())
    days = [day for day, _ in page.weekly[0].weeks] if page.weekly else []
    context: dict[str, Any] = {
        "page": page,
        "title": title(page.today, page.waiting),
        "trends": tuple(draw(course) for course in page.weekly),
        "weeks": [(day, [course.weeks[place][1] for course in page.weekly]) for place, day in enumerate(days)],
        "administers": sorted(role.value for role in actor.roles() & THREE_ADMINISTRATORS),
        "sees": bool(may(actor, "alerts.overview")),
    }
    return render(request, "overview/overview.html", context)


def title(today: date, waiting: int) -> Words:
    """Return the sentence of the page: the day, and how many things wait."""
    day, weekday = day_words(today, today=today), weekday_words(today)
    if not waiting:
        return Words(f"{day.zh}，{weekday.zh}：没有事等您办", f"{weekday.en}, {day.en}: nothing waits for you")
    things = "thing waits" if waiting == 1 else "things wait"
    return Words(f"{day.zh}，{weekday.zh}：{waiting}件事等您办", f"{weekday.en}, {day.en}: {waiting} {things} for you")


@login_required
def menu(request: HttpRequest) -> HttpResponseBase:
    """Show the menu as a page: for phones, and without script."""
    return render(request, "overview/menu.html")
