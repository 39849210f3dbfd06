"""Feeds: late by working days, thin, different, and sound again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.kernel.intake.delivering import NOON, case, deliver, later, make_source
from xiezhi.kernel.intake.feeds import due_after, stale_datasets, stale_sources, watch
from xiezhi.kernel.intake.models import Batch, Source
from xiezhi.kernel.ledger.models import Entry

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 5, 22, 4, 0, tzinfo=UTC)
MAY_DAY_EVE = datetime(2026, 4, 30, 4, 0, tzinfo=UTC)


def source_with(**told: int | None) -> Source:
    source = make_source()
    Source.objects.filter(pk=source.pk).update(**told)
    source.refresh_from_db()
    return source


def heard(source: Source, at: datetime, rows: int, state: str = "accepted") -> None:
    Batch.objects.create(source=source, received_at=at, state=state, digest=str(at), accepted={"cases": rows})


def told() -> list[tuple[str, str, datetime]]:
    return [(s.code, s.feed_state, since) for s, since in stale_sources("approvals").items()]


def test_nothing_is_expected_of_a_source_without_a_rhythm() -> None:
    make_source()
    assert (watch(later(400)), told()) == ((), [])


def test_late_is_counted_in_working_days(tmp_path: Path) -> None:
    source = source_with(rhythm_days=1)
    deliver(source, tmp_path, [case("A1")], at=FRIDAY)
    assert due_after(source, FRIDAY).isoformat() == "2026-05-25"
    assert [watch(FRIDAY.replace(day=day)) for day in (22, 23, 24, 25)] == [(), (), (), ()]
    (silence,) = watch(FRIDAY.replace(day=26))
    assert (silence.code, silence.state, silence.since, silence.fed) == ("hall", "late", FRIDAY, ("cases",))
    assert told() == [("hall", "late", FRIDAY)]
    assert stale_datasets("approvals") == {"cases": FRIDAY}
    assert (stale_sources("funds"), stale_datasets("funds")) == ({}, {})
    watch(FRIDAY.replace(day=27))
    assert Entry.objects.filter(kind="source.silent").count() == 1
    deliver(source, tmp_path, [case("A1")], at=FRIDAY.replace(day=27))  # the same again: it is alive
    assert (watch(FRIDAY.replace(day=27)), told()) == ((), [])
    assert Entry.objects.filter(kind="source.heard").count() == 1


def test_holidays_do_not_count() -> None:
    assert due_after(source_with(rhythm_days=1), MAY_DAY_EVE).isoformat() == "2026-05-06"


def test_a_source_that_was_never_heard_is_late_from_its_beginning() -> None:
    source_with(rhythm_days=1)
    assert watch(later(1)) == ()
    (silence,) = watch(later(2))
    assert (silence.state, silence.since) == ("late", NOON)


@pytest.mark.parametrize("state", ["held", "refused", "receiving"])
def test_what_was_not_taken_is_not_heard(state: str) -> None:
    source = source_with(rhythm_days=1)
    heard(source, later(1), 10, state)
    assert watch(later(2))[0].state == "late"


def test_a_thin_delivery_is_stale_since_the_one_before() -> None:
    source = source_with(least_rows=100)
    heard(source, later(0), 150)
    heard(source, later(1), 99)
    (silence,) = watch(later(1))
    assert (silence.state, silence.since) == ("thin", later(0))
    heard(source, later(2), 100)
    assert watch(later(2)) == ()


@pytest.mark.parametrize(("rows", "state"), [(34, None), (33, "different"), (300, None), (301, "different")])
def test_a_delivery_three_times_smaller_or_larger_than_usual_is_different(rows: int, state: str | None) -> None:
    source = source_with(rhythm_days=5)
    for day, usual in enumerate((90, 100, 110)):
        heard(source, later(day), usual)
    heard(source, later(3), rows)
    assert [silence.state for silence in watch(later(3))] == ([state] if state else [])
