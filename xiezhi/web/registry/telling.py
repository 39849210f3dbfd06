"""What is wrong in a workbook or with a change, in both languages."""

import re

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words
from xiezhi.kernel.registry.actions import BadSuccession
from xiezhi.kernel.registry.importing import NoWorkbook

_REASONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), zh)
    for pattern, zh in (
        (r"the key of line (\d+) stands here again", r"与第\1行的编码重复"),
        (r"this heading is missing", "缺少这一列"),
        (r"this heading is not known", "不认识这一列，请按模板的列名写"),
        (r"(\S+) is not after (\S+)", r"终止日\1应晚于起始日\2"),
        (r"('.*') is no day: .*", r"\1不是日期：写成2026-05-18，或把单元格设为日期"),
        (r"('.*') is no whole number", r"\1不是整数"),
        (r"('.*') is neither 是 \(yes\) nor 否 \(no\)", r"\1应写“是”或“否”"),
        (r"is empty, and must not be", "不能空"),
        (r"('.*') is not registered: .*", r"\1没有登记：请先登记，或写在上面的行"),
    )
)


def reason_words(reason: str) -> Words:
    """Return what is wrong in a cell; a reason that is not known here stays in English."""
    for pattern, zh in _REASONS:
        if pattern.fullmatch(reason):
            return Words(pattern.sub(zh, reason), reason)
    return Words(reason, reason)


def words_of(error: XiezhiError) -> Words:
    """Return why a workbook cannot be read, or a change not be made."""
    if isinstance(error, NoWorkbook):
        return Words("这个文件不是XLSX工作簿，或没有认识的工作表：请用模板", f"{error}: take the template")
    if isinstance(error, BadSuccession):
        return Words(
            "不能由它自己、或最终并入它的单位承继", "It cannot be succeeded by itself, nor by a body that ends in it"
        )
    return Words(f"没有办成（英文原文）：{error}", str(error))
