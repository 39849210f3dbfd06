"""What the sheets of an XLSX import are: one kind a sheet, headings in either language, how a cell becomes a value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words
from xiezhi.kernel.registry.models import Division, Holding, Matter, Organisation, Person, Post, Window

Cell = str | float | int | bool | date | datetime | None


class BadCell(XiezhiError):  # noqa: N818  named by what it says
    """A cell cannot be understood; the message says what to write instead."""


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet. ``refers``: the model whose code stands in the cell."""

    field: str
    words: Words
    read: Callable[[Cell], Any]
    required: bool = False
    refers: type[Model] | None = None


@dataclass(frozen=True)
class Sheet:
    """A kind of rows. ``key``: the fields that name a row; a row with a known key changes it."""

    kind: str
    words: Words
    model: type[Model]
    key: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    dataset: str


def text(cell: Cell) -> str:
    """Read a text; a whole number, as sheets keep codes, is written without its point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def day(cell: Cell) -> date | None:
    """Read a day: a date cell, or 2026-05-18."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if not text(cell):
        return None
    try:
        return date.fromisoformat(text(cell))
    except ValueError:
        raise BadCell(f"{text(cell)!r} is no day: write it as 2026-05-18, or format the cell as a date") from None


def whole(cell: Cell) -> int | None:
    """Read a whole number."""
    told = text(cell)
    if not told:
        return None
    if not told.lstrip("-").isdecimal():
        raise BadCell(f"{told!r} is no whole number")
    return int(told)


def truth(cell: Cell) -> bool:
    """Read yes or no, in either language; empty is no."""
    told = text(cell).casefold()
    if told in {"", "no", "n", "0", "false", "否"}:
        return False
    if told in {"yes", "y", "1", "true", "是"}:
        return True
    raise BadCell(f"{told!r} is neither 是 (yes) nor 否 (no)")


def listed(cell: Cell) -> list[str]:
    """Read several texts, parted by 、 or ;."""
    return [part.strip() for part in text(cell).replace("、", ";").replace("；", ";").split(";") if part.strip()]


_CODE = SheetColumn("code", Words("编码", "Code"), text, required=True)
_ZH = SheetColumn("name_zh", Words("名称", "Name"), text, required=True)
_EN = SheetColumn("name_en", Words("英文名称", "English name"), text)
_FROM = SheetColumn("valid_from", Words("起始日", "Valid from"), day, required=True)
_TO = SheetColumn("valid_to", Words("终止日", "Valid to"), day)
_BODY = SheetColumn("organisation", Words("单位", "Organisation"), text, required=True, refers=Organisation)

SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "divisions",
        Words("行政区划", "Divisions"),
        Division,
        ("code",),
        (
            _CODE,
            _ZH,
            _EN,
            SheetColumn("tier", Words("层级", "Tier"), text, required=True),
            SheetColumn("parent", Words("上级", "Parent"), text, refers=Division),
            _FROM,
            _TO,
        ),
        "divisions",
    ),
    Sheet(
        "organisations",
        Words("单位", "Organisations"),
        Organisation,
        ("code",),
        (
            _CODE,
            _ZH,
            _EN,
            SheetColumn("short_zh", Words("简称", "Short name"), text),
            SheetColumn("short_en", Words("英文简称", "English short name"), text),
            SheetColumn("credit_code", Words("统一社会信用代码", "Credit code"), text),
            SheetColumn("aliases", Words("别名", "Aliases"), listed),
            SheetColumn("parent", Words("上级", "Parent"), text, refers=Organisation),
            SheetColumn("division", Words("区划", "Division"), text, refers=Division),
            SheetColumn("succeeded_by", Words("承继单位", "Succeeded by"), text, refers=Organisation),
            _FROM,
            _TO,
        ),
        "organisations",
    ),
    Sheet(
        "posts",
        Words("岗位", "Posts"),
        Post,
        ("code",),
        (
            _CODE,
            _ZH,
            _EN,
            _BODY,
            SheetColumn("key_post", Words("重点岗位", "Key post"), truth),
            SheetColumn("checkpoints", Words("关口", "Checkpoints"), listed),
            _FROM,
            _TO,
        ),
        "posts",
    ),
    Sheet(
        "people",
        Words("人员", "People"),
        Person,
        ("number",),
        (
            SheetColumn("number", Words("工号", "Staff number"), text, required=True),
            SheetColumn("name", Words("姓名", "Name"), text, required=True),
            _BODY,
            _FROM,
            _TO,
        ),
        "people",
    ),
    Sheet(
        "holdings",
        Words("任职", "Holdings"),
        Holding,
        ("person", "post", "valid_from"),
        (
            SheetColumn("person", Words("工号", "Staff number"), text, required=True, refers=Person),
            SheetColumn("post", Words("岗位编码", "Post"), text, required=True, refers=Post),
            _FROM,
            _TO,
        ),
        "holdings",
    ),
    Sheet(
        "matters",
        Words("事项", "Matters"),
        Matter,
        ("code",),
        (
            _CODE,
            _ZH,
            _EN,
            _BODY,
            SheetColumn("statutory_days", Words("法定时限", "Statutory days"), whole),
            SheetColumn("promised_days", Words("承诺时限", "Promised days"), whole),
            _FROM,
            _TO,
        ),
        "matters",
    ),
    Sheet("windows", Words("窗口", "Windows"), Window, ("code",), (_CODE, _ZH, _EN, _BODY, _FROM, _TO), "windows"),
)
