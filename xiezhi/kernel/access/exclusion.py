"""三员分立: the three administrators exclude one another, and none of them holds any other role."""

from collections.abc import Iterable
from datetime import date

from django.db.models import F, Q

from xiezhi.engine.words import Words
from xiezhi.kernel.access.enums import THREE_ADMINISTRATORS, Role
from xiezhi.kernel.access.errors import LastAdministrator, RolesExclude
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.access.words import ROLES


def excluding(role: Role) -> frozenset[Role]:
    """Return the roles that nobody may hold beside this one."""
    others = frozenset(Role) - {role}
    return others if role in THREE_ADMINISTRATORS else THREE_ADMINISTRATORS


def forbid_exclusion(account: Account, role: Role, *, first: date, until: date | None) -> None:
    """Refuse a role that would be held, on any day, beside one that it excludes.

    Raises:
        RolesExclude: with both roles.
    """
    meeting = account.grants.filter(role__in=excluding(role)).filter(
        Q(valid_to=None) | Q(valid_to__gt=first) & Q(valid_to__gt=F("valid_from"))
    )
    if until is not None:
        meeting = meeting.filter(valid_from__lt=until)
    held = meeting.order_by("pk").first()
    if held is None:
        return
    one, other = ROLES[role], ROLES[Role(held.role)]
    raise RolesExclude(
        Words(
            f"{account.name}已是{other.zh}，不能再任{one.zh}：三员分立，互不兼任，也不兼办案角色。请另建账号。",
            f"{account.name} is {other.en} and cannot be {one.en} too: the three administrators exclude one another "
            "and every other role. Give it to another person.",
        )
    )


def keep_one(roles: Iterable[Role], *, without: Iterable[int], on: date) -> None:
    """Refuse to leave one of the three administrators' roles with nobody.

    Args:
        roles: those that would be given up.
        without: the grants that would end.
        on: the day from which they would not hold.

    Raises:
        LastAdministrator: with the role.
    """
    for role in sorted(frozenset(roles) & THREE_ADMINISTRATORS):
        left = Grant.objects.filter(role=role, account__is_active=True, valid_from__lte=on, valid_to=None)
        if not left.exclude(pk__in=tuple(without)).exists():
            words = ROLES[role]
            raise LastAdministrator(
                Words(
                    f"这是最后一名{words.zh}。先把这个角色授予另一个人。",
                    f"This is the last {words.en.lower()}. Give the role to somebody else first.",
                )
            )
