"""Accounts as a list, for those who make them and those who give them roles."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.may import may
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.access.words import NO_ROLE, ROLES, grant_words
from xiezhi.kernel.listing import Choice, Column, Filter, Listing, Preset


@dataclass(frozen=True)
class AccountRow:
    """An account in the list. ``grants``: all that were not cut short, those that end with their last day."""

    id: int
    username: str
    name: str
    grants: Words
    made_at: datetime
    ended_at: datetime | None


def _visible(actor: Actor) -> QuerySet[Account]:
    if not may(actor, "access.see_accounts"):
        return Account.objects.none()
    return Account.objects.prefetch_related("grants")


def _row(account: Account) -> AccountRow:
    said = [_dated(g) for g in account.grants.all() if g.valid_to is None or g.valid_to > g.valid_from]
    grants = Words("；".join(w.zh for w in said), "; ".join(w.en for w in said)) if said else NO_ROLE
    return AccountRow(account.pk, account.username, account.name, grants, account.made_at, account.ended_at)


def _dated(grant: Grant) -> Words:
    words = grant_words(Role(grant.role), grant.organisation, grant.field)
    if grant.valid_to is None:
        return words
    return Words(f"{words.zh}（至{_written(grant.valid_to)}）", f"{words.en} (until {_written(grant.valid_to)})")


def _written(day: date) -> str:
    return day.isoformat()


def _roles(actor: Actor) -> tuple[Choice, ...]:  # noqa: ARG001  the same for both
    return tuple(Choice(role.value, ROLES[role]) for role in Role)


def _named(text: str) -> Q:
    return Q(name__icontains=text) | Q(username__icontains=text)


def _holding(role: str) -> Q:
    return Q(Exists(Grant.objects.filter(account=OuterRef("pk"), role=role, valid_to=None)))


ACCOUNTS: Listing[Account, AccountRow] = Listing(
    name="accounts",
    words=Words("账号", "Accounts"),
    columns=(
        Column(
            "name",
            Words("姓名", "Name"),
            lambda row: row.name,
            "text",
            ("name", "username"),
            second=lambda row: row.username,
        ),
        Column("grants", Words("角色", "Roles"), lambda row: row.grants, "words"),
        Column("made_at", Words("建于", "Made"), lambda row: row.made_at, "time", ("made_at",)),
        Column("ended_at", Words("停用于", "Ended"), lambda row: row.ended_at, "time", ("ended_at",)),
    ),
    visible=_visible,
    row=_row,
    filters=(
        Filter("named", Words("姓名或账号", "Name or sign-in name"), _named, "text"),
        Filter("role", Words("角色", "Role"), _holding, choices=_roles, many=True),
    ),
    presets=(
        Preset("open", Words("在用", "Open"), lambda _: Q(is_active=True)),
        Preset("without", Words("没有角色", "Without a role"), lambda _: Q(is_active=True, grants=None)),
        Preset("ended", Words("已停用", "Ended"), lambda _: Q(is_active=False)),
    ),
    order=("name", "username"),
    key=lambda row: str(row.id),
    empty=Words("还没有账号。", "There are no accounts yet."),
)
