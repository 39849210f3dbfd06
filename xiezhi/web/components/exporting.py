"""The table of a component as a file: complete or failed, with its rows and digest on record."""

from collections.abc import Callable
from typing import Any

from django.http import FileResponse
from django.utils import timezone

from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.intake.models import Subject
from xiezhi.kernel.ledger.exports import record_export
from xiezhi.kernel.listing import Column, Listing
from xiezhi.web.components.showing import Cell, Table
from xiezhi.web.lists.export import FORMS, export

Row = tuple[Cell, ...]


def table_file(table: Table, name: str, *, query: str, form: str, by: Actor) -> FileResponse:
    """Return the table as a file; names stay masked, and the ledger holds who took it."""
    now = timezone.now()
    made = export(_listing(table, name), table.rows, form)
    record_export(listing=name, query=query, rows=made.rows, sha256=made.sha256, form=form, by=by, at=now)
    file = f"{name}-{timezone.localtime(now):%Y%m%d-%H%M}.{form}"
    response = FileResponse(made.stream, as_attachment=True, filename=file, content_type=FORMS[form])
    response["X-Rows"] = str(made.rows)
    response["Digest"] = f"sha-256={made.sha256}"
    return response


def _listing(table: Table, name: str) -> Listing[Subject, Row]:
    columns = tuple(Column(str(n), head.words, _cell(n)) for n, head in enumerate(table.heads))
    return Listing(name, table.heads[0].words, columns, lambda _actor: Subject.objects.none(), lambda _row: ())


def _cell(place: int) -> Callable[[Row], Any]:
    return lambda row: row[place].words
