"""Sign-ins, failures, locks and changes of one's own means of signing in, as the library tells them, in the ledger.

Signals are for this edge only: the library owns these events. Effects inside the product are never hung on signals.
"""

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from xiezhi.kernel.access.models import Account
from xiezhi.kernel.ledger.actions import record
from xiezhi.kernel.ledger.author import SYSTEM, Author
from xiezhi.web.account.lockout import locked_until, username_of
from xiezhi.web.account.sessions import close_sessions

_UNKNOWN = "unknown"  # what was typed for a name is not written down: it may be a password in the wrong field
_KINDS = {
    (Authenticator.Type.TOTP, True): "account.second_factor_set",
    (Authenticator.Type.TOTP, False): "account.second_factor_ended",
    (Authenticator.Type.RECOVERY_CODES, True): "account.recovery_codes_made",
}


def connect() -> None:
    """Listen to the library. Called once, when the application starts."""
    user_logged_in.connect(_signed_in, dispatch_uid="xiezhi.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="xiezhi.signed_out")
    user_login_failed.connect(_failed, dispatch_uid="xiezhi.failed")
    user_locked_out.connect(_locked, dispatch_uid="xiezhi.locked")
    password_changed.connect(_password_changed, dispatch_uid="xiezhi.password_changed")
    authenticator_added.connect(_factor_set, dispatch_uid="xiezhi.factor_added")
    authenticator_reset.connect(_factor_set, dispatch_uid="xiezhi.factor_reset")
    authenticator_removed.connect(_factor_ended, dispatch_uid="xiezhi.factor_removed")


@transaction.atomic
def _own(kind: str, account: Account, **data: Any) -> None:
    record(
        kind=kind,
        about=("account", str(account.pk)),
        by=Author(account.pk, account.name),
        at=timezone.now(),
        data={"username": account.username, **data},
    )


@transaction.atomic
def _strange(kind: str, username: str | None, **data: Any) -> None:
    """Tell of somebody who says that he is an account, and is not known to be."""
    account = Account.objects.filter(username__iexact=username).first() if username else None
    record(
        kind=kind,
        about=("account", str(account.pk) if account else _UNKNOWN),
        by=SYSTEM,
        at=timezone.now(),
        data={"username": account.username if account else None, **data},
    )


def _signed_in(user: Account, **_: Any) -> None:
    _own("session.signed_in", user)


def _signed_out(user: Account | None, **_: Any) -> None:
    if isinstance(user, Account):
        _own("session.signed_out", user)


def _failed(
    credentials: dict[str, Any],
    request: HttpRequest | None = None,
    second_factor: bool = False,  # noqa: FBT001, FBT002  a word of the signal
    **_: Any,
) -> None:
    if request is None or _refused_while_locked(request):
        return
    _strange("session.failed", username_of(request, credentials), why="one-time code" if second_factor else "password")


def _locked(request: HttpRequest, username: str, **_: Any) -> None:
    if _refused_while_locked(request):
        return
    until = timezone.localtime(locked_until(request, username))
    _strange("session.locked", username, until=f"{until:%Y-%m-%d %H:%M}")


def _refused_while_locked(request: HttpRequest) -> bool:
    """Whether this try met a lock that stood: axes counts no failure then. The lock itself has its entry."""
    locked = getattr(request, "axes_locked_out", False)
    return bool(locked) and getattr(request, "axes_failures_since_start", None) is None


def _password_changed(user: Account, request: HttpRequest, **_: Any) -> None:
    close_sessions(user.pk, but=request.session.session_key)
    _own("account.password_changed", user)


def _factor_set(user: Account, authenticator: Authenticator, **_: Any) -> None:
    _own(_KINDS[authenticator.type, True], user)


def _factor_ended(user: Account, authenticator: Authenticator, **_: Any) -> None:
    if kind := _KINDS.get((authenticator.type, False)):
        _own(kind, user)
