"""The lists of this room: what stands in them, who sees them, and that their cost does not grow with their rows."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.integration.kernel.intake.delivering import case, deliver, later, make_source
from tests.integration.kernel.people import People
from xiezhi.engine.words import Words
from xiezhi.kernel.access.may import Allowed, Refused, may
from xiezhi.kernel.intake.models import Batch, QuarantinedRow, Source
from xiezhi.kernel.intake.queries import BATCHES, QUARANTINE, SOURCES, NoSuchRow, batch_page, open_rows, quarantine_page
from xiezhi.kernel.listing import Asked, every, run

pytestmark = pytest.mark.django_db
LISTS = {"sources": SOURCES, "batches": BATCHES, "quarantine": QUARANTINE}


@pytest.fixture
def delivered(tmp_path: Path, people: People) -> Batch:
    wrong = [case("A1"), case("A2", outcome="lost"), case("A3", accepted_at="soon")]
    return deliver(make_source(), tmp_path, wrong, by=people.chen)


def test_a_batch_in_the_list_and_alone(delivered: Batch, people: People) -> None:
    (row,) = run(BATCHES, people.he, Asked()).rows
    assert (row.number, row.source, row.by, row.state) == (delivered.pk, "hall", "陈录入", "accepted")
    assert (row.accepted, row.stored, row.quarantined, row.version) == (1, 1, 2, 1)
    assert row.told == Words(f"第{delivered.pk}批已收下（版本1）", f"batch {delivered.pk} is accepted: version 1")
    page = batch_page(people.he, delivered.pk)
    assert (page.datasets, page.batch) == ((("cases", 1, 1, 2),), row)
    assert [(name, records) for name, _sha256, records in page.files] == [("cases.csv", 3)]
    assert isinstance(page.confirm, Refused)
    assert isinstance(batch_page(people.chen, delivered.pk).confirm, Allowed)


def test_rows_in_quarantine_in_the_list_and_alone(delivered: Batch, people: People) -> None:
    found = run(QUARANTINE, people.he, Asked(sort="line")).rows
    assert [(row.line, row.column, row.value, row.reason.en) for row in found] == [
        (3, "outcome", "lost", "not in the code list"),
        (4, "accepted_at", "soon", "not a time (ISO 8601)"),
    ]
    assert dict(found[0].row)["case_no"] == "A2"
    assert open_rows(people.he) == 2
    assert quarantine_page(people.he, int(found[0].key)).row == found[0]
    assert run(QUARANTINE, people.he, Asked(filters={"q": ("soon",)})).total == 1
    assert run(QUARANTINE, people.he, Asked(preset="open")).counts == {"open": 2}


def test_a_source_in_the_list(delivered: Batch, people: People) -> None:
    Source.objects.update(rhythm_days=1)
    (row,) = run(SOURCES, people.he, Asked()).rows
    assert (row.code, row.owner, row.sound, row.open_rows, row.last) == ("hall", "ZJ", True, 2, later(0))
    assert row.due is not None
    assert row.due.isoformat() == "2026-05-19"


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("lin", True),
        ("shen", True),
        ("zhou", True),
        ("he", True),
        ("chen", True),
        ("fang", True),
        ("ma", False),
        ("system", False),
        ("security", False),
        ("audit", False),
    ],
)
def test_who_sees_the_quality_of_a_source(delivered: Batch, people: People, who: str, sees: bool) -> None:  # noqa: FBT001
    actor = getattr(people, who)
    totals = {name: run(listing, actor, Asked()).total for name, listing in LISTS.items()}
    assert totals == ({"sources": 1, "batches": 1, "quarantine": 2} if sees else dict.fromkeys(LISTS, 0))
    assert bool(may(actor, "intake.see", Source.objects.get())) == sees
    if not sees:
        with pytest.raises(NoSuchRow):
            batch_page(actor, delivered.pk)
        with pytest.raises(NoSuchRow):
            quarantine_page(actor, QuarantinedRow.objects.first().pk)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", list(LISTS))
def test_the_cost_of_a_list_does_not_grow_with_its_rows(delivered: Batch, people: People, name: str) -> None:
    source = Source.objects.get()
    QuarantinedRow.objects.first().delete()  # type: ignore[union-attr]
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert run(LISTS[name], people.lin, Asked()).total == 1
    for n in (1, 2):
        other = Source.objects.create(code=f"other{n}", field="approvals", name_zh="别处", owner="ZJ", made_at=later(0))
        batch = Batch.objects.create(source=other, received_at=later(n), state="accepted", digest=str(n))
        QuarantinedRow.objects.create(batch=batch, file="f", line=n, reason_code="empty", reason_zh="空", reason_en="e")
    with CaptureQueriesContext(connection) as three:
        assert run(LISTS[name], people.lin, Asked()).total == 3
    assert len(three) == len(one)
    assert source.code == "hall"
    assert len(list(every(LISTS[name], people.lin, Asked()))) == 3
    for column in LISTS[name].columns:
        for sort in (column.name, f"-{column.name}"):
            assert run(LISTS[name], people.lin, Asked(sort=sort)).total == 3
