"""One's own account: what one may do, means of signing in, sessions, deputies, saved views."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.queries import GrantView, deputies_of, grants_of, led_by
from xiezhi.kernel.access.views import drop_view, views_of
from xiezhi.web.account.second_factor import required
from xiezhi.web.account.sessions import end_sessions, sessions_of
from xiezhi.web.language import said
from xiezhi.web.request import actor_of_request


@dataclass(frozen=True)
class Codes:
    """One's one-time codes: whether they are set up, must be, and how many recovery codes are left."""

    set_up: bool
    required: bool
    recovery_left: int


@login_required
@require_GET
def own_account(request: HttpRequest) -> HttpResponse:
    """Show one's own account."""
    actor, today, now = actor_of_request(request), timezone.localdate(), timezone.now()
    account = _pk(actor)
    own, held = _parted(grants_of(account, on=today))
    told = {
        "account": request.user,
        "grants": own,
        "standing_in": held,
        "led": led_by(actor, on=today),
        "deputies": deputies_of(account, on=today),
        "codes": codes_of(actor),
        "sessions": sessions_of(account, current=request.session.session_key, at=now),
        "views": views_of(actor),
    }
    return render(request, "account/own.html", told)


@login_required
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions, or all others."""
    key = request.POST.get("session", "")
    ended = end_sessions(
        by=actor_of_request(request),
        current=request.session.session_key,
        at=timezone.now(),
        key=int(key) if key.isdecimal() else None,
    )
    messages.success(request, said(Words(f"已结束{ended}个登录。", f"Sessions ended: {ended}.")), extra_tags="done")
    return HttpResponseRedirect(reverse("own_account") + "#sessions")


@login_required
@require_POST
def forget_view(request: HttpRequest) -> HttpResponse:
    """Remove one of one's saved views."""
    view = request.POST.get("view", "")
    if view.isdecimal():
        drop_view(view=int(view), by=actor_of_request(request))
    return HttpResponseRedirect(reverse("own_account") + "#views")


def to_own_account(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  wherever it comes from
    """Lead the library's own pages of the account to ours."""
    return redirect("own_account")


def codes_of(actor: Actor) -> Codes:
    """Return how things stand with one's one-time codes."""
    found = {item.type: item for item in Authenticator.objects.filter(user_id=actor.account)}
    recovery = found.get(Authenticator.Type.RECOVERY_CODES)
    left = len(recovery.wrap().get_unused_codes()) if recovery else 0
    return Codes(Authenticator.Type.TOTP in found, required(actor), left)


def _parted(grants: tuple[GrantView, ...]) -> tuple[tuple[GrantView, ...], tuple[GrantView, ...]]:
    own = tuple(grant for grant in grants if not grant.stands_in_for)
    return own, tuple(grant for grant in grants if grant.stands_in_for)


def _pk(actor: Actor) -> int:
    if actor.account is None:
        raise TypeError("a signed-in actor has an account")
    return actor.account
