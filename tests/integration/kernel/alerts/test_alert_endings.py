"""How the condition of an alert ends: over, corrected, withdrawn, or by the calendar; and what follows each."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.integration.kernel.intake.delivering import write_csv
from tests.integration.kernel.people import People
from xiezhi.kernel.alerts.models import Alert, AlertMove, Notice
from xiezhi.kernel.dispositions import actions
from xiezhi.kernel.findings.evaluate import evaluate_pending
from xiezhi.kernel.findings.models import Evaluation
from xiezhi.kernel.intake.importing import import_files
from xiezhi.kernel.intake.models import Source
from xiezhi.kernel.ledger.author import SYSTEM
from xiezhi.kernel.ledger.models import Entry
from xiezhi.kernel.registry.actions import set_calendar_day

pytestmark = pytest.mark.django_db
HEADS = ("case_no", "department", "responsible", "accepted_at", "decided_at", "closed_at", "extension_days")
MAPPING = """
source = "hall"
[norm]
calendar = "CN"
indicators = ["decision_late"]
[cases]
delivery = "snapshot"
[cases.columns]
case_no = "case_no"
department = "department"
responsible = "responsible"
accepted_at = "accepted_at"
decided_at = "decided_at"
closed_at = "closed_at"
extension_days = "extension_days"
"""
# Accepted on Monday 13 April 2026; the twentieth working day is Wednesday 13 May (Labour Day, one Saturday worked).
THURSDAY = datetime(2026, 5, 14, 1, 0, tzinfo=UTC)


@pytest.fixture
def hall(people: People, tmp_path: Path, settings: LazySettings) -> Source:
    settings.FACTS = tmp_path / "facts"
    return Source.objects.create(code="hall", field="approvals", name_zh="大厅", mapping=MAPPING, made_at=THURSDAY)


def case(number: str = "PS-1", **told: str) -> dict[str, str]:
    return {
        "case_no": number,
        "department": "市住建局",
        "accepted_at": "2026-04-13 09:00",
        "extension_days": "0",
    } | told


def deliver(source: Source, folder: Path, at: datetime, *cases: dict[str, str]) -> None:
    path = write_csv(folder / f"{at:%d%H%M}" / "cases.csv", HEADS, cases)
    assert import_files(source, [path], by=SYSTEM, at=at, confirm=True).state == "accepted"
    evaluate_pending(at)


def moves(alert: Alert) -> list[tuple[str, str]]:
    return list(AlertMove.objects.filter(alert=alert).order_by("pk").values_list("kind", "cause"))


def test_raised_on_the_first_day_too_late_and_worse_later(hall: Source, tmp_path: Path, people: People) -> None:
    deliver(hall, tmp_path, THURSDAY - timedelta(days=1), case())
    assert Alert.objects.count() == 0
    assert list(Notice.objects.values_list("kind", "account__username")) == [("finding", "he"), ("finding", "chen")]
    assert evaluate_pending(THURSDAY) == 1
    alert = Alert.objects.get()
    assert (alert.number, alert.level, alert.organisation, alert.checkpoint, alert.state) == (
        "YJ-2026-00001",
        "orange",
        "ZJ",
        "CP7",
        "raised",
    )
    assert alert.due_on == date(2026, 5, 19)  # three working days to take it on
    entries = Entry.objects.count()
    evaluate_pending(THURSDAY + timedelta(days=1))
    assert Entry.objects.count() == entries  # same level and part: the figures go on, nothing is entered
    alert.refresh_from_db()
    assert (alert.current[0]["values"]["overdue_days"], alert.evidence[0]["values"]["overdue_days"]) == (2, 1)
    evaluate_pending(THURSDAY + timedelta(days=40))
    alert.refresh_from_db()
    assert (alert.level, moves(alert)) == ("red", [("raised", ""), ("level", "")])
    assert Evaluation.objects.count() == 42  # each missed day in order


def test_a_decision_does_not_undo_the_breach(hall: Source, tmp_path: Path, people: People) -> None:
    deliver(hall, tmp_path, THURSDAY, case())
    deliver(hall, tmp_path, THURSDAY + timedelta(hours=3), case(decided_at="2026-05-14 10:00"))
    alert = Alert.objects.get()
    assert (alert.holds, moves(alert)) == (True, [("raised", "")])


def test_corrected_is_told_with_both_values_and_raises_an_alert_of_its_own(
    hall: Source, tmp_path: Path, people: People
) -> None:
    deliver(hall, tmp_path, THURSDAY, case(), case("PS-2", accepted_at="2026-05-13 09:00"))
    deliver(
        hall,
        tmp_path,
        THURSDAY + timedelta(hours=3),
        case(accepted_at="2026-05-12 09:00"),
        case("PS-2", accepted_at="2026-05-13 09:00"),
    )
    first, second = Alert.objects.order_by("pk")
    assert (first.holds, first.cause, first.state) == (False, "corrected", "raised")
    assert first.cause_detail["edits"] == {"accepted_at": {"old": "2026-04-13T09:00:00", "new": "2026-05-12T09:00:00"}}
    assert moves(first) == [("raised", ""), ("condition_ended", "corrected")]
    assert (second.indicator, second.rule, second.period, second.level) == (
        "edited_after_alert",
        "corrected",
        first.number,
        "orange",
    )
    assert "2026-04-13" in second.sentence_zh


def test_withdrawn(hall: Source, tmp_path: Path, people: People) -> None:
    deliver(hall, tmp_path, THURSDAY, case(), case("PS-2", accepted_at="2026-05-13 09:00"))
    deliver(hall, tmp_path, THURSDAY + timedelta(hours=3), case("PS-2", accepted_at="2026-05-13 09:00"))
    first, second = Alert.objects.order_by("pk")
    assert (first.holds, first.cause, first.state) == (False, "withdrawn", "raised")
    assert (second.indicator, second.rule) == ("edited_after_alert", "withdrawn")


def test_the_calendar(hall: Source, tmp_path: Path, people: People) -> None:
    deliver(hall, tmp_path, THURSDAY, case())
    set_calendar_day(
        calendar="CN",
        day=date(2026, 5, 12),
        is_rest=True,
        name_zh="防汛停工",
        name_en="Flood closure",
        source="明政办〔2026〕1号",
        by=people.system,
        at=THURSDAY + timedelta(hours=1),
    )
    assert evaluate_pending(THURSDAY + timedelta(hours=2)) == 1
    alert = Alert.objects.get()
    assert (alert.holds, alert.cause, alert.state) == (False, "calendar", "raised")
    evaluate_pending(THURSDAY + timedelta(days=1))
    alert.refresh_from_db()
    assert (alert.holds, moves(alert)[-1]) == (True, ("condition_holds_again", ""))


def test_a_closed_alert_is_followed_when_it_gets_worse(hall: Source, tmp_path: Path, people: People) -> None:
    deliver(hall, tmp_path, THURSDAY, case())
    first = Alert.objects.get()
    actions.acknowledge(first, by=people.lin, at=THURSDAY)
    actions.propose(first, outcome=actions.Outcome.CONFIRMED_CORRECTED, text="已催办", by=people.lin, at=THURSDAY)
    actions.close(first, by=people.zhou, at=THURSDAY)
    evaluate_pending(THURSDAY + timedelta(days=1))
    assert Alert.objects.count() == 1
    evaluate_pending(THURSDAY + timedelta(days=40))
    second = Alert.objects.exclude(pk=first.pk).get()
    assert (second.level, second.follows_id, second.state) == ("red", first.pk, "raised")
    first.refresh_from_db()
    assert (first.state, first.level) == ("closed", "orange")
