"""Compaction: many files of a dataset become one that says the same. Older versions keep the files they had.

Deliveries go on meanwhile: what they replace keeps its ``_row``, so their files stand beside the new one as well as
beside the old ones.
"""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.db import transaction

from xiezhi.engine.packs.model import Dataset
from xiezhi.engine.snapshot.compact import MANY_FILES, Compacted, compact, is_due
from xiezhi.engine.snapshot.files import FileInfo, write_parquet
from xiezhi.engine.snapshot.relation import literal
from xiezhi.engine.snapshot.workspace import workspace
from xiezhi.kernel.fields import fields
from xiezhi.kernel.intake import leases
from xiezhi.kernel.intake.committing import fact_file
from xiezhi.kernel.intake.models import FactFile
from xiezhi.kernel.intake.shapes import absolute, facts_folder, room, shape_of
from xiezhi.kernel.intake.store import live_files, next_version

TRIFLE = 1_000  # replaced rows that cost a reader nothing: each rewriting is a version of its own
_SECONDS, _PATIENCE = 1800.0, 60.0


def compact_due(at: datetime) -> int:
    """Compact every dataset for which it pays; return how many."""
    return sum(
        compact_dataset(field, name, at=at)
        for field in fields().packs
        for name in sorted(set(live_files(field).values_list("dataset", flat=True)))
        if _pays([_info(file) for file in live_files(field).filter(dataset=name)], name)
    )


def compacting_lease(field: str) -> str:
    """Return the lease under which a field's files are rewritten."""
    return f"compact:{field}"


def compact_dataset(field: str, name: str, *, at: datetime) -> bool:
    """Rewrite the live rows of a dataset into one clean file, and bind it from a new version on."""
    with leases.held(compacting_lease(field), seconds=_SECONDS, patience=_PATIENCE) as held:
        files = list(live_files(field, graves=True).filter(dataset=name).order_by("pk"))
        if not files:
            return False
        made = _numbers(field, name, files) if name.startswith("#") else _facts(field, name, files)
        try:
            with transaction.atomic():
                leases.still_held(held)
                _bind(field, name, files, made, at)
        except BaseException:
            for info in (made.live, made.graves):
                if info is not None:
                    info.path.unlink(missing_ok=True)
            raise
    return True


def _bind(field: str, name: str, files: list[FactFile], made: Compacted, at: datetime) -> None:
    version = next_version(cause="compaction", field=field, at=at)
    ended = FactFile.objects.filter(pk__in=[file.pk for file in files], to_version=None)
    if ended.update(to_version=version.number) != len(files):
        raise leases.LeaseLost(f"{field}.{name}: the files changed while they were compacted")
    for info, graves in ((made.live, False), (made.graves, True)):
        if info is not None:
            fact_file(info, field=field, dataset=name, batch=None, version=version, graves=graves).save()


def _pays(files: list[FileInfo], name: str) -> bool:
    """Whether rewriting pays: by the number of files, or by what is replaced where that is more than a trifle."""
    if name.startswith("#") or sum(file.replaced + file.withdrawn for file in files) < TRIFLE:
        return len(files) >= MANY_FILES
    return len(files) > 1 and is_due(files)


def _facts(field: str, name: str, files: list[FactFile]) -> Compacted:
    dataset: Dataset = fields().packs[field].datasets[name]
    folder = facts_folder(field, name)
    mark = uuid4().hex[:12]
    return compact(
        [absolute(file) for file in files],
        folder / f"compact-{mark}.parquet",
        shape=shape_of(dataset),
        graves=folder / f"graves-{mark}.parquet",
        room=room(),
    )


def _numbers(field: str, name: str, files: list[FactFile]) -> Compacted:
    path = facts_folder(field, f"_{name[1:]}") / f"compact-{uuid4().hex[:12]}.parquet"
    listed = ", ".join(literal(absolute(file)) for file in files)
    with workspace(room()) as connection:
        return Compacted(write_parquet(connection, f"SELECT * FROM read_parquet([{listed}]) ORDER BY _row", path), None)


def _info(file: FactFile) -> FileInfo:
    return FileInfo(Path(file.path), file.rows, file.sha256, file.replaced, file.withdrawn, file.min_row, file.max_row)
