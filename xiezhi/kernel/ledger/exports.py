"""Every export leaves an entry: who took how many rows of which list, by which filter, and the digest."""

from datetime import datetime

from django.db import transaction

from xiezhi.engine.words import Words
from xiezhi.kernel.ledger.actions import record
from xiezhi.kernel.ledger.author import Author
from xiezhi.kernel.ledger.kinds import Kind, register

register(Kind("list.exported", Words("导出{list}{rows}行（{format}）", "exported {rows} rows of {list} ({format})")))


@transaction.atomic
def record_export(*, listing: str, query: str, rows: int, sha256: str, form: str, by: Author, at: datetime) -> None:
    """Write the entry of one finished export."""
    record(
        kind="list.exported",
        about=("list", listing),
        by=by,
        at=at,
        data={"list": listing, "query": query, "rows": rows, "sha256": sha256, "format": form},
    )
