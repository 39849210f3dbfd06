"""How the condition of an alert ends: over, corrected, withdrawn, or by the calendar; and what follows each."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.integration.kernel.intake.delivering import write_csv
from tests.integration.kernel.people import People
from xiezhi.engine.packs.load import shipped
from xiezhi.kernel.alerts.feeds import watch
from xiezhi.kernel.alerts.models import Alert, AlertMove, Notice
from xiezhi.kernel.dispositions import actions
from xiezhi.kernel.fields import fields
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


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Let a city lay its own version of the page over the shipped one: replaces a text of decision_late."""
    folder = tmp_path / "packs" / "approvals"
    page = folder / "indicators" / "decision_late.md"

    def change(old: str, new: str) -> None:
        if not folder.exists():
            shutil.copytree(shipped() / "approvals", folder)
        text = page.read_text(encoding="utf-8")
        assert old in text
        page.write_text(text.replace(old, new), encoding="utf-8")
        monkeypatch.setenv("XIEZHI_PLATFORMS", str(folder))
        fields.cache_clear()

    yield change
    fields.cache_clear()


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


def test_a_changed_rule_ends_the_condition_and_nothing_else(
    hall: Source, tmp_path: Path, people: People, overlay: Callable[[str, str], None]
) -> None:
    deliver(hall, tmp_path, THURSDAY, case())
    old = Alert.objects.get()
    changed = 'orange = "overdue_days >= 1 AND limit_days >= 1"'
    overlay('orange = "overdue_days >= 1"', changed)
    evaluate_pending(THURSDAY + timedelta(days=1))
    alert = Alert.objects.get()
    assert alert.holds is True  # the changed rule finds it too
    assert alert.fingerprint == old.fingerprint  # and it stays under the version that raised it
    overlay(changed, "orange = \"overdue_days >= param('overdue_red_days', accepted_on)\"")
    evaluate_pending(THURSDAY + timedelta(days=4))
    alert.refresh_from_db()
    assert (alert.holds, alert.cause, alert.state, alert.evidence) == (False, "rule", "raised", old.evidence)
    assert Alert.objects.count() == 1


@pytest.mark.parametrize("state", ["cleared", "verifying"])
def test_what_may_clear_itself_does_so_only_untouched(
    hall: Source, tmp_path: Path, people: People, overlay: Callable[[str, str], None], state: str
) -> None:
    touched = state == "verifying"
    overlay('orange = "overdue_days >= 1"', 'orange = "still_open AND overdue_days >= 1"')
    overlay("self_clearing = false", "self_clearing = true")
    deliver(hall, tmp_path, THURSDAY, case())
    if touched:
        actions.acknowledge(Alert.objects.get(), by=people.lin, at=THURSDAY)
    deliver(hall, tmp_path, THURSDAY + timedelta(hours=3), case(decided_at="2026-05-14 10:00"))
    alert = Alert.objects.get()
    assert (alert.holds, alert.cause, alert.state, alert.outcome) == (False, "ended", state, "")
    assert moves(alert)[1:] == [("condition_ended", "ended")] + ([] if touched else [("cleared", "ended")])
    assert alert.deadlines.filter(ended_at=None).count() == int(touched)


def test_nothing_is_over_while_a_feed_is_silent(
    hall: Source, tmp_path: Path, people: People, overlay: Callable[[str, str], None]
) -> None:
    overlay('orange = "overdue_days >= 1"', 'orange = "still_open AND overdue_days >= 1"')
    deliver(hall, tmp_path, THURSDAY, case())
    Source.objects.update(stale_since=THURSDAY, feed_state="late")
    deliver(hall, tmp_path, THURSDAY + timedelta(hours=3), case(decided_at="2026-05-14 10:00"))
    alert = Alert.objects.get()
    assert (alert.holds, moves(alert)) == (True, [("raised", "")])


def test_a_silent_feed_is_an_alert_that_clears_itself(hall: Source, people: People) -> None:
    Source.objects.update(stale_since=THURSDAY, feed_state="late", owner="ZJ")
    assert [watch(THURSDAY), watch(THURSDAY)] == [1, 0]
    alert = Alert.objects.get()
    assert (alert.indicator, alert.subject_id, alert.organisation, alert.level) == (
        "feed_silent",
        "hall",
        "ZJ",
        "orange",
    )
    Source.objects.update(stale_since=None, feed_state="sound")
    assert [watch(THURSDAY), watch(THURSDAY)] == [1, 0]
    alert.refresh_from_db()
    assert (alert.state, alert.cause) == ("cleared", "ended")


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
