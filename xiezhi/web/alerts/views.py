"""The list of alerts, the list of one's tasks, and the page of one alert."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.alerts.queries import ALERTS
from xiezhi.kernel.dispositions.page import alert_case
from xiezhi.kernel.dispositions.tasks import TASKS
from xiezhi.web.alerts.answering import answered
from xiezhi.web.alerts.bulk import offered
from xiezhi.web.alerts.drawing import draw
from xiezhi.web.lists.view import list_page
from xiezhi.web.request import actor_of_request


@answered
def alerts(request: HttpRequest) -> HttpResponseBase:
    """List alerts; the open ones where nothing was asked for."""
    if request.method == "GET" and not request.GET:
        return HttpResponseRedirect(f"{reverse('alerts')}?{urlencode({'preset': 'open'})}")
    actor = actor_of_request(request)
    extra = {"bulk": offered() if Role.OFFICER in actor.roles() else None}
    return list_page(request, ALERTS, template="alerts/list.html", extra=extra)


@answered
def tasks(request: HttpRequest) -> HttpResponseBase:
    """List what waits for the reader."""
    return list_page(request, TASKS)


@answered
def alert(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show one alert."""
    case = alert_case(actor_of_request(request), number, at=timezone.now())
    return render(request, "alerts/alert.html", {"drawn": draw(case), "case": case, "view": case.view})
