"""The first start: the three administrators, by one-time links. No password is made, none is a default."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actions.accounts import make_account
from xiezhi.kernel.access.actions.grants import give_grant
from xiezhi.kernel.access.actions.invitations import Link, invite
from xiezhi.kernel.access.enums import THREE_ADMINISTRATORS, Role
from xiezhi.kernel.access.errors import AlreadyBegun, RolesExclude
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.ledger.author import SYSTEM, Author

FIRST: Mapping[Role, tuple[str, str]] = {
    Role.SYSTEM_ADMINISTRATOR: ("system.administrator", "系统管理员"),
    Role.SECURITY_ADMINISTRATOR: ("security.administrator", "安全管理员"),
    Role.AUDIT_ADMINISTRATOR: ("audit.administrator", "审计管理员"),
}


@transaction.atomic
def first_accounts(
    *, at: datetime, people: Mapping[Role, tuple[str, str]] = FIRST, by: Author = SYSTEM
) -> Mapping[Role, Link]:
    """Make the accounts of the three administrators, with their roles, and a one-time link for each.

    Args:
        people: sign-in name and name of each of the three.

    Raises:
        AlreadyBegun: there is an account already.
        RolesExclude: they are not three, or two of them are one.
    """
    if Account.objects.exists():
        raise AlreadyBegun(
            Words(
                "已有账号，首次启动只做一次。请系统管理员发一次性链接。",
                "There are accounts already: the first start is done once. Ask the system administrator for a link.",
            )
        )
    if frozenset(people) != THREE_ADMINISTRATORS or len({name for name, _ in people.values()}) != len(people):
        raise RolesExclude(
            Words("三员要三个不同的人：系统、安全、审计各一名", "Name three different people: system, security, audit")
        )
    links = {}
    for role, (username, name) in people.items():
        account = make_account(username=username, name=name, by=by, at=at)
        give_grant(account=account, role=role, by=by, at=at)
        links[role] = invite(account=account, by=by, at=at)
    return links
