"""The accounts of the invented city: made with their grants when it is built, and let in by fresh one-time links."""

from collections.abc import Iterable
from datetime import datetime

from xiezhi.cli.link_table import LinkRow
from xiezhi.demo import cast
from xiezhi.demo.cast import Player
from xiezhi.kernel.access.actions import give_grant, invite, make_account
from xiezhi.kernel.access.actor import Actor, actor_of
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.ledger.author import SYSTEM

_ASKING = ("asked", "replied")


def make_people(*, at: datetime) -> None:
    """Make every account of the city with its grant."""
    for player in (*cast.ADMINISTRATORS, *cast.STAFF, *cast.liaisons()):
        account = make_account(username=player.username, name=player.name, by=SYSTEM, at=at)
        give_grant(account=account, role=Role(player.role), organisation=player.body, by=SYSTEM, at=at)


def actor(player: Player, *, at: datetime) -> Actor:
    """Return someone of the city as he acts on a day."""
    return actor_of(Account.objects.get(username=player.username), on=at.date())


def links(*, at: datetime) -> tuple[LinkRow, ...]:
    """Return a fresh link for each role; the liaison is the one whose body has most alerts to answer."""
    return tuple(
        LinkRow(f"{player.zh} {player.en}", player.name, player.username, _link(player, at)) for player in _shown()
    )


def _shown() -> Iterable[Player]:
    yield from (cast.OFFICER, cast.SECOND_OFFICER, cast.APPROVER)
    waiting = list(Alert.objects.filter(state__in=_ASKING).values_list("organisation", flat=True))
    yield max(cast.liaisons(), key=lambda player: waiting.count(player.body))
    yield from (cast.CLERK, cast.LEADER)
    yield from cast.ADMINISTRATORS


def _link(player: Player, at: datetime) -> str:
    account = Account.objects.get(username=player.username)
    return invite(account=account, by=SYSTEM, at=at).secret
