"""An alert from raised to closed by three people, and every turn of the road that is barred."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from tests.integration.kernel.people import NOON, People, make_alert
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import NotAllowed, may
from xiezhi.kernel.alerts.enums import Outcome, State
from xiezhi.kernel.alerts.models import Alert, Notice
from xiezhi.kernel.dispositions import actions, holds
from xiezhi.kernel.dispositions.deadlines import recount, watch
from xiezhi.kernel.dispositions.documents import BadDocument, Upload, open_document
from xiezhi.kernel.dispositions.enums import ROAD, Act
from xiezhi.kernel.dispositions.models import Attachment
from xiezhi.kernel.dispositions.queries import possible, timeline
from xiezhi.kernel.dispositions.taking import TextMissing, WrongState
from xiezhi.kernel.ledger.models import Entry
from xiezhi.kernel.registry.actions import set_calendar_day

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 18)


def entries(alert: Alert) -> list[str]:
    return list(
        Entry.objects.filter(object_kind="alert", object_id=alert.number).order_by("pk").values_list("kind", flat=True)
    )


def waiting(alert: Alert) -> list[tuple[str, date]]:
    return list(alert.deadlines.filter(ended_at=None).order_by("pk").values_list("kind", "due_on"))


def test_from_raised_to_closed(people: People, tmp_path: Path, settings: LazySettings) -> None:
    settings.DOCUMENTS = tmp_path
    alert = make_alert()
    actions.acknowledge(alert, by=people.lin, at=NOON)
    assert (alert.state, alert.owner_id, waiting(alert)) == (
        State.VERIFYING,
        people.lin.id,
        [("verify", date(2026, 5, 25))],
    )
    actions.ask(alert, text="请提供检测3日的书面告知。", by=people.lin, at=NOON)
    assert (alert.state, alert.due_on, waiting(alert)) == (
        State.ASKED,
        date(2026, 5, 25),
        [("reply", date(2026, 5, 25))],
    )
    actions.reply(alert, text="告知书附后。", by=people.he, at=NOON, files=[Upload("告知书.pdf", [b"%PDF-", b"1.7"])])
    assert waiting(alert) == [("review", date(2026, 5, 21))]
    actions.send_back(alert, text="缺送达回证。", by=people.lin, at=NOON)
    actions.reply(alert, text="送达回证附后。", by=people.he, at=NOON)
    actions.accept(alert, by=people.lin, at=NOON)
    actions.propose(
        alert, outcome=Outcome.INNOCENT, cause="told_not_entered", text="已书面告知，未录入。", by=people.lin, at=NOON
    )
    assert (alert.state, waiting(alert)) == (State.CLOSING, [("second", date(2026, 5, 21))])
    actions.close(alert, by=people.zhou, at=NOON)
    stored = Alert.objects.get()
    assert (stored.state, stored.outcome, stored.outcome_cause, stored.closed_at, stored.due_on) == (
        State.CLOSED,
        "innocent",
        "told_not_entered",
        NOON,
        None,
    )
    assert waiting(stored) == []
    assert entries(alert) == [
        "disposition.acknowledge",
        "disposition.ask",
        "disposition.reply",
        "disposition.send_back",
        "disposition.reply",
        "disposition.accept",
        "disposition.propose",
        "disposition.close",
    ]
    told = timeline(stored)
    assert [item.words.zh for item in told] == [
        "林知远认领，开始核实",
        "林知远请单位说明",
        "何联络单位答复",
        "林知远退回答复，请补充",
        "何联络单位答复",
        "林知远接受答复",
        "林知远提出结论，请第二人审核",
        "周怀安第二人审核同意，结案",
    ]
    assert told[2].documents == ((Attachment.objects.get().pk, "告知书.pdf", 8),)
    assert sorted(Notice.objects.values_list("account__username", "kind")) == [
        ("gu", "proposed"),
        ("he", "asked"),
        ("he", "sent-back"),
        ("lin", "closed"),
        ("lin", "replied"),
        ("lin", "replied"),
        ("zhou", "proposed"),
    ]


@pytest.mark.parametrize("act", list(Act))
def test_every_act_is_barred_from_every_other_state(people: People, act: Act) -> None:
    alert = make_alert()
    takers: dict[Act, Actor] = {
        Act.REPLY: people.he,
        Act.CLOSE: people.zhou,
        Act.REJECT: people.zhou,
        Act.SECOND_MUTE: people.zhou,
    }
    for state in State:
        if state in ROAD[act].sources:
            continue
        values: dict[str, Any] = {"state": state, "owner_id": people.lin.id}
        if state == State.CLOSED:
            values["outcome"] = "innocent"
        Alert.objects.filter(pk=alert.pk).update(**values)
        alert.refresh_from_db()
        shown = {item.act: item for item in possible(takers.get(act, people.lin), alert, today=TODAY)}
        assert act not in shown or not shown[act].allowed


TRUTH = {
    # act: who may, among those named, when the alert of ZJ belongs to Lin
    Act.ACKNOWLEDGE: {"lin", "shen", "gu"},
    Act.ASSIGN: {"lin", "shen", "gu"},
    Act.COMMENT: {"lin", "shen", "gu", "zhou", "he"},
    Act.ASK: {"lin"},
    Act.REPLY: {"he"},
    Act.ACCEPT: {"lin"},
    Act.SEND_BACK: {"lin"},
    Act.PROPOSE: {"lin"},
    Act.CLOSE: {"zhou", "gu"},
    Act.REJECT: {"zhou", "gu"},
    Act.MUTE: {"lin"},
    Act.SECOND_MUTE: set(),  # nothing waits for consent
    Act.UNMUTE: {"lin"},
    Act.EXTEND: {"lin"},
}


@pytest.mark.parametrize("act", list(Act))
def test_who_may(people: People, act: Act) -> None:
    alert = make_alert()
    alert.owner_id, alert.asked_at = people.lin.id, NOON
    allowed = {name for name, actor in people.__dict__.items() if may(actor, f"dispositions.{act.value}", alert)}
    assert allowed == TRUTH[act]


def test_the_water_bureau_hears_nothing_of_it(people: People) -> None:
    alert = make_alert()
    assert not may(people.he, "alerts.read", alert)  # not asked yet
    alert.asked_at = NOON
    assert may(people.he, "alerts.read", alert)
    assert not may(people.ma, "alerts.read", alert)
    with pytest.raises(NotAllowed, match="Only a liaison of this body may reply"):
        actions.reply(alert, text="代答", by=people.ma, at=NOON)


def test_nobody_is_his_own_second_person(people: People) -> None:
    alert = make_alert()
    actions.acknowledge(alert, by=people.gu, at=NOON)
    actions.propose(alert, outcome=Outcome.DATA_ERROR, text="重复录入", by=people.gu, at=NOON)
    with pytest.raises(NotAllowed, match="Whoever proposed the outcome cannot close the alert"):
        actions.close(alert, by=people.gu, at=NOON)
    assert Alert.objects.get().state == State.CLOSING
    assert entries(alert) == ["disposition.acknowledge", "disposition.propose"]


def test_an_outcome_needs_its_reason_and_its_cause(people: People) -> None:
    alert = make_alert()
    actions.acknowledge(alert, by=people.lin, at=NOON)
    with pytest.raises(TextMissing, match="Write the reason"):
        actions.propose(alert, outcome=Outcome.DUPLICATE, text="  ", by=people.lin, at=NOON)
    with pytest.raises(TextMissing, match="Choose the innocent cause"):
        actions.propose(alert, outcome=Outcome.INNOCENT, text="有理由", by=people.lin, at=NOON)
    with pytest.raises(WrongState, match="it must first be “awaits the second person”"):
        actions.close(alert, by=people.zhou, at=NOON)


def test_the_database_refuses_a_closed_alert_without_outcome(people: People) -> None:
    alert = make_alert()
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.filter(pk=alert.pk).update(state=State.CLOSED)


def test_a_hold_waits_for_consent_and_ends_by_itself(people: People) -> None:
    alert = make_alert()
    actions.acknowledge(alert, by=people.lin, at=NOON)
    with pytest.raises(TextMissing, match="30 days at most: choose 2026-06-17 or earlier"):
        holds.mute(alert, until=date(2026, 6, 18), text="等检测报告", by=people.lin, at=NOON)
    holds.mute(alert, until=date(2026, 6, 1), text="等检测报告", by=people.lin, at=NOON)
    assert Alert.objects.get().muted_until is None
    holds.second_mute(alert, by=people.zhou, at=NOON)
    assert Alert.objects.get().muted_until == date(2026, 6, 1)
    assert holds.end_holds(NOON + timedelta(days=13)) == 0
    assert [holds.end_holds(NOON + timedelta(days=14)) for _ in range(2)] == [1, 0]
    assert entries(alert)[-1] == "disposition.mute_ended"


def test_documents_are_kept_once_and_read_on_record(people: People, tmp_path: Path, settings: LazySettings) -> None:
    settings.DOCUMENTS = tmp_path
    alert = make_alert()
    actions.acknowledge(alert, by=people.lin, at=NOON)
    for name, chunks, told in (
        ("a.exe", [b"MZ"], "only"),
        ("a.pdf", [], "is empty"),
        ("a.html", [b"<script>"], "only"),
    ):
        with pytest.raises(BadDocument, match=told):
            actions.comment(alert, text="附件", by=people.lin, at=NOON, files=[Upload(name, chunks)])
    assert Attachment.objects.count() == 0
    for _ in range(2):
        actions.comment(alert, text="附件", by=people.lin, at=NOON, files=[Upload("../../x/证据.txt", [b"same"])])
    assert [item.name for item in Attachment.objects.all()] == ["证据.txt", "证据.txt"]
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    found, stream = open_document(attachment=Attachment.objects.first().pk, by=people.shen, at=NOON)  # type: ignore[union-attr]
    with stream:
        assert (found.name, stream.read()) == ("证据.txt", b"same")
    assert entries(alert)[-1] == "document.read"
    with pytest.raises(NotAllowed):
        open_document(attachment=found.pk, by=people.he, at=NOON)


def test_deadline_told_before_on_and_after_then_reported(people: People) -> None:
    alert = make_alert()
    actions.acknowledge(alert, by=people.lin, at=NOON)  # verify by Monday 25 May
    days = {day: watch(NOON + timedelta(days=day)) for day in (0, 3, 4, 7, 8, 9, 10)}
    assert days == {0: 0, 3: 0, 4: 1, 7: 1, 8: 1, 9: 0, 10: 1}  # Friday before, Monday, Tuesday; on Thursday the leader
    assert watch(NOON + timedelta(days=10)) == 0
    assert list(Notice.objects.filter(account_id=people.fang.id).values_list("kind", "text_zh")) == [
        ("escalated", "YJ-2026-00001 核实已超3个工作日（市住建局）")
    ]
    assert entries(alert)[-1] == "disposition.escalated"


def test_a_changed_calendar_moves_open_deadlines_and_says_so(people: People) -> None:
    first, second = make_alert(), make_alert("YJ-2026-00002", level="red")
    actions.acknowledge(first, by=people.lin, at=NOON)  # five working days: Monday 25 May
    actions.acknowledge(second, by=people.lin, at=NOON)  # three: Thursday 21 May
    assert recount(NOON) == 0
    set_calendar_day(
        calendar="CN", day=date(2026, 5, 22), is_rest=True, name_zh="防汛停工", name_en="Flood closure",
        source="明政办〔2026〕1号", by=people.system, at=NOON,
    )  # fmt: skip
    assert [recount(NOON), recount(NOON)] == [1, 0]
    assert waiting(first) == [("verify", date(2026, 5, 26))]
    assert waiting(second) == [("verify", date(2026, 5, 21))]
    assert Alert.objects.get(pk=first.pk).due_on == date(2026, 5, 26)
    entry = Entry.objects.get(kind="disposition.recounted")
    assert (entry.object_id, entry.data) == (first.number, {"old": "2026-05-25", "new": "2026-05-26"})
