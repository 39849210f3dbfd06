"""The first page: what needs the reader today. And the menu as a page of its own."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from xiezhi.kernel.access.enums import THREE_ADMINISTRATORS
from xiezhi.kernel.access.may import may
from xiezhi.kernel.dispositions.overview import overview_page
from xiezhi.web.overview.trend import draw
from xiezhi.web.request import actor_of_request


@login_required
def overview(request: HttpRequest) -> HttpResponseBase:
    """Show what waits, and for those who see alerts of their own right how they stand."""
    actor = actor_of_request(request)
    page = overview_page(actor, at=timezone.now())
    context: dict[str, Any] = {
        "page": page,
        "trends": tuple(draw(course) for course in page.weekly),
        "administers": sorted(role.value for role in actor.roles() & THREE_ADMINISTRATORS),
        "sees": bool(may(actor, "alerts.overview")),
    }
    return render(request, "overview/overview.html", context)


@login_required
def menu(request: HttpRequest) -> HttpResponseBase:
    """Show the menu as a page: for phones, and without script."""
    return render(request, "overview/menu.html")
