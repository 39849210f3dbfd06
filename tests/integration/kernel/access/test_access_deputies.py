"""Deputies, and handing over all that a leaving person holds."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest

from xiezhi.engine.words import Words
from xiezhi.kernel.access import handover
from xiezhi.kernel.access.actions import end_deputy, give_deputy, give_grant, hand_over
from xiezhi.kernel.access.actor import Actor, Held
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.errors import BadGrant, NoDeputy, NotReceivable, RolesExclude
from xiezhi.kernel.access.handover import Holdings, Thing, held_by
from xiezhi.kernel.access.may import NotAllowed
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.ledger.actions import record
from xiezhi.kernel.ledger.author import SYSTEM, Author
from xiezhi.kernel.ledger.kinds import Kind, register
from xiezhi.kernel.ledger.models import Entry

Make = Callable[[str], Account]
Acting = Callable[[str], Actor]
FROM, UNTIL = date(2026, 5, 18), date(2026, 6, 1)

register(Kind("test.handed", Words("移交", "handed over")))


@pytest.mark.parametrize(
    ("username", "allowed"),
    [
        ("he.lianluo", True),
        ("meng.jingchuan", True),
        ("lin.zhiyuan", False),
        ("chen.luru", False),
        ("xi.guan", False),
        ("an.shou", False),
        ("shen.ji", False),
        ("new.comer", False),
    ],
)
def test_a_deputy_is_named_by_the_person_or_his_leader(
    account: Make,
    actor: Acting,
    at: datetime,
    *,
    username: str,
    allowed: bool,
) -> None:
    ask = {"principal": account("he.lianluo"), "deputy": account("shen.ruoxi"), "valid_from": FROM, "valid_to": UNTIL}

    if allowed:
        give_deputy(**ask, by=actor(username), at=at)  # type: ignore[arg-type]
    else:
        with pytest.raises(NotAllowed):
            give_deputy(**ask, by=actor(username), at=at)  # type: ignore[arg-type]

    assert Grant.objects.filter(stands_in_for=account("he.lianluo")).count() == int(allowed)


def test_a_leader_of_one_body_or_field_names_none_for_more(account: Make, actor: Acting, at: datetime) -> None:
    ask = {"principal": account("lin.zhiyuan"), "deputy": account("shen.ruoxi"), "valid_from": FROM, "valid_to": UNTIL}
    leading = Grant.objects.filter(account=account("meng.jingchuan"))

    for narrowed in ({"organisation": "ZJ"}, {"organisation": "", "field": "approvals"}):
        leading.update(**narrowed)
        with pytest.raises(NotAllowed, match="a leader whose scope holds all that he does"):
            give_deputy(**ask, by=actor("meng.jingchuan"), at=at)  # type: ignore[arg-type]

    assert Entry.objects.count() == 0


def test_a_deputy_holds_what_the_person_holds_until_the_day(account: Make, actor: Acting, at: datetime) -> None:
    he, lin = account("he.lianluo"), account("lin.zhiyuan")
    give_grant(account=he, role=Role.CLERK, organisation="ZJ", by=SYSTEM, at=at, valid_to=date(2026, 5, 25))

    given = give_deputy(principal=he, deputy=lin, by=actor("he.lianluo"), at=at, valid_from=FROM, valid_to=UNTIL)
    again = [grant.pk for grant in given]

    assert [(g.role, g.organisation, g.valid_from, g.valid_to) for g in given] == [
        ("liaison", "ZJ", FROM, UNTIL),
        ("clerk", "ZJ", FROM, date(2026, 5, 25)),
    ]
    assert actor("lin.zhiyuan").grants == (
        Held(Role.OFFICER),
        Held(Role.LIAISON, "ZJ", stands_in_for=he.pk),
        Held(Role.CLERK, "ZJ", stands_in_for=he.pk),
    )
    entry = Entry.objects.filter(kind="deputy.given").first()
    assert entry is not None
    assert entry.data == {
        "grant": again[0],
        "username": "lin.zhiyuan",
        "principal": "he.lianluo",
        "role": "liaison",
        "from": "2026-05-18",
        "until": "2026-06-01",
    }
    with pytest.raises(NoDeputy, match="nothing to stand in for"):
        give_deputy(principal=he, deputy=lin, by=actor("he.lianluo"), at=at, valid_from=FROM, valid_to=UNTIL)
    assert end_deputy(principal=he, deputy=lin, by=actor("meng.jingchuan"), at=at + timedelta(hours=1)) == 2
    assert actor("lin.zhiyuan").grants == (Held(Role.OFFICER),)


def test_what_is_held_for_another_is_not_passed_on(account: Make, actor: Acting, at: datetime) -> None:
    he, new, chen = account("he.lianluo"), account("new.comer"), account("chen.luru")
    give_deputy(principal=he, deputy=new, by=actor("he.lianluo"), at=at, valid_from=FROM, valid_to=UNTIL)

    with pytest.raises(NoDeputy, match="holds nothing"):
        give_deputy(principal=new, deputy=chen, by=actor("new.comer"), at=at, valid_from=FROM, valid_to=UNTIL)


@pytest.mark.parametrize(
    ("principal", "deputy", "by", "error"),
    [
        ("lin.zhiyuan", "lin.zhiyuan", "lin.zhiyuan", NoDeputy),
        ("lin.zhiyuan", "meng.jingchuan", "meng.jingchuan", NotAllowed),  # a leader makes himself his man's deputy
        ("lin.zhiyuan", "shen.ji", "lin.zhiyuan", RolesExclude),
        ("xi.guan", "new.comer", "xi.guan", NoDeputy),
        ("new.comer", "lin.zhiyuan", "new.comer", NoDeputy),
    ],
)
def test_who_cannot_stand_in(
    account: Make, actor: Acting, at: datetime, *, principal: str, deputy: str, by: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        give_deputy(
            principal=account(principal),
            deputy=account(deputy),
            by=actor(by),
            at=at,
            valid_from=FROM,
            valid_to=UNTIL,
        )

    assert (Grant.objects.filter(stands_in_for__isnull=False).count(), Entry.objects.count()) == (0, 0)


@pytest.mark.parametrize(("first", "until"), [(date(2026, 5, 17), UNTIL), (FROM, FROM)])
def test_days_of_a_deputy(account: Make, actor: Acting, at: datetime, first: date, until: date) -> None:
    with pytest.raises(BadGrant):
        give_deputy(
            principal=account("lin.zhiyuan"),
            deputy=account("shen.ruoxi"),
            by=actor("lin.zhiyuan"),
            at=at,
            valid_from=first,
            valid_to=until,
        )


@pytest.fixture
def tasks() -> Iterator[dict[str, int]]:
    """A room above, with tasks by number and who holds each; only some may hold task 3."""
    held: dict[str, int] = {}

    def lookup(account: int) -> Holdings:
        def thing(number: str) -> Thing:
            def move(receiver: int, by: Author, at: datetime) -> None:
                if number == "3" and receiver % 2:
                    raise NotReceivable(Words("接收人不能办", "The receiver may not hold it"))
                held[number] = receiver
                record(kind="test.handed", about=("task", number), by=by, at=at)

            return Thing(("task", number), move)

        return Holdings(Words("在办事项", "Open tasks"), tuple(thing(n) for n, who in held.items() if who == account))

    handover.register("test.tasks", lookup)
    yield held
    del handover._LOOKUPS["test.tasks"]


def _counts(account: Account) -> int:
    return sum(len(held.things) for held in held_by(account.pk))


@pytest.mark.parametrize(
    ("username", "allowed"),
    [
        ("he.lianluo", True),
        ("meng.jingchuan", True),
        ("an.shou", True),
        ("xi.guan", False),
        ("shen.ji", False),
        ("lin.zhiyuan", False),
        ("new.comer", False),
    ],
)
def test_all_that_someone_holds_is_handed_over_thing_by_thing(
    account: Make,
    actor: Acting,
    at: datetime,
    tasks: dict[str, int],
    *,
    username: str,
    allowed: bool,
) -> None:
    he, chen, lin = account("he.lianluo"), account("chen.luru"), account("lin.zhiyuan")
    tasks.update({"1": he.pk, "2": he.pk, "9": lin.pk})

    before = _counts(he)
    if allowed:
        moved = hand_over(giver=he, receiver=chen, by=actor(username), at=at)
        assert (before, moved, _counts(he), _counts(chen), tasks["9"]) == (2, 2, 0, 2, lin.pk)
        assert [(e.kind, e.object_kind, e.object_id) for e in Entry.objects.order_by("pk")] == [
            ("test.handed", "task", "1"),
            ("test.handed", "task", "2"),
            ("handover.done", "account", str(he.pk)),
        ]
    else:
        with pytest.raises(NotAllowed):
            hand_over(giver=he, receiver=chen, by=actor(username), at=at)
        assert (_counts(he), Entry.objects.count()) == (2, 0)


def test_nothing_is_recorded_where_one_thing_cannot_be_given(
    account: Make, actor: Acting, at: datetime, tasks: dict[str, int]
) -> None:
    he = account("he.lianluo")
    odd = next(a for a in (account("chen.luru"), account("lin.zhiyuan"), account("shen.ruoxi")) if a.pk % 2)
    tasks.update({"1": he.pk, "3": he.pk})

    with pytest.raises(NotReceivable):
        hand_over(giver=he, receiver=odd, by=actor("he.lianluo"), at=at)
    with pytest.raises(NotReceivable):
        hand_over(giver=he, receiver=he, by=actor("he.lianluo"), at=at)
    with pytest.raises(NotReceivable, match="handles no case"):
        hand_over(giver=he, receiver=account("an.shou"), by=actor("an.shou"), at=at)

    assert Entry.objects.count() == 0


def test_handing_over_nothing_leaves_no_entry(
    account: Make, actor: Acting, at: datetime, tasks: dict[str, int]
) -> None:
    assert hand_over(giver=account("he.lianluo"), receiver=account("chen.luru"), by=actor("he.lianluo"), at=at) == 0
    assert Entry.objects.count() == 0
