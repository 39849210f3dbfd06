"""The condition of a rule in words, for each form that a rule may have."""

import pytest

from xiezhi.engine.findings.wording import Manner
from xiezhi.engine.packs.model import Scalar
from xiezhi.engine.telling.condition import condition_words, parameters_in
from xiezhi.engine.words import Words

MANNERS = {
    "over": Manner(Words("超过期限", "Over the limit"), "working days"),
    "still_open": Manner(Words("尚未决定", "Undecided"), "yes/no"),
    "fee": Manner(Words("收费", "Charged"), "fen"),
    "mine": Manner(Words("本人用时", "Own time"), "days"),
    "others": Manner(Words("他人用时", "Others' time"), "days"),
    "nameless": Manner(Words("", ""), ""),
}
VALUES: dict[str, Scalar] = {"red": 10, "reminder": 1, "times": 2, "gone": None, "name": "text"}


@pytest.mark.parametrize(
    ("sql", "zh", "en"),
    [
        ("over >= 1", "“超过期限”不少于1个工作日", "“Over the limit” is at least 1 working day"),
        ("over > param('red', day)", "“超过期限”多于10个工作日", "“Over the limit” is more than 10 working days"),
        ("over <= 0", "“超过期限”不多于0个工作日", "“Over the limit” is at most 0 working days"),
        ("over < -1", "“超过期限”少于−1个工作日", "“Over the limit” is less than −1 working day"),
        ("over = 1", "“超过期限”是1个工作日", "“Over the limit” is 1 working day"),
        ("over <> 1", "“超过期限”不是1个工作日", "“Over the limit” is not 1 working day"),
        ("still_open", "“尚未决定”", "“Undecided”"),
        ("NOT still_open", "非“尚未决定”", "not “Undecided”"),
        ("nameless", "“nameless”", "“nameless”"),
        ("unknown", "“unknown”", "“unknown”"),
        ("fee >= 1", "“收费”不少于0.01元", "“Charged” is at least 0.01 yuan"),
        (
            "still_open AND over BETWEEN 0 - param('reminder', day) AND 0",
            "“尚未决定”，且“超过期限”在−1至0个工作日之间",
            "“Undecided” and “Over the limit” is between −1 and 0 working days",
        ),
        (
            "NOT (still_open OR over >= 1)",
            "非（“尚未决定”，或“超过期限”不少于1个工作日）",
            "not (“Undecided” or “Over the limit” is at least 1 working day)",
        ),
        (
            "mine * param('times', day) <= others",
            "“本人用时” × 2不多于“他人用时”",
            "“Own time” × 2 is at most “Others' time”",
        ),
        ("over >= (1 + 2) * 2", "“超过期限”不少于6个工作日", "“Over the limit” is at least 6 working days"),
        ("over IS NULL", "over IS NULL", "over IS NULL"),
        ("over >= param('gone', day)", "“超过期限”不少于PARAM('gone', day)", None),
    ],
)
def test_a_condition_is_said(sql: str, zh: str, en: str | None) -> None:
    told = condition_words(sql, MANNERS, VALUES.__getitem__)

    assert told.zh == zh
    assert en is None or told.en == en


def test_parameters_are_named_once_in_order() -> None:
    sql = "a >= param('red', day) AND b >= param( 'times', day) AND c >= param('red', day)"

    assert parameters_in(sql) == ("red", "times")
