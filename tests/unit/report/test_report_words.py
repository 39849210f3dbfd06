"""Words, numbers, units and citations of the report."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.cli.report.selection import shares
from xiezhi.cli.report.words import both, plain, texts
from xiezhi.engine.findings.written import written
from xiezhi.engine.telling.law import Citation, article_zh
from xiezhi.engine.visible import visible
from xiezhi.engine.words import Words


@pytest.mark.parametrize(
    ("article", "said"),
    [
        ("1", "第一条"), ("10", "第十条"), ("12", "第十二条"), ("42", "第四十二条"), ("100", "第一百条"),
        ("101", "第一百零一条"), ("110", "第一百一十条"), ("201", "第二百零一条"), ("1010", "第一千零一十条"),
        ("1260", "第一千二百六十条"), ("32(4)", "第三十二条（4）"), ("§ 5", "§ 5"),
    ],
)  # fmt: skip
def test_article_as_the_law_numbers_it(article: str, said: str) -> None:
    assert article_zh(article) == said


def test_foreign_law_keeps_its_own_form() -> None:
    assert Citation("Wabo", "3.9", "2010-10-01", "K").words == Words("Wabo 3.9", "Wabo, Art. 3.9")


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (22, "working days", Words("22个工作日", "22 working days")),
        (1, "working days", Words("1个工作日", "1 working day")),
        (-3, "days", Words("\u22123日", "\u22123 days")),
        (True, "yes/no", Words("是", "yes")),
        (None, "days", Words("–", "–")),
        ("2026-04-08", "date", Words("2026年4月8日", "8 Apr 2026")),
        (412_600_050, "fen", Words("4,126,000.50元", "4,126,000.50 yuan")),
        (Decimal("1.5"), "hours", Words("1.5小时", "1.5 hours")),
        (1234, "furlongs", Words("1,234 furlongs", "1,234 furlongs")),
        ("p:00ff", "", Words("p:00ff", "p:00ff")),
        ("2026-04-08T10:26:00", "time", Words("2026年4月8日 10:26", "8 Apr 2026 10:26")),
    ],
)
def test_value_with_its_unit(value: Any, unit: str, said: Words) -> None:
    assert written(value, unit) == said


def test_both_languages_stand_in_the_page_once_each() -> None:
    assert both(Words("甲", "A")) == '<span lang="zh-Hans">甲</span><span lang="en">A</span>'
    assert both(Words("same", "same")) == "same"
    assert both(Words("只有中文", "")) == "<bdi>只有中文</bdi>"


def test_plural() -> None:
    assert plain("evidence_note", facts=1, rows=2).en == "1 fact from 2 rows"
    assert plain("group_omitted", omitted=1200).zh.startswith("还有1,200件")


def test_no_forbidden_word_before_verification() -> None:
    said = " ".join(words.zh + " " + words.en for words in texts().values()).lower()

    assert [
        word for word in ("违规", "涉嫌", "严重", "violation", "guilty", "serious", "！", "!") if word in said
    ] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc", "a b c"),
        ("\x1b[31mred", "⟨U+001B⟩[31mred"),
        ("\u202eevil", "⟨U+202E⟩evil"),
        ("a\u200bb", "a⟨U+200B⟩b"),
        ("\ud800", "⟨U+D800⟩"),
        ("周*", "周*"),
    ],
)
def test_hidden_characters_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert visible("x" * 10, most=4) == "xxxx…"
    assert visible("xxxx", most=4) == "xxxx"


@settings(max_examples=100)
@given(sizes=st.lists(st.integers(0, 500), max_size=12), each=st.integers(0, 300), total=st.integers(0, 2000))
def test_shares_use_the_room_and_no_more(sizes: list[int], each: int, total: int) -> None:
    given_ = shares(sizes, each=each, total=total)
    wanted = [min(size, each) for size in sizes]

    assert all(0 <= got <= want for got, want in zip(given_, wanted, strict=True))
    assert sum(given_) == min(sum(wanted), total)
