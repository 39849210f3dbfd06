"""One meaning a word: no word of the glossary stands twice, and every word has its Chinese."""

import re
from collections import Counter
from pathlib import Path

from xiezhi.engine.packs.model import Level, Status

GLOSSARY = Path(__file__).resolve().parents[2] / "GLOSSARY.md"


def rows() -> list[tuple[str, str, str]]:
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines if line.startswith("|")]
    return [(row[0], row[1], row[2]) for row in cells if row[0] not in ("word", "---")]


def test_no_word_has_two_meanings() -> None:
    words = [word for said, _, _ in rows() for word in said.split(", ")]
    assert len(words) > 80
    assert [word for word, count in Counter(words).items() if count > 1] == []
    chinese = [word for _, said, _ in rows() for word in said.split("、")]
    assert [word for word, count in Counter(chinese).items() if count > 1] == []


def test_every_word_has_its_chinese_and_its_meaning() -> None:
    assert [row for row in rows() if not re.search("[\u4e00-\u9fff]", row[1]) or not row[2]] == []


def test_levels_and_the_life_of_an_indicator_are_told() -> None:
    text = GLOSSARY.read_text(encoding="utf-8")
    assert [str(one) for one in (*Level, *Status) if not re.search(rf"\b{one}\b", text)] == []
