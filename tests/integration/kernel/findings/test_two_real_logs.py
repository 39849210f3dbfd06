"""Two real logs as two sources of one field: the installation finds what `check` finds, to the digest."""

import csv
import gzip
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from xiezhi.engine.check.run import Request, run_check
from xiezhi.engine.packs.load import find_packs, load_pack
from xiezhi.kernel.alerts.identity import identity_of
from xiezhi.kernel.alerts.models import Alert, AlertMove
from xiezhi.kernel.findings.evaluate import evaluate_pending
from xiezhi.kernel.findings.models import Evaluation, Finding
from xiezhi.kernel.intake.actions import add_source
from xiezhi.kernel.intake.importing import import_files
from xiezhi.kernel.intake.vault import installation_key
from xiezhi.kernel.ledger.author import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("real-logs")]
ROOT = Path(__file__).resolve().parents[4]
DATA = ROOT.parent / "shared" / "data"
DAY = date(2016, 3, 1)
AT = datetime(2016, 3, 1, 4, 0, tzinfo=UTC)
LOGS = (("receipt", "receipt.csv.gz"), ("bpic15", "BPIC15_1.xes.gz"))


@pytest.fixture
def facts(tmp_path: Path, settings: LazySettings) -> Path:
    settings.FACTS = tmp_path / "facts"
    return settings.FACTS


def checked(mapping: str, log: str) -> list[str]:
    request = Request(
        pack=load_pack(find_packs()["approvals"]),
        files=[DATA / log],
        mapping=ROOT / "examples" / f"{mapping}.toml",
        as_of=DAY,
        key=installation_key(),
    )
    with run_check(request) as outcome:
        return [finding["digest"] for finding in outcome.findings if finding["level"] != "notice"]


def altered(path: Path) -> tuple[Path, dict[str, set[str]]]:
    """Write a copy of the receipt log: 100 events given to another person, 50 left out, one case withdrawn."""
    with gzip.open(DATA / "receipt.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    heads = list(rows[0])
    late = [row["case:concept:name"] for row in rows if row["concept:name"] == "T04 Determine confirmation of receipt"]
    gone, edited, dropped = late[0], set(late[1:101]), set(late[101:151])
    kept = []
    for row in rows:
        case, determines = row["case:concept:name"], row["concept:name"].startswith("T04 ")
        if case == gone or (case in dropped and determines):
            continue
        kept.append({**row, "org:resource": "Resource99"} if case in edited and determines else row)
    copy = path / "receipt.csv"
    with copy.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, heads)
        writer.writeheader()
        writer.writerows(kept)
    return copy, {"withdrawn": {gone}, "edited": edited, "dropped": dropped}


def test_a_changed_copy_moves_the_alerts_it_must(facts: Path, tmp_path: Path) -> None:
    mapping = (ROOT / "examples" / "receipt.toml").read_text(encoding="utf-8")
    source = add_source(code="receipt", field="approvals", name_zh="收件", mapping=mapping, by=SYSTEM, at=AT)
    import_files(source, [DATA / "receipt.csv.gz"], by=SYSTEM, at=AT)
    evaluate_pending(AT)
    before = {a.identity: a for a in Alert.objects.all()}
    copy, told = altered(tmp_path)
    import_files(source, [copy], by=SYSTEM, at=AT, confirm=True)
    moves = AlertMove.objects.count()
    evaluate_pending(AT)
    live = Finding.objects.filter(until_version=None)
    assert sorted(live.values_list("digest", flat=True)) == sorted(every("receipt", copy))
    ended = {a.identity: a for a in Alert.objects.filter(holds=False)}
    still = {identity_of(body) for body in live.values_list("body", flat=True)}
    assert ended.keys() == before.keys() - still
    causes = {(alert.indicator, alert.cause, alert.subject_id) for alert in ended.values()}
    single = {subject for _, _, subject in causes} - told["withdrawn"]
    assert single <= told["edited"] | told["dropped"]
    for indicator, cause, subject in causes:
        if subject in told["edited"]:
            assert (indicator, cause) == ("duties_not_separated", "corrected")
        else:
            assert cause == "withdrawn"
    own = Alert.objects.filter(indicator="edited_after_alert")
    assert {a.period for a in own} == {a.number for a in ended.values()} | parts_gone(ended)
    assert AlertMove.objects.count() > moves
    assert Alert.objects.filter(state="cleared").count() == 0


def parts_gone(ended: dict[str, Alert]) -> set[str]:
    """Return the numbers of alerts that lost one part to an edit and go on with others."""
    found = AlertMove.objects.filter(kind="part_ended", cause__in=("corrected", "withdrawn"))
    return set(found.exclude(alert__identity__in=ended).values_list("alert__number", flat=True))


def every(mapping: str, file: Path) -> list[str]:
    request = Request(
        pack=load_pack(find_packs()["approvals"]),
        files=[file],
        mapping=ROOT / "examples" / f"{mapping}.toml",
        as_of=DAY,
        key=installation_key(),
    )
    with run_check(request) as outcome:
        return [finding["digest"] for finding in outcome.findings]


def test_the_installation_finds_what_check_finds(facts: Path) -> None:
    for code, log in LOGS:
        mapping = (ROOT / "examples" / f"{code}.toml").read_text(encoding="utf-8")
        source = add_source(code=code, field="approvals", name_zh=code, mapping=mapping, by=SYSTEM, at=AT)
        assert import_files(source, [DATA / log], by=SYSTEM, at=AT).state == "accepted"
    assert evaluate_pending(AT) == 1
    live = Finding.objects.filter(until_version=None).exclude(level="notice")
    expected = sorted(digest for code, log in LOGS for digest in checked(code, log))
    assert sorted(live.values_list("digest", flat=True)) == expected
    assert len(set(expected)) == len(expected)
    assert Alert.objects.count() == live.values("rule", "subject_id", "indicator").distinct().count()
    assert Evaluation.objects.get().not_run == {}
    assert evaluate_pending(AT) == 0
