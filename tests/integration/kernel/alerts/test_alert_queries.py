"""Lists and figures of alerts: what each person gets, filtered and counted, in a fixed number of queries."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.integration.kernel.people import NOON, People, make_alert
from xiezhi.engine.calendars.load import load_calendar
from xiezhi.kernel.alerts.due import Due, due_of, due_of_alert
from xiezhi.kernel.alerts.enums import Outcome, State
from xiezhi.kernel.alerts.figures import heat, open_counts, weekly
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.queries import ALERTS
from xiezhi.kernel.dispositions import actions, holds
from xiezhi.kernel.dispositions.overview import overview_page
from xiezhi.kernel.dispositions.quality import Quality, quality, wilson
from xiezhi.kernel.dispositions.tasks import TASKS, tasks
from xiezhi.kernel.listing import Asked, every, run

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 5, 18)


def numbers(people: People, who: str, preset: str = "", **filters: str) -> list[str]:
    asked = Asked(filters={name.rstrip("_"): (value,) for name, value in filters.items()}, preset=preset)
    return [row.number for row in run(ALERTS, getattr(people, who), asked).rows]


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        (None, Due("none")),
        (MONDAY, Due("today", 0, MONDAY)),
        (date(2026, 5, 15), Due("over", 1, date(2026, 5, 15))),  # a weekend lies between
        (date(2026, 5, 17), Due("over", 1, date(2026, 5, 17))),
        (date(2026, 5, 22), Due("later", 4, date(2026, 5, 22))),
        (date(2026, 5, 25), Due("later", 5, date(2026, 5, 25))),
    ],
)
def test_a_deadline_is_told_in_working_days(due_on: date | None, expected: Due) -> None:
    assert due_of(due_on, today=MONDAY, calendar=load_calendar("CN")) == expected


def test_what_is_closed_or_on_hold_asks_for_nothing() -> None:
    calendar = load_calendar("CN")
    hold = date(2026, 6, 1)
    told = {
        state: due_of_alert(state, MONDAY, hold, today=MONDAY, calendar=calendar).state
        for state in (State.RAISED, State.CLOSED, State.CLEARED)
    }
    assert told == {State.RAISED: "muted", State.CLOSED: "done", State.CLEARED: "done"}
    assert str(Due("over", 3, MONDAY)) == "2026-05-18"


def test_everybody_lists_what_he_may_read(people: People) -> None:
    housing, water = make_alert("YJ-1"), make_alert("YJ-2", organisation="SW")
    assert {who: numbers(people, who) for who in people.__dict__} == {
        "lin": [water.number, housing.number],
        "shen": [housing.number],
        "zhou": [water.number, housing.number],
        "gu": [water.number, housing.number],
        "he": [],
        "ma": [],
        "chen": [],
        "fang": [water.number, housing.number],
        "system": [],
        "security": [],
        "audit": [],
    }
    Alert.objects.filter(pk=housing.pk).update(asked_at=NOON)
    assert (numbers(people, "he"), numbers(people, "ma")) == ([housing.number], [])


def test_filters_and_presets(people: People) -> None:
    late, red, closed = make_alert("YJ-1"), make_alert("YJ-2", level="red", organisation="SW"), make_alert("YJ-3")
    yesterday = timezone.localdate() - timedelta(days=1)
    Alert.objects.filter(pk=late.pk).update(due_on=yesterday, owner=people.lin.id, state=State.VERIFYING)
    Alert.objects.filter(pk=closed.pk).update(state=State.CLOSED, outcome=Outcome.INNOCENT, closed_at=NOON)
    Alert.objects.filter(pk=red.pk).update(due_on=timezone.localdate(), checkpoint="CP7")
    found = {
        "level": numbers(people, "lin", level="red"),
        "field": numbers(people, "lin", field="tendering"),
        "organisation": numbers(people, "lin", organisation="SW"),
        "checkpoint": numbers(people, "lin", checkpoint="approvals.CP7"),
        "indicator": numbers(people, "lin", "open", indicator="approvals.decision_late.overdue"),
        "another rule": numbers(people, "lin", indicator="approvals.decision_late.other"),
        "state": numbers(people, "lin", state="closed"),
        "owner": numbers(people, "lin", owner=str(people.lin.id)),
        "nobody": numbers(people, "lin", "open", owner="nobody"),
        "bad owner": numbers(people, "lin", owner="x"),
        "from": numbers(people, "lin", from_="2026-05-16"),
        "on the day": numbers(people, "lin", "open", from_="2026-05-15", to="2026-05-15"),
        "no day": numbers(people, "lin", from_="soon"),
        "overdue": numbers(people, "lin", deadline="overdue"),
        "today": numbers(people, "lin", deadline="today"),
        "text": numbers(people, "lin", q="ps-yj-2"),
        "mine": numbers(people, "lin", "mine"),
        "preset overdue": numbers(people, "lin", "overdue"),
        "preset closed": numbers(people, "lin", "closed"),
    }
    assert found == {
        "level": ["YJ-2"],
        "field": [],
        "organisation": ["YJ-2"],
        "checkpoint": ["YJ-2"],
        "indicator": ["YJ-1", "YJ-2"],
        "another rule": [],
        "state": ["YJ-3"],
        "owner": ["YJ-1"],
        "nobody": ["YJ-2"],
        "bad owner": [],
        "from": [],
        "on the day": ["YJ-1", "YJ-2"],
        "no day": [],
        "overdue": ["YJ-1"],
        "today": ["YJ-2"],
        "text": ["YJ-2"],
        "mine": ["YJ-1"],
        "preset overdue": ["YJ-1"],
        "preset closed": ["YJ-3"],
    }


def test_bodies_to_choose_from_lie_within_reach(people: People) -> None:
    choices = {item.name: item.choices for item in ALERTS.filters if item.choices}
    told = {
        who: [choice.value for choice in choices["organisation"](getattr(people, who))]
        for who in ("lin", "shen", "he", "audit")
    }
    assert told == {"lin": ["CITY", "SW", "ZJ"], "shen": ["ZJ"], "he": ["ZJ"], "audit": []}


def test_many_alike_fold_but_are_counted_and_exported_each(people: People) -> None:
    for number in range(21):
        make_alert(f"YJ-{number:02}")
    make_alert("YJ-30", organisation="SW")
    page = run(ALERTS, people.lin, Asked())
    assert sorted(row.folded for row in page.rows) == [1, 21]
    assert (page.total, page.lines) == (22, 2)
    assert len(list(every(ALERTS, people.lin, Asked()))) == 22
    other_day = Alert.objects.get(number="YJ-00")
    other_day.raised_at += timedelta(days=1)
    other_day.save()
    assert run(ALERTS, people.lin, Asked()).lines == 22


def test_a_list_of_three_asks_no_more_than_a_list_of_one(people: People) -> None:
    asked = []
    for number in range(1, 4):
        alert = make_alert(f"YJ-{number}", organisation="SW" if number == 3 else "ZJ")
        actions.acknowledge(alert, by=people.lin, at=NOON)
        with CaptureQueriesContext(connection) as captured:
            assert len(run(ALERTS, people.lin, Asked()).rows) == number
        asked.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            assert len(run(TASKS, people.lin, Asked()).rows) == number
        asked.append(len(captured))
    assert asked[0] > 3
    assert asked[2:4] == asked[:2]
    assert asked[4:] == asked[:2]


def test_tasks_bind_the_person_who_must_act(people: People) -> None:
    alert = make_alert()
    told = []
    road: tuple[Callable[[], object], ...] = (
        lambda: actions.acknowledge(alert, by=people.gu, at=NOON),
        lambda: actions.ask(alert, by=people.gu, at=NOON, text="请说明"),
        lambda: actions.reply(alert, by=people.he, at=NOON, text="答复"),
        lambda: actions.propose(alert, by=people.gu, at=NOON, text="重复", outcome=Outcome.DUPLICATE),
        lambda: actions.close(alert, by=people.zhou, at=NOON),
    )
    for act in road:
        act()
        told.append([who for who in people.__dict__ if tasks(getattr(people, who))])
    # Gu is an approver too, but nobody is his own second person.
    assert told == [["gu"], ["he"], ["gu"], ["zhou"], []]


def test_what_rests_is_no_task(people: People) -> None:
    alert = make_alert()
    now = timezone.now()
    actions.acknowledge(alert, by=people.lin, at=now)
    holds.mute(alert, until=timezone.localdate(now) + timedelta(days=9), text="等报告", by=people.lin, at=now)
    assert tasks(people.lin) == 1
    holds.second_mute(alert, by=people.zhou, at=now)
    assert tasks(people.lin) == 0
    assert numbers(people, "lin", "hold") == [alert.number]


def test_open_counts_and_their_change(people: People) -> None:
    at = datetime(2026, 5, 25, 4, tzinfo=UTC)
    make_alert("YJ-1")
    old, new = make_alert("YJ-2", level="red"), make_alert("YJ-3", organisation="SW")
    Alert.objects.filter(pk=old.pk).update(
        state=State.CLOSED, outcome=Outcome.INNOCENT, closed_at=datetime(2026, 5, 20, tzinfo=UTC)
    )
    Alert.objects.filter(pk=new.pk).update(raised_at=datetime(2026, 5, 24, tzinfo=UTC))
    counts = open_counts(people.lin, at=at)
    assert [(field.field, field.red, field.orange, field.change) for field in counts.fields] == [("approvals", 0, 2, 0)]
    assert open_counts(people.shen, at=at).total == 1
    assert open_counts(people.he, at=at).total == 0


def test_weeks_and_heat(people: People) -> None:
    for number, (organisation, level) in enumerate([("ZJ", "orange"), ("ZJ", "red"), ("SW", "orange")]):
        make_alert(f"YJ-{number}", organisation=organisation, level=level)
    Alert.objects.update(checkpoint="CP7")
    red, orange = weekly(people.lin, today=date(2026, 5, 20))
    assert (len(red.weeks), red.weeks[0][0], red.weeks[-1]) == (26, date(2025, 11, 24), (date(2026, 5, 18), 0))
    assert (red.last_week, orange.last_week, orange.middle) == (1, 2, 0)
    drawn = heat(people.lin, today=MONDAY)
    assert drawn is not None
    assert [(row.code, row.total, [(c.count, c.red, c.shade) for c in row.cells if c.count]) for row in drawn.rows] == [
        ("ZJ", 2, [(2, 1, 1)]),
        ("SW", 1, [(1, 0, 1)]),
    ]
    assert (drawn.total, drawn.foot) == (3, (0, 0, 0, 0, 0, 0, 3, 0, 0))
    own = heat(people.shen, today=MONDAY)
    assert own is not None
    assert [row.code for row in own.rows] == ["ZJ"]


def test_quality_needs_twenty_verified_alerts_for_a_share(people: People) -> None:
    outcomes = [Outcome.CONFIRMED_CORRECTED] * 14 + [Outcome.INNOCENT] * 5 + [Outcome.DATA_ERROR] * 3
    for number, outcome in enumerate(outcomes):
        alert = make_alert(f"YJ-{number:02}")
        Alert.objects.filter(pk=alert.pk).update(state=State.CLOSED, outcome=outcome, closed_at=NOON)
    told = quality(people.lin, at=NOON)
    assert (told.founded, told.verified, told.founded_share, told.days) == (14, 19, None, 1)
    more = make_alert("YJ-99")
    Alert.objects.filter(pk=more.pk).update(state=State.CLOSED, outcome=Outcome.RULE_ERROR, closed_at=NOON)
    told = quality(people.lin, at=NOON)
    assert (told.founded_share, told.interval) == (70, (48, 85))
    assert quality(people.he, at=NOON) == Quality(90, 0, 0, 0, 0, None)


def test_an_interval_of_nothing_is_everything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_administrators_and_liaisons_get_no_figures(people: People) -> None:
    make_alert()
    for who in ("he", "chen", "system", "security", "audit"):
        page = overview_page(getattr(people, who), at=NOON)
        assert (page.counts, page.weekly, page.heat, page.quality, page.tasks) == (None, (), None, None, ())
