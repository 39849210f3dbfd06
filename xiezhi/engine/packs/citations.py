"""Citations as norms and pages write them: ``42`` is an article, ``32(4)`` the item （四） of article 32."""

import re
from typing import NamedTuple

from xiezhi.engine.packs.model import Article

MARKS = "ATSCKD"

_CITED = re.compile(r"([1-9][0-9]*)(?:\(([1-9][0-9]?)\))?")
_MARK = re.compile(rf"[{MARKS}](/[{MARKS}])*")
_DIGITS = "零一二三四五六七八九"


class Cited(NamedTuple):
    """The number of an article, and of an item in it where one is named."""

    article: str
    item: int | None


def parse_citation(text: str) -> Cited | None:
    """Return what ``42`` or ``32(4)`` cites; None for anything else (a clause of a standard, a chapter)."""
    found = _CITED.fullmatch(text)
    return None if found is None else Cited(found[1], int(found[2]) if found[2] else None)


def is_mark(text: str) -> bool:
    """Whether a text is a mark of evidence: a letter of A T S C K D, or several with strokes between."""
    return _MARK.fullmatch(text) is not None


def item_lines(article: Article, item: int) -> tuple[str, ...]:
    """Return the lines of an article that begin with the item's number, such as （四） or (四); empty without one."""
    number = chinese(item)
    heads = (f"（{number}）", f"({number})")
    return tuple(line for lines in article.paragraphs for line in lines[1:] if line.startswith(heads)) or tuple(
        line for lines in article.paragraphs for line in lines if line.startswith(heads)
    )


def chinese(number: int) -> str:
    """Return 1 to 99 as Chinese numbers write them: 十 for 10, 二十一 for 21."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
