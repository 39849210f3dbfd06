"""The ledger as pages: all of it for the audit administrator, one's own part for everybody."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from xiezhi.kernel.access.may import require
from xiezhi.kernel.administration.entries import ENTRIES, OWN_ENTRIES
from xiezhi.web.account.asking import refusing
from xiezhi.web.lists.view import list_page
from xiezhi.web.request import actor_of_request


@login_required
@refusing
def ledger(request: HttpRequest) -> HttpResponseBase:
    """List the ledger."""
    require(actor_of_request(request), "ledger.read")
    return list_page(request, ENTRIES)


@login_required
def own_record(request: HttpRequest) -> HttpResponseBase:
    """List what one did oneself."""
    return list_page(request, OWN_ENTRIES)
