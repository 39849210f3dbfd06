"""Open sessions of an account: shown to its owner, ended by him."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session as Stored
from django.db import transaction

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.ledger.actions import record

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Session:
    """One open session. ``key`` names it to its owner; it is not the cookie's value."""

    key: int
    client: Words
    ip: str
    since: datetime
    current: bool


def sessions_of(account: int, *, current: str | None, at: datetime) -> tuple[Session, ...]:
    """Return the open sessions of an account, the newest first."""
    known = list(UserSession.objects.filter(user_id=account).order_by("-created_at", "-pk"))
    kept = Stored.objects.filter(session_key__in=[item.session_key for item in known], expire_date__gt=at)
    open_now = set(kept.values_list("session_key", flat=True))
    return tuple(
        Session(item.pk, _client(item.user_agent), item.ip, item.created_at, item.session_key == current)
        for item in known
        if item.session_key in open_now
    )


@transaction.atomic
def end_sessions(*, by: Actor, current: str | None, at: datetime, key: int | None = None) -> int:
    """End one of one's own sessions, or all but the current one. Return how many ended.

    Args:
        current: the key of the session that asks; it ends by signing out, never here.
        key: the one that ends; none = all others.
    """
    ending = UserSession.objects.filter(user_id=by.account).exclude(session_key=current or "")
    if key is not None:
        ending = ending.filter(pk=key)
    ended = _close(ending)
    if ended:
        record(kind="session.ended", about=("account", str(by.account)), by=by, at=at, data={"sessions": ended})
    return ended


def close_sessions(account: int, *, but: str | None = None) -> int:
    """Close sessions that a new password or the end of the account has made void; those have their own entries."""
    return _close(UserSession.objects.filter(user_id=account).exclude(session_key=but or ""))


def _close(sessions: Iterable[UserSession]) -> int:
    closed = 0
    for session in sessions:
        session.end()
        closed += 1
    return closed


def _client(agent: str) -> Words:
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if not browser and not system:
        return Words("未知的浏览器", "an unknown browser")
    name = f"{browser or '–'}, {system or '–'}"
    return Words(name.replace(", ", "，"), name)
