"""What every act of this room begins and ends with: may he, and the entry."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.errors import AccountEnded
from xiezhi.kernel.access.may import NotAllowed, Refused, require
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.ledger.actions import record
from xiezhi.kernel.ledger.author import SYSTEM, Author

_NOBODY = Refused(Words("请先登录", "Sign in first"))


def permitted(by: Author, action: str, target: Any = None) -> None:
    """Let through whoever may, and the system itself: the first start and the command line beside the database.

    Raises:
        NotAllowed: with the reason.
    """
    if isinstance(by, Actor):
        require(by, action, target)
    elif by != SYSTEM:
        raise NotAllowed(_NOBODY)


def tell(kind: str, account: Account, *, by: Author, at: datetime, **data: Any) -> None:
    """Write the entry of a change to an account; it belongs to no organisation, so that only auditors list it."""
    record(kind=kind, about=("account", str(account.pk)), by=by, at=at, data={"username": account.username, **data})


def open_account(pk: int) -> Account:
    """Return an account that has not ended, locked until the end of the transaction.

    Raises:
        AccountEnded: it has.
    """
    account = Account.objects.select_for_update().get(pk=pk)
    if not account.is_active:
        raise AccountEnded(Words(f"{account.name}的账号已停用", f"The account of {account.name} has ended"))
    return account


def day_of(at: datetime) -> date:
    """Return the civil day of a moment."""
    return timezone.localdate(at)
