"""Sources: set up and changed by those who may; deliveries by those who may hand in."""

from pathlib import Path

import pytest

from tests.integration.kernel.intake.delivering import FIELD, NOON, case, deliver, make_source
from tests.integration.kernel.people import People
from xiezhi.engine.errors import AuthorError, XiezhiError
from xiezhi.kernel.access.may import NotAllowed
from xiezhi.kernel.intake.actions import SourceTaken, add_source, change_source
from xiezhi.kernel.intake.models import Batch, Source
from xiezhi.kernel.ledger.author import SYSTEM, Author
from xiezhi.kernel.ledger.models import Entry

pytestmark = pytest.mark.django_db


def test_a_source_is_added_once_with_a_mapping_that_can_be_read(people: People) -> None:
    told = {"code": "hall", "field": FIELD, "name_zh": "政务大厅", "by": people.lin, "at": NOON}
    with pytest.raises(AuthorError, match="permits"):
        add_source(**told, mapping='source = "hall"\n[permits]\n')
    source = add_source(**told, rhythm_days=1, owner="ZJ")
    assert (source.rhythm_days, source.fed, source.feed_state) == (1, {}, "sound")
    with pytest.raises(SourceTaken):
        add_source(**told)
    entry = Entry.objects.get()
    assert (entry.kind, entry.object_id, entry.organisation, entry.field) == ("source.added", "hall", "ZJ", FIELD)


def test_a_change_is_recorded_with_old_and_new(people: People) -> None:
    source = make_source()
    change_source(source, by=people.system, at=NOON, rhythm_days=5, name_zh="政务大厅")
    assert Entry.objects.get().data["changed"] == {"rhythm_days": [None, 5]}
    change_source(source, by=people.system, at=NOON, rhythm_days=5)
    assert Entry.objects.count() == 1
    with pytest.raises(XiezhiError, match="fed"):
        change_source(source, by=people.system, at=NOON, fed={})


@pytest.mark.parametrize(
    ("who", "adds", "imports"),
    [
        ("lin", True, True),
        ("shen", False, True),
        ("gu", True, True),
        ("zhou", True, False),
        ("chen", False, True),
        ("he", False, False),
        ("ma", False, False),
        ("fang", False, False),
        ("system", True, False),
        ("security", False, False),
        ("audit", False, False),
    ],
)
def test_who_may_set_up_and_hand_in(tmp_path: Path, people: People, who: str, adds: bool, imports: bool) -> None:  # noqa: FBT001
    actor = getattr(people, who)
    source = make_source()
    if adds:
        add_source(code="new", field=FIELD, name_zh="新", by=actor, at=NOON)
    else:
        with pytest.raises(NotAllowed):
            add_source(code="new", field=FIELD, name_zh="新", by=actor, at=NOON)
    assert Source.objects.filter(code="new").exists() == adds
    if imports:
        assert deliver(source, tmp_path, [case("A1")], by=actor).by == actor.account
    else:
        with pytest.raises(NotAllowed):
            deliver(source, tmp_path, [case("A1")], by=actor)
    assert Batch.objects.exists() == imports


def test_an_account_without_its_grants_is_not_the_system(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        deliver(make_source(), tmp_path, [case("A1")], by=Author(7, "somebody"))
    assert deliver(Source.objects.get(), tmp_path, [case("A1")], by=SYSTEM).by_name == "system"
