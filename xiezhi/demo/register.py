"""The register of the city as a workbook, as a real city would hand it in: bodies, posts, people, matters, windows."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

from xiezhi.demo.city import read
from xiezhi.demo.generate import Log

CITY = "MC"  # the body under which all others stand
_SINCE, _POSTS_SINCE = date(2020, 1, 1), date(2024, 1, 1)
_MERGER = date(2025, 7, 1)

Cell = str | int | date | None
Rows = Iterator[Sequence[Cell]]


def write_workbook(log: Log, path: Path) -> None:
    """Write the register, one sheet a kind, in the order in which the rows refer to one another."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    for name, head, rows in _sheets(log):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, head)
        sheet.freeze_panes(1, 0)
        for line, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(line, place, cell)
                elif cell is not None:
                    sheet.write(line, place, cell)
    book.close()


def _sheets(log: Log) -> Iterator[tuple[str, tuple[str, ...], Rows]]:
    yield "行政区划", ("编码", "名称", "英文名称", "层级", "上级", "起始日"), _divisions()
    names = ("编码", "名称", "英文名称")
    further = ("简称", "英文简称", "统一社会信用代码", "上级", "区划", "承继单位", "起始日", "终止日")
    yield "单位", (*names, *further), _bodies()
    yield "岗位", (*names, "单位", "重点岗位", "关口", "起始日", "终止日"), _posts()
    yield "人员", ("工号", "姓名", "单位", "起始日"), _people(log)
    yield "任职", ("工号", "岗位编码", "起始日"), _holdings(log)
    yield "事项", (*names, "单位", "法定时限", "承诺时限", "起始日"), _matters()
    yield "窗口", (*names, "单位", "起始日"), _desks()


def _divisions() -> Rows:
    for row in read("divisions"):
        yield row["code"], row["zh"], row["en"], row["tier"], row["parent"] or None, _SINCE


def _bodies() -> Rows:
    yield (
        CITY,
        "明川市人民政府",
        "Mingchuan Municipal Government",
        "市政府",
        "City",
        "",
        None,
        "380100",
        None,
        _SINCE,
        None,
    )
    rows = sorted(read("bodies"), key=lambda row: bool(row["successor"]))  # a successor stands above whom it succeeds
    for row in rows:
        ended = _MERGER if row["successor"] else None
        since = date.fromisoformat(row["from"])
        names = (row["code"], row["zh"], row["en"], row["short_zh"], row["en"].removeprefix("Municipal "))
        yield *names, row["credit_code"], CITY, "380100", row["successor"] or None, since, ended


def _posts() -> Rows:
    ended = {row["code"] for row in read("bodies") if row["successor"]}
    begun = {row["code"]: date.fromisoformat(row["from"]) for row in read("bodies")}
    for row in read("posts"):
        until = _MERGER if row["body"] in ended else None
        key = "是" if row["key"] else "否"
        points = row["checkpoints"].replace(" ", "、")
        yield row["code"], row["zh"], row["en"], row["body"], key, points, begun[row["body"]], until


def _people(log: Log) -> Rows:
    for (department, _), seats in log.staff.held.items():
        for seat in seats:
            name, _, number = seat.partition(" ")
            yield number, name, department, _POSTS_SINCE


def _holdings(log: Log) -> Rows:
    posts = {row["code"] for row in read("posts")}
    for (department, post), seats in log.staff.held.items():
        code = f"{department}-{post}"
        for seat in seats if code in posts else ():
            yield seat.partition(" ")[2], code, _POSTS_SINCE


def _matters() -> Rows:
    for row in read("register"):
        days = int(row["statutory_days"]), int(row["promised_days"])
        yield row["code"], row["zh"], row["en"], row["body"], *days, _MERGER if row["body"] == "WLT" else _SINCE


def _desks() -> Rows:
    for row in read("desks"):
        yield row["no"], row["zh"], row["en"], row["body"], _MERGER if row["body"] == "WLT" else _SINCE
