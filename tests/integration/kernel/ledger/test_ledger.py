"""The ledger: entries stay as they were written, fail with their change, and prove themselves."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from xiezhi.engine.canonical import NotCanonical, digest
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.ledger.actions import OutsideTransaction, WithoutZone, record
from xiezhi.kernel.ledger.author import SYSTEM, Author
from xiezhi.kernel.ledger.kinds import Kind, UnknownKind, kinds, register
from xiezhi.kernel.ledger.models import Entry
from xiezhi.kernel.ledger.queries import Leaf, differing, entries_about, leaves

AT = datetime(2026, 5, 18, 9, 30, tzinfo=timezone(timedelta(hours=8)))
LIN = Author(7, "林知远")

register(Kind("test.seen", Words("看了{what}，{why}", "Looked at {what}, {why}")))


@pytest.fixture
def entry() -> Entry:
    return record(kind="test.seen", about=("alert", "YJ-1"), by=LIN, at=AT, data={"what": "a"}, organisation="ZJ")


def _refused(sql: str) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(caught.value)


@pytest.mark.django_db
def test_entry_is_never_changed_deleted_or_replaced(entry: Entry) -> None:
    refusals = [
        _refused("UPDATE ledger_entry SET by_name = 'x'"),
        _refused("UPDATE ledger_entry SET leaf = 'x'"),
        _refused("DELETE FROM ledger_entry"),
        _refused(
            "INSERT OR REPLACE INTO ledger_entry SELECT id, at, by, 'x', kind, object_kind, object_id, organisation, "
            "field, data, leaf FROM ledger_entry"
        ),
    ]

    assert [text.removeprefix("the ledger is append-only: an entry is never ") for text in refusals] == [
        "changed",
        "changed",
        "deleted",
        "replaced",
    ]
    assert Entry.objects.get().by_name == "林知远"


@pytest.mark.django_db
def test_models_cannot_go_past_it(entry: Entry) -> None:
    entry.by_name = "x"
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.delete()
    assert Entry.objects.get().by_name == "林知远"


def _change_with_entry(given: dict[str, object]) -> None:
    with transaction.atomic():
        Account.objects.create(username="lin.zhiyuan", name="林知远", made_at=AT)
        record(**given)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("failing", "error"),
    [
        ({"kind": "test.unknown"}, UnknownKind),
        ({"at": datetime(2026, 5, 18)}, WithoutZone),  # noqa: DTZ001  what is tested
        ({"data": {"score": 0.5}}, NotCanonical),
        ({"data": {"on": AT}}, NotCanonical),
    ],
)
def test_failing_entry_fails_the_change(failing: dict[str, object], error: type[XiezhiError]) -> None:
    given: dict[str, object] = {"kind": "test.seen", "about": ("account", "lin"), "by": SYSTEM, "at": AT, **failing}

    with pytest.raises(error):
        _change_with_entry(given)

    assert (Account.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransaction):
        record(kind="test.seen", about=("alert", "YJ-1"), by=SYSTEM, at=AT)

    assert Entry.objects.count() == 0


@pytest.mark.django_db
def test_what_happened_to_one_thing_is_told_in_order(entry: Entry) -> None:
    record(kind="test.seen", about=("alert", "YJ-2"), by=LIN, at=AT, data={"what": "another's"})
    record(kind="test.seen", about=("account", "YJ-1"), by=LIN, at=AT, data={"what": "another kind's"})
    record(kind="test.seen", about=("alert", "YJ-1"), by=SYSTEM, at=AT, data={"what": "b", "why": "核实"})

    told = entries_about("alert", "YJ-1")

    assert [(view.by_name, view.sentence.zh, view.sentence.en) for view in told] == [
        ("林知远", "看了a，–", "Looked at a, –"),
        ("system", "看了b，核实", "Looked at b, 核实"),
    ]


@pytest.mark.django_db
def test_anyone_computes_the_leaf_again(entry: Entry) -> None:
    stored = Entry.objects.get()

    by_hand = digest(
        {
            "at": "2026-05-18T01:30:00.000000+00:00",
            "by": 7,
            "by_name": "林知远",
            "data": {"what": "a"},
            "field": "",
            "kind": "test.seen",
            "object_id": "YJ-1",
            "object_kind": "alert",
            "organisation": "ZJ",
        }
    )

    assert stored.at == AT.astimezone(UTC)
    assert stored.leaf == by_hand
    assert list(differing()) == []


@pytest.mark.django_db
def test_leaves_come_in_order_and_a_forged_entry_shows(entry: Entry) -> None:
    second = record(kind="test.seen", about=("alert", "YJ-2"), by=LIN, at=AT, data={"what": ("b", "c")})
    forged = Entry.objects.create(
        at=AT, by=7, by_name="林知远", kind="test.seen", object_kind="alert", object_id="YJ-3", leaf=entry.leaf
    )

    assert list(leaves()) == [
        Leaf(entry.pk, entry.leaf),
        Leaf(second.pk, second.leaf),
        Leaf(forged.pk, forged.leaf),
    ]
    assert list(leaves(after=second.pk)) == [Leaf(forged.pk, forged.leaf)]
    assert list(differing()) == [forged.pk]


def test_a_kind_is_registered_once() -> None:
    register(Kind("test.seen", Words("看了{what}，{why}", "Looked at {what}, {why}")))
    with pytest.raises(XiezhiError, match="registered twice"):
        register(Kind("test.seen", Words("别的", "Another")))

    assert kinds()["test.seen"].sentence.zh == "看了{what}，{why}"


@pytest.mark.django_db
def test_codes_are_said_in_words_and_others_as_they_stand() -> None:
    register(
        Kind(
            "test.coded", Words("{how}地{count}次", "{how}, {count} times"), {"how": {"slow": Words("慢慢", "slowly")}}
        )
    )
    for how in ("slow", "fast"):
        record(kind="test.coded", about=("alert", "YJ-9"), by=SYSTEM, at=AT, data={"how": how, "count": 2})

    assert [view.sentence for view in entries_about("alert", "YJ-9")] == [
        Words("慢慢地2次", "slowly, 2 times"),
        Words("fast地2次", "fast, 2 times"),
    ]
