"""A pack as values, and where packs are found."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from xiezhi.engine.columns import ColumnType, Kind, Privacy
from xiezhi.engine.packs.load import NoPack, find_packs, load_pack, shipped
from xiezhi.engine.packs.model import Assumption, Cause, Clock, DatedValue, Law, Level, Reference, Status, Subject
from xiezhi.engine.words import Words

GOOD = Path(__file__).parent / "good"
ART_42 = Law("中华人民共和国行政许可法", "42", "2019-04-23", "T")


def test_the_head_of_a_pack() -> None:
    pack = load_pack(GOOD)
    assert (pack.id, pack.kind, pack.words, pack.order) == ("good", "field", Words("样例", "Sample"), 10)
    assert (pack.owner_role, pack.fallback_organisation, pack.reads) == ("officer", "office", ("tendering.awards",))
    assert pack.path == GOOD


def test_a_dataset() -> None:
    cases = load_pack(GOOD).datasets["cases"]
    assert cases.stored == {
        "case_no": "VARCHAR",
        "case_id": "BIGINT",
        "matter_no": "VARCHAR",
        "applicant_code": "BIGINT",
        "accepted_at": "TIMESTAMP",
        "accepted_at_utc": "TIMESTAMP",
        "closed_at": "TIMESTAMP",
        "closed_at_utc": "TIMESTAMP",
        "fee": "BIGINT",
        "share": "DECIMAL(5,2)",
        "visit_no": "BIGINT",
        "outcome": "VARCHAR",
        "extension_days": "BIGINT",
    }
    assert (cases.key, cases.delivery, cases.unit, cases.cluster) == (("case_no",), "unit", "case_no", ("case_id",))
    assert cases.subject == Subject("case", "case_no", opened="accepted_at", closed="closed_at")
    assert cases.references == (Reference(("matter_no",), "matters"),)
    assert cases.not_null == {"case_no", "case_id", "_row"}
    assert cases.columns["case_no"].aliases == ("办件号",)
    assert cases.columns["applicant_code"].privacy is Privacy.DIRECT
    assert cases.columns["share"].type == ColumnType(Kind.DECIMAL, 5, 2)
    assert [(code.value, code.words.zh, code.facts) for code in cases.codes["outcome"]] == [
        ("granted", "准予", (("owner", "window"),)),
        ("refused", "不予", ()),
    ]


def test_dated_values() -> None:
    parameters = load_pack(GOOD).parameters
    repealed = Law(*ART_42.as_json().values(), note="repealed, for the sake of the sample")
    assert parameters["decision_days"].values == (
        DatedValue(date(2004, 7, 1), 20, ART_42),
        DatedValue(date(2030, 1, 1), None, repealed),
    )
    assert (parameters["decision_days"].type, parameters["share_limit"].type) == ("integer", "decimal(5,2)")
    assert parameters["share_limit"].values[0].value == Decimal("0.25")


def test_reference_tables_in_toml_and_in_csv() -> None:
    tables = load_pack(GOOD).tables
    assert tables["step_limits"].columns == {
        "checkpoint": "VARCHAR",
        "valid_from": "DATE",
        "valid_to": "DATE",
        "limit_days": "BIGINT",
        "binding": "BOOLEAN",
    }
    assert tables["step_limits"].rows == (
        ("CP1", date(2020, 1, 1), date(2022, 1, 1), 1, True),
        ("CP1", date(2022, 1, 1), None, 2, None),
    )
    assert tables["matter_limits"].rows == (
        ("M1", date(2020, 1, 1), date(2021, 1, 1), 5, Decimal("0.50"), date(2019, 12, 31)),
        ("M1", date(2021, 1, 1), None, 6, None, None),
        ("M,2", date(2020, 1, 1), None, 7, Decimal("1.00"), None),
    )
    assert tables["step_limits"].basis == (Law("本市规定", "", "", "K"),)


def test_an_indicator() -> None:
    indicator = load_pack(GOOD).indicators["overdue"]
    assert (indicator.status, indicator.effective_from, indicator.owner) == (Status.ACTIVE, date(2020, 1, 1), "officer")
    assert indicator.basis == (ART_42,)
    assert indicator.sql == (GOOD / "indicators/overdue.sql").read_text(encoding="utf-8")
    assert indicator.clock == Clock("working", "accepted_on", None, "limit_days", used="used_days")
    assert indicator.exclusions == (Cause("spot", Words("当场办结", "decided on the spot")),)
    assert indicator.assumes == (
        Assumption("cases.extension_days", 0, Words("未录入延长即为未延长", "no extension entered means none")),
    )
    assert indicator.rules[0].levels == {Level.ORANGE: "used_days > limit_days"}
    assert [example.not_run for example in indicator.examples] == [False, False, True]
    assert indicator.examples[0].given["matters"] == ()
    assert indicator.examples[2].without == ("cases.accepted_at",)


def test_views_and_derivations() -> None:
    pack = load_pack(GOOD)
    assert (pack.views["open_cases"].key, pack.views["open_cases"].scope) == (("case_id",), ("case_id",))
    assert pack.derived["running"].inputs == {"spans": "open_cases"}
    assert pack.derived["running"].arguments == {"key": ["case_id"], "rule": "working"}


def test_every_shipped_pack_loads() -> None:
    packs = find_packs()
    assert "approvals" in packs
    assert [load_pack(folder).id for folder in packs.values()] == list(packs)


def test_a_folder_of_packs_and_a_pack_itself_are_found(tmp_path: Path) -> None:
    shutil.copytree(GOOD, tmp_path / "city" / "good")
    shutil.copytree(GOOD, tmp_path / "city" / "_draft")
    (tmp_path / "city" / "notes").mkdir()
    alone = Path(shutil.copytree(GOOD, tmp_path / "alone"))
    own = {name: path for name, path in find_packs([tmp_path / "city", alone]).items() if path.is_relative_to(tmp_path)}
    assert own == {"good": tmp_path / "city" / "good", "alone": alone}


def test_a_later_folder_takes_the_place_of_an_earlier_one_whole(tmp_path: Path) -> None:
    first = Path(shutil.copytree(GOOD, tmp_path / "one" / "approvals"))
    second = Path(shutil.copytree(GOOD, tmp_path / "two" / "approvals"))
    assert find_packs([tmp_path / "one"])["approvals"] == first
    assert find_packs([tmp_path / "one", tmp_path / "two"])["approvals"] == second


def test_the_template_is_no_pack() -> None:
    assert (shipped() / "_template").is_dir()
    assert not any(name.startswith("_") for name in find_packs())


def test_folders_without_packs_are_named(tmp_path: Path) -> None:
    with pytest.raises(NoPack) as absent:
        find_packs([tmp_path / "nowhere"])
    assert str(absent.value) == f"{tmp_path / 'nowhere'}: no such folder; name one that holds packs (XIEZHI_PLATFORMS)"
    with pytest.raises(NoPack) as empty:
        find_packs([tmp_path])
    assert str(empty.value) == f"{tmp_path}: holds no pack; a pack is a folder with a platform.toml"
    with pytest.raises(NoPack) as none:
        load_pack(tmp_path / "nowhere")
    assert str(none.value) == f"{tmp_path / 'nowhere'}: no such folder; name the folder of a pack"
