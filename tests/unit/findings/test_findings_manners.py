"""How columns are written for a person: labels, code words, amounts in yuan, dates in words; and none is forgotten."""

from pathlib import Path

import pytest

from xiezhi.engine.errors import AuthorError
from xiezhi.engine.findings.wording import Manner, manner_of_column, manners_of, sentence
from xiezhi.engine.packs.load import load_pack, pack_folder
from xiezhi.engine.packs.model import Indicator, Pack
from xiezhi.engine.words import Words

PACK: Pack = load_pack(pack_folder("approvals", []))
INDICATORS = [pytest.param(indicator, id=name) for name, indicator in PACK.indicators.items()]


def test_sentence_says_days_amounts_codes_and_truth_in_words() -> None:
    manners = {
        "paid": Manner(Words("收费", "Charged"), "fen"),
        "paid_on": Manner(Words("收款日", "Paid on"), "date"),
        "step": Manner(Words("关口", "Checkpoint"), "", {"CP2": Words("受理关", "Acceptance")}),
        "days": Manner(Words("已用", "Used"), "working days"),
    }
    values = {"paid": 120_000_050, "paid_on": "2026-04-08", "step": "CP2", "days": 1234, "open": True, "why": None}

    told = sentence(Words("{paid}元 {paid_on} {step} {days} {open} {why}", "{paid} {paid_on} {step}"), values, manners)

    assert told == Words("1,200,000.50元 2026年4月8日 受理关 1,234 是 （空）", "1,200,000.50 8 Apr 2026 Acceptance")


def test_code_without_words_is_shown_as_it_is() -> None:
    manners = {"step": Manner(Words("", ""), "", {"CP2": Words("受理关", "Acceptance")})}

    assert sentence(Words("{step}", "{step}"), {"step": "CP99"}, manners) == Words("CP99", "CP99")


@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_output_of_the_shipped_indicators_is_worded(indicator: Indicator) -> None:
    manners = manners_of(PACK, indicator)

    wanted = {*indicator.values, *indicator.part}
    assert {name for name in wanted if not (manners[name].words.zh and manners[name].words.en)} == set()
    assert {
        name for name, label in indicator.labels.items() if label.codes is not None and not manners[name].codes
    } == set()
    assert set(indicator.roles) == {
        word.removeprefix("ev_") for word in indicator.sql.replace(",", " ").split() if word.startswith("ev_")
    }


def test_columns_of_a_dataset_are_written_by_their_kind() -> None:
    receipts, ratings = PACK.datasets["receipts"], PACK.datasets["ratings"]

    assert manner_of_column(receipts, receipts.columns["amount"]) == Manner(Words("金额", "Amount"), "fen")
    codes = manner_of_column(ratings, ratings.columns["grade"]).codes
    assert codes is not None
    assert codes["dissatisfied"] == Words("不满意", "Dissatisfied")


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ('[labels]\nuset_days = {zh = "甲", en = "A"}\n', 'the label names no output column: "uset_days"'),
        ('[roles]\ncaze = {zh = "甲", en = "A"}\n', 'the role names no evidence of the SQL: "caze"'),
        ('[labels]\nused_days = {zh = "甲"}\n', 'has no English ("en")'),
    ],
)
def test_label_of_nothing_is_refused(tmp_path: Path, block: str, said: str) -> None:
    folder = tmp_path / "approvals"
    for file in PACK.path.rglob("*"):
        if file.is_file():
            copy = folder / file.relative_to(PACK.path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    page = folder / "indicators" / "delivery_late.md"
    text = page.read_text(encoding="utf-8")
    cut = text.index("[labels]"), text.index("[[rules]]")
    page.write_text(text[: cut[0]] + block + "\n" + text[cut[1] :], encoding="utf-8")

    with pytest.raises(AuthorError) as refused:
        load_pack(folder)

    assert said in str(refused.value)
