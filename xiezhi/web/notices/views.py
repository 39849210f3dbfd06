"""One's own notices."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from xiezhi.engine.words import Words
from xiezhi.kernel.alerts.notices import NOTICES, Told, read, read_all, unread
from xiezhi.web.language import said
from xiezhi.web.lists.linked import linked
from xiezhi.web.lists.view import list_page
from xiezhi.web.request import actor_of_request


def _alert(told: Told) -> str:
    return reverse("alert", args=[told.alert]) if told.alert else ""


_LIST = linked(NOTICES, {"words": _alert, "alert": _alert})
_ACTS = {"url": "", "acts": [{"name": "read", "words": Words("标为已读", "Mark as read")}]}


@login_required
def notices(request: HttpRequest) -> HttpResponseBase:
    """List them, the newest first."""
    actor = actor_of_request(request)
    extra = {"bulk": {**_ACTS, "url": reverse("read_notices")}, "unread": unread(actor)}
    return list_page(request, _LIST, template="notices/notices.html", extra=extra)


@login_required
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark the chosen ones, or all of them, as read."""
    actor, now = actor_of_request(request), timezone.now()
    if request.POST.get("act") == "all":
        done = read_all(by=actor, at=now)
    else:
        chosen = [int(key) for key in request.POST.getlist("row") if key.isascii() and key.isdecimal()]
        done = read(notices=chosen, by=actor, at=now)
    if done:
        messages.success(request, said(Words(f"{done}条已标为已读。", f"{done} marked as read.")), extra_tags="done")
    else:
        messages.error(request, said(Words("先选几条未读的通知。", "Choose some unread notices first.")))
    query = request.POST.get("query", "")
    return HttpResponseRedirect(f"{reverse('notices')}?{query}" if query else reverse("notices"))
