"""The empty workbook: a sheet for each kind, its headings, and what goes into each column."""

from io import BytesIO

import xlsxwriter
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase

from xiezhi.engine.words import Words
from xiezhi.kernel.access.may import require
from xiezhi.kernel.registry.sheets import SHEETS, SheetColumn
from xiezhi.web.account.asking import refusing
from xiezhi.web.language import said
from xiezhi.web.request import actor_of_request

_WIDTH = 18


@login_required
@refusing
def template(request: HttpRequest) -> HttpResponseBase:
    """Give the workbook."""
    require(actor_of_request(request), "registry.read")
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for sheet in SHEETS:
            page = book.add_worksheet(said(sheet.words))
            page.set_column(0, len(sheet.columns) - 1, _WIDTH, text)
            page.freeze_panes(1, 0)
            for place, column in enumerate(sheet.columns):
                page.write_string(0, place, said(column.words), bold)
                page.write_comment(0, place, said(_hint(column)))
    stream.seek(0)
    name = said(Words("登记模板.xlsx", "registry-template.xlsx"))
    return FileResponse(stream, as_attachment=True, filename=name)


def _hint(column: SheetColumn) -> Words:
    must = Words("必填", "required") if column.required else Words("可空", "may be empty")
    if column.field.startswith("valid_"):
        return Words(
            f"{must.zh}。写成2026-05-18；终止日是不再有效的第一天",
            f"{must.en}: 2026-05-18; the end is the first day no longer",
        )
    if column.refers is not None:
        return Words(f"{must.zh}。写已登记的编码", f"{must.en}: a registered code")
    return must
