"""The search: what a text names, within what one may see."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xiezhi.web.request import actor_of_request
from xiezhi.web.search.groups import MOST, find

_LONGEST = 80
_SHORTEST = 2


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found, by kind."""
    text = request.GET.get("q", "").strip()[:_LONGEST]
    enough = len(text) >= _SHORTEST
    groups = find(actor_of_request(request), text) if enough else ()
    context = {
        "q": text,
        "enough": enough,
        "groups": groups,
        "total": sum(len(group.hits) for group in groups),
        "more": any(group.more for group in groups),
        "most": MOST,
    }
    return render(request, "search/search.html", context)
