"""The lists of data quality, and a batch."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import NotAllowed, Refused
from xiezhi.kernel.fields import fields
from xiezhi.kernel.intake.permissions import SEES
from xiezhi.kernel.intake.queries import BATCHES, QUARANTINE, SOURCES, NoSuchRow, batch_page, open_rows
from xiezhi.kernel.intake.waiting import batch_of, waits
from xiezhi.kernel.listing import Listing
from xiezhi.kernel.registry.queries import organisation_words
from xiezhi.web.account.asking import refusing
from xiezhi.web.lists.linked import linked
from xiezhi.web.lists.view import list_page
from xiezhi.web.request import actor_of_request

_NOT_YOURS = Refused(
    Words(
        "数据质量由监督人员、领导和数据责任单位的联络员、录入员查看",
        "Officers, leaders, and the liaisons and clerks of the data's owners see the quality of data",
    )
)


@login_required
@refusing
def sources(request: HttpRequest) -> HttpResponseBase:
    """List the sources, with the state of their feeds."""
    return _list(request, _SOURCES, "data/sources.html")


@login_required
@refusing
def batches(request: HttpRequest) -> HttpResponseBase:
    """List what was handed in."""
    return _list(request, _BATCHES, "data/batches.html")


@login_required
@refusing
def quarantine(request: HttpRequest) -> HttpResponseBase:
    """List the rows that were not accepted."""
    return _list(request, _QUARANTINE, "data/quarantine.html")


@login_required
@refusing
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """Show one delivery."""
    actor = seeing(request)
    try:
        page = batch_page(actor, number)
    except NoSuchRow as error:
        raise Http404 from error
    found = batch_of(actor, number)
    context = {
        "page": page,
        "digest": found.digest if found else "",
        "waits": found is not None and waits(found),
        "quarantined": f"{reverse('quarantine')}?batch={number}",
    }
    return render(request, "data/batch.html", context)


def seeing(request: HttpRequest) -> Actor:
    """Return the actor, who must be one of those who see data quality anywhere.

    Raises:
        NotAllowed: he is not.
    """
    actor = actor_of_request(request)
    if not actor.roles() & SEES:
        raise NotAllowed(_NOT_YOURS)
    return actor


def _list(request: HttpRequest, listing: Listing[Any, Any], template: str) -> HttpResponseBase:
    actor = seeing(request)
    return list_page(request, listing, template=template, extra={"tab": listing.name, "waiting": open_rows(actor)})


def _field(name: str) -> Words:
    pack = fields().packs.get(name)
    return pack.words if pack else Words(name, name)


_SOURCES = linked(
    SOURCES,
    {
        "name": lambda row: reverse("source", args=[row.code]),
        "open_rows": lambda row: f"{reverse('quarantine')}?source={row.code}&preset=open" if row.open_rows else "",
    },
    cells={
        "field": lambda row: _field(row.field),
        "owner": lambda row: organisation_words(row.owner) if row.owner else NOTHING,
    },
)
_BATCHES = linked(
    BATCHES,
    {
        "number": lambda row: reverse("batch", args=[row.number]),
        "quarantined": lambda row: f"{reverse('quarantine')}?batch={row.number}" if row.quarantined else "",
    },
)
_QUARANTINE = linked(
    QUARANTINE,
    {
        "file": lambda row: reverse("quarantined_row", args=[row.key]),
        "batch": lambda row: reverse("batch", args=[row.batch]),
    },
)
