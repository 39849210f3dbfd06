"""How stored values are written, and how names are masked."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from xiezhi.engine.findings.masking import Display, masked
from xiezhi.engine.findings.texts import digest_value, json_value
from xiezhi.engine.findings.wording import sentence
from xiezhi.engine.words import Words


@pytest.mark.parametrize(
    ("value", "json", "digested"),
    [
        (None, None, None),
        (True, True, True),
        (7, 7, "7"),
        (2**53, str(2**53), str(2**53)),
        (2**53 - 1, 2**53 - 1, str(2**53 - 1)),
        (Decimal("1.50"), "1.50", "1.50"),
        (Decimal("1E+3"), "1000", "1000"),
        (date(2026, 1, 2), "2026-01-02", "2026-01-02"),
        (datetime.fromisoformat("2026-01-02T09:00"), "2026-01-02T09:00:00", "2026-01-02T09:00:00"),
        ("甲", "甲", "甲"),
    ],
)
def test_values(value, json, digested) -> None:
    assert (json_value(value), digest_value(value)) == (json, digested)


def test_token_and_instant() -> None:
    assert json_value(255, token=True) == "p:00000000000000ff"
    assert json_value(datetime.fromisoformat("2026-01-02T01:00"), instant=True) == "2026-01-02T01:00:00Z"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("张三", "张*"),
        ("欧阳娜娜", "欧***"),
        ("𠮷田", "𠮷*"),
        ("130302199001011234", "130302********1234"),
        ("13012345678", "130****5678"),
        ("A", "A*"),
    ],
)
def test_masks(text, shown) -> None:
    assert masked(text) == shown


def test_display_resolves_only_what_it_knows() -> None:
    display = Display({1: "张三", 2: "Resource01"}, frozenset({2}))
    assert display.resolve("p:0000000000000001, p:0000000000000002, p:0000000000000003") == (
        "张*, Resource01, p:0000000000000003"
    )
    assert Display({1: "张三"}, reveal=True).token(1) == "张三"


def test_sentence_says_empty_and_yes() -> None:
    words = sentence(Words("{a} {b} {c}", "{a} {b} {c}"), {"a": True, "b": None, "c": 3})
    assert words == Words("是 （空） 3", "yes (empty) 3")
