"""One-time links. Only the digest of a link's secret is kept; it opens once, for some days, and sets a password."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actions.entry import open_account, permitted, tell
from xiezhi.kernel.access.errors import LinkNotValid
from xiezhi.kernel.access.models import Account, Invitation
from xiezhi.kernel.access.passwords import refuse_weak
from xiezhi.kernel.ledger.author import Author

VALID_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Link:
    """A one-time link, once: nothing can show its secret again."""

    account: int
    username: str
    name: str
    secret: str
    expires_at: datetime


@dataclass(frozen=True)
class Opened:
    """Whose password a link would set."""

    account: int
    username: str
    name: str
    expires_at: datetime


@transaction.atomic
def invite(*, account: Account, by: Author, at: datetime, valid_for: timedelta = VALID_FOR) -> Link:
    """Make a one-time link by which its owner sets a password; earlier links that are open end.

    A password that is in use stays until the link is used. One-time codes stay in force: the link passes no second
    factor.

    Raises:
        NotAllowed: by anybody but a system administrator.
        AccountEnded: there is nobody to invite.
    """
    permitted(by, "access.invite", account)
    kept = open_account(account.pk)
    secret, until = secrets.token_urlsafe(32), at + valid_for
    Invitation.objects.filter(account=kept, used_at=None, expires_at__gt=at).update(expires_at=at)
    Invitation.objects.create(account=kept, digest=_digest(secret), made_at=at, made_by=by.account, expires_at=until)
    tell("account.invited", kept, by=by, at=at, until=f"{timezone.localtime(until):%Y-%m-%d %H:%M}")
    return Link(kept.pk, kept.username, kept.name, secret, until)


def open_invitation(*, secret: str, at: datetime) -> Opened:
    """Return whose link this is, without using it.

    Raises:
        LinkNotValid: unknown, used, or too old.
    """
    invitation = _valid(secret, at)
    account = invitation.account
    return Opened(account.pk, account.username, account.name, invitation.expires_at)


@transaction.atomic
def accept_invitation(*, secret: str, password: str, at: datetime) -> Account:
    """Set the password and use the link up. Sessions that began with an earlier password end.

    Raises:
        LinkNotValid: unknown, used, or too old.
        PasswordRefused: it does not meet the policy; the link stays open.
    """
    invitation = _valid(secret, at)
    account = open_account(invitation.account_id)
    refuse_weak(password, account)
    if not Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=at):
        raise LinkNotValid(_USED)  # somebody was quicker
    account.set_password(password)
    account.save(update_fields=["password"])
    tell("account.password_set", account, by=Author(account.pk, account.name), at=at)
    return account


_UNKNOWN = Words(
    "这个链接无效，可能没有复制完整。请系统管理员另发一个。",
    "This link is not valid; perhaps it was not copied whole. Ask the system administrator for a new one.",
)
_USED = Words(
    "这个链接已经用过。如果不是您用的，请马上告诉系统管理员。",
    "This link has been used. If it was not you, tell the system administrator at once.",
)
_OLD = Words(
    "这个链接已过期。请系统管理员另发一个。",
    "This link is too old. Ask the system administrator for a new one.",
)


def _valid(secret: str, at: datetime) -> Invitation:
    invitation = Invitation.objects.select_related("account").filter(digest=_digest(secret)).first()
    if invitation is None:
        raise LinkNotValid(_UNKNOWN)
    if invitation.used_at is not None:
        raise LinkNotValid(_USED)
    if invitation.expires_at <= at or not invitation.account.is_active:
        raise LinkNotValid(_OLD)
    return invitation


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
