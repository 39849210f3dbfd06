"""Locking an account out after repeated failures, and the page that says until when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_failure_limit
from axes.models import AccessAttempt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Credentials = Mapping[str, Any]


def username_of(request: HttpRequest, credentials: Credentials | None = None) -> str | None:  # noqa: ARG001  axes' own
    """Return whose failures are counted: the sign-in name as typed, but for case and white space around it."""
    username = (credentials or {}).get("username")
    return username.strip().casefold() if isinstance(username, str) else None


def tries_left(request: HttpRequest, username: str) -> int:
    """Return how many more failures an account has before it is locked."""
    credentials = {"username": username}
    limit: int = get_failure_limit(request, credentials)
    failures: int = AxesProxyHandler.get_failures(request, credentials)
    return max(0, limit - failures)


def is_locked(request: HttpRequest, username: str) -> bool:
    """Whether an account is locked now; if it is, the answer to this request becomes the page that says so."""
    credentials = {"username": username}
    if AxesProxyHandler.is_allowed(request, credentials):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]  # what the middleware looks at
    request.axes_credentials = credentials  # type: ignore[attr-defined]
    return True


def locked_until(request: HttpRequest, username: str) -> datetime:
    """Return when so many failures will be too old to count that fewer than the limit are left."""
    AxesProxyHandler.update_request(request)
    recent = AccessAttempt.objects.filter(username=username, attempt_time__gte=get_cool_off_threshold(request))
    counted = list(recent.order_by("attempt_time").values_list("attempt_time", "failures_since_start"))
    left = sum(failures for _, failures in counted)
    limit = get_failure_limit(request, {"username": username})
    until: datetime = request.axes_attempt_time  # type: ignore[attr-defined]
    for moment, failures in counted:
        if left < limit:
            break
        until, left = moment + get_cool_off(request), left - failures
    return until


def page(
    request: HttpRequest,
    original_response: HttpResponse | None = None,  # noqa: ARG001  the signature is axes'
    credentials: Credentials | None = None,
) -> HttpResponse:
    """Return the page of a locked account."""
    username = username_of(request, credentials) or ""
    return render(request, "account/locked.html", {"until": locked_until(request, username)}, status=429)
