"""Names stay in the vault: nowhere else, shown only to those who may see them, each look recorded."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.integration.kernel.intake.delivering import NOON, case, deliver, event, later, live, make_source
from tests.integration.kernel.people import People
from xiezhi.engine.intake.tokens import TokenCollision, token_of
from xiezhi.kernel.access.may import NotAllowed
from xiezhi.kernel.intake import vault
from xiezhi.kernel.intake.actions import put_facts
from xiezhi.kernel.intake.models import Batch, QuarantinedRow, Subject, TailRow, VaultEntry
from xiezhi.kernel.intake.tail import flush
from xiezhi.kernel.ledger.author import SYSTEM
from xiezhi.kernel.ledger.models import Entry

pytestmark = pytest.mark.django_db
PLANTED = ("陶弘景", "葛稚川", "孙思邈")


def test_planted_names_stand_in_the_vault_and_nowhere_else(tmp_path: Path) -> None:
    source = make_source()
    rows = [case("A1", applicant="陶弘景"), case("A2", applicant="葛稚川", outcome="lost")]
    deliver(source, tmp_path / "in", rows, [event("A1", "收件", actor="孙思邈")])
    put_facts(source, "cases", [{"case_no": "A3", "applicant": "陶弘景"}], by=SYSTEM, at=NOON)
    flush(later(0))
    assert set(VaultEntry.objects.values_list("value", flat=True)) >= set(PLANTED)
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".parquet", ""}  # facts and the key
    texts = [path.read_bytes() for path in files]
    texts += [str(pq.read_table(path).to_pylist()).encode() for path in files if path.suffix == ".parquet"]
    told = [*Entry.objects.values(), *QuarantinedRow.objects.values(), *Batch.objects.values()]
    told += [*Subject.objects.values(), *TailRow.objects.values()]
    texts.append(str(told).encode())
    assert [name for name in PLANTED for text in texts if name.encode() in text] == []
    assert QuarantinedRow.objects.get().row["applicant"] == f"p:{token_of('葛稚川', key=vault.installation_key()):016x}"


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    key = vault.installation_key()
    path = tmp_path / "data" / "keys" / "vault"
    assert (len(key), path.stat().st_mode & 0o777) == (32, 0o600)
    assert vault.installation_key() == key == path.read_bytes()


def test_a_missing_key_is_never_replaced_while_the_vault_is_in_use(tmp_path: Path) -> None:
    deliver(make_source(), tmp_path, [case("A1")])
    (tmp_path / "data" / "keys" / "vault").unlink()
    with pytest.raises(vault.BadKey, match="put back the key"):
        vault.installation_key()


def test_a_collision_refuses_the_whole_delivery(tmp_path: Path) -> None:
    token = token_of("张A1", key=vault.installation_key())
    VaultEntry.objects.create(token=token, value="别人")
    with pytest.raises(TokenCollision):
        deliver(make_source(), tmp_path, [case("A1"), case("A2")])
    assert (live("cases"), VaultEntry.objects.count(), Batch.objects.get().state) == ([], 1, "refused")


def test_a_look_is_recorded_with_its_reason_and_without_the_name(tmp_path: Path, people: People) -> None:
    deliver(make_source(), tmp_path, [case("A1", applicant="陶弘景")])
    token = live("cases")[0]["applicant"]
    with pytest.raises(vault.NoReason):
        vault.reveal(people.lin, token, about=("case", "A1"), reason=" ", at=NOON)
    assert vault.reveal(people.lin, token, about=("case", "A1"), reason="核对申请人", at=NOON) == "陶弘景"
    entry = Entry.objects.get(kind="vault.revealed")
    assert (entry.by, entry.object_id, entry.data) == (
        people.lin.account,
        "A1",
        {"token": f"p:{token:016x}", "reason": "核对申请人"},
    )


@pytest.mark.parametrize("who", ["he", "ma", "chen", "fang", "system", "security", "audit", "shen"])
def test_who_may_not_look(tmp_path: Path, people: People, who: str) -> None:
    """What is about nothing known belongs to the city: an officer of one bureau may not look either."""
    VaultEntry.objects.create(token=7, value="陶弘景")
    with pytest.raises(NotAllowed):
        vault.reveal(getattr(people, who), 7, about=("case", "A1"), reason="好奇", at=NOON)
    assert not Entry.objects.filter(kind="vault.revealed").exists()


def test_a_look_reaches_as_far_as_the_object_it_is_about(people: People) -> None:
    VaultEntry.objects.create(token=7, value="陶弘景")
    vault.tell_place("permit", lambda _number: ("ZJ", "approvals"))
    assert vault.reveal(people.shen, 7, about=("permit", "1"), reason="核对", at=NOON) == "陶弘景"


def test_erasing_leaves_facts_whole(tmp_path: Path, people: People) -> None:
    deliver(make_source(), tmp_path, [case("A1")])
    before = live("cases")
    token = before[0]["applicant"]
    with pytest.raises(NotAllowed):
        vault.erase(people.lin, token, reason="本人申请", at=NOON)
    vault.erase(people.security, token, reason="本人申请", at=NOON)
    assert (vault.resolve([token]), live("cases")) == ({}, before)
    with pytest.raises(vault.NotInVault):
        vault.reveal(people.lin, token, about=("case", "A1"), reason="核对", at=NOON)


def test_a_value_is_open_only_while_every_source_calls_it_a_pseudonym() -> None:
    vault.keep({1: "R1", 2: "R2"}, frozenset({1, 2}))
    vault.keep({2: "R2"}, frozenset())
    vault.keep({2: "R2"}, frozenset({2}))
    assert (vault.open_tokens([1, 2, 3]), vault.resolve([1, 2, 3])) == (frozenset({1}), {1: "R1", 2: "R2"})
