"""The tail: facts typed on our own screens, gathered into batches by the worker, through the same door as files."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import orjson

from xiezhi.engine.canonical import digest
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.intake.model import ColumnMap, DatasetMap, NormOfRun, SourceMap
from xiezhi.engine.packs.model import Dataset, Pack
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.fields import pack_of
from xiezhi.kernel.intake import leases
from xiezhi.kernel.intake.importing import open_batch, receive, settle, source_lease
from xiezhi.kernel.intake.models import Batch, Source, TailRow
from xiezhi.kernel.intake.scratch import arriving
from xiezhi.kernel.ledger.author import SYSTEM, Author

_SECONDS, _PATIENCE = 3600.0, 900.0
_MOST = 20_000  # rows of one batch


def flush(at: datetime) -> int:
    """Make batches of what was typed since the last time; return how many rows."""
    waiting = TailRow.objects.filter(batch=None)
    sources = Source.objects.filter(pk__in=waiting.values("source")).order_by("pk")
    return sum(_flush(source, at) for source in sources)


def _flush(source: Source, at: datetime) -> int:
    with leases.held(source_lease(source), seconds=_SECONDS, patience=_PATIENCE):
        rows = list(TailRow.objects.filter(source=source, batch=None).order_by("pk")[:_MOST])
        pack = pack_of(source.field)
        for piece in _apart(rows, pack):
            _store(source, pack, piece, at)
    return len(rows)


def _apart(rows: Sequence[TailRow], pack: Pack) -> Iterator[list[TailRow]]:
    """Yield rows of one author, in order, no two of them with one key: each of those is a version of its own."""
    piece: list[TailRow] = []
    seen: set[tuple[str | None, ...]] = set()
    for row in rows:
        key = (row.dataset, *(row.row.get(name) for name in pack.datasets[row.dataset].key))
        if piece and (key in seen or row.by != piece[0].by):
            yield piece
            piece, seen = [], set()
        piece.append(row)
        seen.add(key)
    if piece:
        yield piece


def _store(source: Source, pack: Pack, rows: Sequence[TailRow], at: datetime) -> None:
    by = _author(rows[0].by)
    told = digest({"tail": [row.pk for row in rows]})
    batch = open_batch(source, kind="tail", digest=told, by=by, at=at)
    try:
        with arriving() as folder:
            files = _files(rows, folder)
            receive(
                batch,
                source,
                files,
                by=by,
                at=at,
                mapping=_mapping(source, pack, rows),
                beside=lambda made: _taken(rows, made, pack),
            )
    except leases.LeaseLost:
        raise
    except XiezhiError as error:
        settle(batch, Batch.State.REFUSED, note=f"refused\t{error}", by=by, at=at)
        _taken(rows, batch, pack)


def _files(rows: Sequence[TailRow], folder: Path) -> list[Path]:
    by_dataset: dict[str, list[bytes]] = {}
    for row in rows:
        given = {name: value for name, value in row.row.items() if value is not None}
        by_dataset.setdefault(row.dataset, []).append(orjson.dumps(given) + b"\n")
    paths = []
    for name, lines in by_dataset.items():
        path = folder / f"{name}.jsonl"
        path.write_bytes(b"".join(lines))
        paths.append(path)
    return paths


def _mapping(source: Source, pack: Pack, rows: Sequence[TailRow]) -> SourceMap:
    given: dict[str, set[str]] = {}
    for row in rows:
        given.setdefault(row.dataset, set()).update(name for name, value in row.row.items() if value is not None)
    sections = {
        name: DatasetMap(
            name,
            f"{name}.jsonl",
            columns={
                column: ColumnMap(column=column)
                for column in pack.datasets[name].columns
                if column in columns or _needed(pack.datasets[name], column)
            },
        )
        for name, columns in given.items()
    }
    return SourceMap(source.code, None, None, None, "", sections, NormOfRun())


def _needed(dataset: Dataset, column: str) -> bool:
    return (dataset.columns[column].required or column in dataset.key) and not dataset.columns[column].of


def _taken(rows: Sequence[TailRow], batch: Batch, pack: Pack) -> None:
    """Note the batch that rows became part of, and keep no direct identifier beside the vault."""
    for row in rows:
        declared = pack.datasets[row.dataset].columns
        row.row = {name: value for name, value in row.row.items() if declared[name].privacy != "direct"}
        row.batch = batch
        row.save(update_fields=["row", "batch"])


def _author(account: int) -> Author:
    name = Account.objects.filter(pk=account).values_list("name", flat=True).first()
    return SYSTEM if name is None else Author(account, name)
