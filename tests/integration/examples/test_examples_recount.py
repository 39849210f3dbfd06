"""The recount itself gives the figures that are published of the logs, by csv and by XES alike."""

from datetime import date

import pytest
import recount

T02, T04 = "T02 Check confirmation of receipt", "T04 Determine confirmation of receipt"


@pytest.fixture(scope="module", params=["receipt.csv.gz", "receipt.xes.gz"])
def receipt(request, logs):
    read = recount.csv_cases if request.param.endswith(".csv.gz") else recount.xes_cases
    return read(logs / request.param)


def test_receipt_figures(receipt) -> None:
    zone = recount.AMSTERDAM
    assert {
        "cases": len(receipt),
        "events": sum(len(events) for _, events in receipt.values()),
        "ended": len(recount.ended(receipt, "enddate")),
        "late by instant": len(recount.ended_late(receipt, "deadline", "enddate")),
        "late by day": len(recount.ended_late_by_days(receipt, "deadline", "enddate", zone)),
        "last event late by instant": len(recount.last_event_late(receipt, "deadline")),
        "last event late by day": len(recount.last_event_late_by_days(receipt, "deadline", zone)),
        "open late": len(recount.open_late(receipt, "deadline", "enddate", zone, date(2012, 1, 23))),
        "newest": recount.newest_day(receipt, zone),
    } == {
        "cases": 1434,
        "events": 8577,
        "ended": 1329,
        "late by instant": 377,
        "late by day": 309,
        "last event late by instant": 92,
        "last event late by day": 84,
        "open late": 37,
        "newest": date(2012, 1, 23),
    }


def test_receipt_two_people(receipt) -> None:
    """1,040 is counted by the last check and the first determination; two more cases share an actor otherwise."""
    assert len(recount.both_steps(receipt, T02, T04)) == 1303
    narrow, wide = recount.last_then_first(receipt, T02, T04), recount.one_actor(receipt, T02, T04)
    assert (len(narrow), len(wide), narrow - wide) == (1040, 1042, set())


def test_fines_figures(fines_recounted) -> None:
    assert {rule: len(cases) for rule, cases in fines_recounted.items()} == {
        "appeal_before_notification": 28,
        "forwarded_before_appeal": 4,
        "answered_before_forwarded": 32,
        "told_before_answered": 1,
        "answered_unforwarded": 43,
        "unanswered": 3185,
        "untold": 103,
        "same_officer": 0,
        "sent_late": 3192,
        "forwarded_late": 774,
        "told_late": 167,
    }
