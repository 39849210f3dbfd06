"""One view for every list: the page, its fragment for htmx, its export, its saved views."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.views import TooManyViews, drop_view, save_view, views_of
from xiezhi.kernel.ledger.exports import record_export
from xiezhi.kernel.listing import Listing, every, run
from xiezhi.web.language import said
from xiezhi.web.lists.asked import asked_of, filters_told, saved_query
from xiezhi.web.lists.draw import draw
from xiezhi.web.lists.export import FORMS, TooManyRows, export
from xiezhi.web.request import actor_of_request


def list_page(
    request: HttpRequest,
    listing: Listing[Any, Any],
    *,
    template: str = "lists/page.html",
    extra: dict[str, Any] | None = None,
) -> HttpResponseBase:
    """Answer any request for a list.

    Args:
        request: GET draws, GET with ``export`` gives a file, POST saves or drops a view.
        listing: the declaration.
        template: the page around the list; it includes ``lists/_list.html``.
        extra: further context.
    """
    if request.method == "POST":
        return _views(request)
    actor, asked = actor_of_request(request), asked_of(request, listing)
    if request.GET.get("export") in FORMS:
        return _file(request, listing, request.GET["export"])
    page = run(listing, actor, asked)
    context = {
        "drawn": draw(request, listing, actor, asked, page),
        "asked": asked,
        "narrowed": filters_told(request),
        "saved": views_of(actor, request.path),
        "query": saved_query(request),
        **(extra or {}),
    }
    part = getattr(request, "htmx", False) and request.headers.get("HX-Target") == "list"
    return render(request, "lists/_list.html" if part else template, context)


def _file(request: HttpRequest, listing: Listing[Any, Any], form: str) -> HttpResponseBase:
    actor, asked = actor_of_request(request), asked_of(request, listing)
    try:
        made = export(listing, every(listing, actor, asked), form)
    except TooManyRows:
        messages.error(
            request,
            said(Words("超过一张表能装的1,048,575行，请改用CSV", "More than the 1,048,575 rows of a sheet: take CSV")),
        )
        return HttpResponseRedirect(f"{request.path}?{saved_query(request)}")
    now = timezone.now()
    record_export(
        listing=listing.name,
        query=saved_query(request),
        rows=made.rows,
        sha256=made.sha256,
        form=form,
        by=actor,
        at=now,
    )
    name = f"{listing.name}-{timezone.localtime(now):%Y%m%d-%H%M}.{form}"
    response = FileResponse(made.stream, as_attachment=True, filename=name, content_type=FORMS[form])
    response["X-Rows"] = str(made.rows)
    response["Digest"] = f"sha-256={made.sha256}"
    return response


def _views(request: HttpRequest) -> HttpResponse:
    actor, name = actor_of_request(request), request.POST.get("name", "").strip()[:60]
    query = request.POST.get("query", "")
    if request.POST.get("drop", "").isdecimal():
        drop_view(view=int(request.POST["drop"]), by=actor)
    elif not name:
        messages.error(request, said(Words("给这个视图起个名字", "Give this view a name")))
    else:
        try:
            save_view(page=request.path, name=name, query=query, by=actor, at=timezone.now())
            messages.success(request, said(Words(f"已存为视图“{name}”", f"Saved as view “{name}”")), extra_tags="done")
        except TooManyViews:
            messages.error(request, said(Words("已有50个视图，先删一个", "There are 50 views: remove one first")))
    return HttpResponseRedirect(f"{request.path}?{query}")
