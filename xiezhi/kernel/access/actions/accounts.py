"""Accounts begin, change and end. They carry no right of their own: those are grants."""

import re
from datetime import datetime

from django.db import transaction

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actions.entry import day_of, open_account, permitted, tell
from xiezhi.kernel.access.actions.grants import stop
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.errors import BadName, BadUsername
from xiezhi.kernel.access.exclusion import keep_one
from xiezhi.kernel.access.models import Account, Grant, Invitation
from xiezhi.kernel.ledger.author import Author

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]")


@transaction.atomic
def make_account(
    *, username: str, name: str, by: Author, at: datetime, email: str = "", language: str = "zh-hans"
) -> Account:
    """Make an account without a password and without a right. A one-time link lets its owner set the first one.

    Raises:
        NotAllowed: by anybody but a system administrator.
        BadUsername: not 3 to 64 of a–z, 0–9 and ``. _ -``, or taken, whatever its case.
        BadName: empty.
    """
    permitted(by, "access.make_account")
    username = username.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise BadUsername(
            Words(
                f"账号“{username}”不能用。写3至64个小写字母、数字或 . _ -，首尾用字母或数字，如lin.zhiyuan。",
                f"“{username}” cannot be a sign-in name. Write 3 to 64 small letters, digits or . _ -, with a letter "
                "or digit at both ends, such as lin.zhiyuan.",
            )
        )
    if Account.objects.filter(username__iexact=username).exists():
        raise BadUsername(
            Words(f"账号“{username}”已有人用。换一个。", f"The sign-in name “{username}” is taken. Write another.")
        )
    account = Account(username=username, name=_named(name), email=email.strip(), language=language, made_at=at)
    account.set_unusable_password()
    account.save(force_insert=True)
    tell("account.made", account, by=by, at=at, name=account.name)
    return account


@transaction.atomic
def change_account(*, account: Account, name: str, email: str, by: Author, at: datetime) -> Account:
    """Change what a person is called and where he is written to; nothing is recorded where nothing changes.

    Raises:
        NotAllowed: by anybody but a system administrator.
    """
    permitted(by, "access.change_account", account)
    kept = open_account(account.pk)
    new = {"name": _named(name), "email": email.strip()}
    changed = {key: [getattr(kept, key), value] for key, value in new.items() if getattr(kept, key) != value}
    if changed:
        kept.name, kept.email = new["name"], new["email"]
        kept.save(update_fields=["name", "email"])
        # An address is a direct identifier: the ledger says that it changed, not from what to what.
        told = {"old_name": changed["name"][0], "new_name": changed["name"][1]} if "name" in changed else {}
        tell("account.changed", kept, by=by, at=at, what=", ".join(changed), **told)
    return kept


@transaction.atomic
def end_account(*, account: Account, by: Author, at: datetime) -> Account:
    """End an account for good: its grants, its deputies, its open links, its password and so its sessions.

    Raises:
        NotAllowed: by anybody but another system administrator.
        LastAdministrator: one of the three roles would be left with nobody.
    """
    permitted(by, "access.end_account", account)
    kept, on = open_account(account.pk), day_of(at)
    ending = [grant for grant in kept.grants.select_related("account") if grant.valid_to is None or grant.valid_to > on]
    keep_one({Role(grant.role) for grant in ending}, without=[grant.pk for grant in ending], on=on)
    standing_in = Grant.objects.filter(stands_in_for=kept).select_related("account")
    for grant in [*ending, *(grant for grant in standing_in if grant.valid_to is None or grant.valid_to > on)]:
        stop(grant, by=by, at=at)
    Invitation.objects.filter(account=kept, used_at=None, expires_at__gt=at).update(expires_at=at)
    kept.is_active, kept.ended_at = False, at
    kept.set_unusable_password()  # a session holds a digest of the password: with it the sessions end
    kept.save(update_fields=["is_active", "ended_at", "password"])
    tell("account.ended", kept, by=by, at=at)
    return kept


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise BadName(Words("写上姓名", "Write a name"))
    return name
