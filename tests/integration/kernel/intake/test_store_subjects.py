"""Subjects: the relational image of cases, kept by each batch; lists and search within one's scope."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.kernel.intake.delivering import case, deliver, live, make_source
from tests.integration.kernel.people import People, make_bodies
from xiezhi.kernel.intake.looking import search_subjects, subject, subject_listing
from xiezhi.kernel.intake.models import Subject
from xiezhi.kernel.listing import Asked, run

pytestmark = pytest.mark.django_db


def test_a_case_is_a_subject_with_the_organisation_of_the_registry(tmp_path: Path) -> None:
    make_bodies()
    rows = [case("A1", outcome="granted", closed_at="2026-03-10 10:00"), case("A2", department="不知名的局")]
    deliver(make_source(), tmp_path, rows)
    first, second = Subject.objects.order_by("key")
    assert (first.key, first.organisation, first.state, first.row) == ("A1", "ZJ", "granted", live("cases")[0]["_row"])
    assert (first.opened, first.closed) == (datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 3, 10, 2, tzinfo=UTC))
    assert first.legal_date is not None
    assert first.legal_date.isoformat() == "2026-03-02"
    assert (second.organisation, second.closed, second.withdrawn) == ("不知名的局", None, False)


def test_a_changed_case_is_changed_and_a_withdrawn_one_marked(tmp_path: Path) -> None:
    source = make_source(delivery="snapshot")
    many = [case(f"B{n:02}") for n in range(20)]
    deliver(source, tmp_path, many)
    deliver(source, tmp_path, [case("B00", outcome="granted"), *many[1:19]])
    assert list(Subject.objects.filter(state="granted").values_list("key", flat=True)) == ["B00"]
    assert list(Subject.objects.filter(withdrawn=True).values_list("key", flat=True)) == ["B19"]
    deliver(source, tmp_path, many, confirm=True)
    assert Subject.objects.filter(withdrawn=True).count() == 0
    assert Subject.objects.count() == 20


@pytest.mark.parametrize(
    ("who", "keys"),
    [
        ("lin", {"A1", "W1", "X1"}),
        ("zhou", {"A1", "W1", "X1"}),
        ("fang", {"A1", "W1", "X1"}),
        ("shen", {"A1"}),
        ("he", {"A1"}),
        ("ma", {"W1"}),
        ("chen", {"A1"}),
        ("system", set()),
        ("security", set()),
        ("audit", set()),
    ],
)
def test_who_sees_which_subjects(tmp_path: Path, people: People, who: str, keys: set[str]) -> None:
    rows = [case("A1"), case("W1", department="市水务局"), case("X1", department="不知名的局")]
    deliver(make_source(), tmp_path, rows)
    actor = getattr(people, who)
    assert {row.key for row in run(subject_listing("approvals", "case"), actor, Asked()).rows} == keys
    assert {row.key for row in search_subjects(actor, "1")} == set()
    assert {row.key for text in ("A1", "W", "x1") for row in search_subjects(actor, text)} == keys
    assert {key for key in ("A1", "W1", "X1") if subject(actor, "approvals", "case", key) is not None} == keys
