"""The store of facts as others read it: versions, snapshots, what changed, and single rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Q, QuerySet

from xiezhi.engine.columns import SYSTEM_COLUMNS
from xiezhi.engine.packs.model import Dataset
from xiezhi.engine.run.jobs import Source as Bound
from xiezhi.engine.snapshot.relation import quoted
from xiezhi.engine.snapshot.workspace import workspace
from xiezhi.kernel.fields import pack_of
from xiezhi.kernel.intake.models import Batch, FactFile, Source, Version
from xiezhi.kernel.intake.shapes import absolute, room

_FEW = 500  # rows named one by one in a condition on ranges


@dataclass(frozen=True)
class Shelf:
    """The facts of a field at one version.

    Attributes:
        sources: every dataset of the pack, bound to its files; what nobody feeds is an empty table.
        fed: dataset → declared columns that some source feeds.
    """

    field: str
    version: int
    sources: Mapping[str, Bound]
    fed: Mapping[str, frozenset[str]]


def current_version() -> int:
    """Return the newest version, 0 before the first."""
    return Version.objects.order_by("-number").values_list("number", flat=True).first() or 0


def next_version(*, cause: str, field: str, at: datetime) -> Version:
    """Make the next version, inside the transaction of what it is about.

    The first row is locked until that transaction ends, so numbers follow one another as their transactions do. (In
    SQLite the transaction itself is the lock.)
    """
    Version.objects.select_for_update().order_by("number").first()
    return Version.objects.create(number=current_version() + 1, cause=cause, field=field, at=at)


def snapshot(field: str, version: int) -> Shelf:
    """Return the facts of a field as they were at a version."""
    pack = pack_of(field)
    files: dict[str, list[FactFile]] = {name: [] for name in pack.datasets}
    for file in live_files(field, version).order_by("pk"):
        if file.dataset in files:
            files[file.dataset].append(file)
    bound = {name: _bound(dataset, files[name]) for name, dataset in pack.datasets.items()}
    return Shelf(field, version, bound, fed(field))


def live_files(field: str, version: int | None = None, *, graves: bool = False) -> QuerySet[FactFile]:
    """Return the files that make up a version of a field, the newest without a number."""
    found = FactFile.objects.filter(field=field)
    found = found if graves else found.filter(graves=False)
    if version is None:
        return found.filter(to_version=None)
    return found.filter(from_version__lte=version).filter(Q(to_version=None) | Q(to_version__gt=version))


def fed(field: str) -> dict[str, frozenset[str]]:
    """Return the columns that the sources of a field feed, by dataset."""
    found: dict[str, frozenset[str]] = {}
    for told in Source.objects.filter(field=field).values_list("fed", flat=True):
        for dataset, columns in told.items():
            found[dataset] = found.get(dataset, frozenset()) | frozenset(columns)
    return found


def changed(field: str, after: int, upto: int) -> dict[str, pa.Table]:
    """Return what the versions in (after, upto] wrote, by dataset: the new rows, and those that they replaced.

    Columns: the stored ones, then the system ones. Rewriting the same facts into fewer files is no change.
    """
    written = FactFile.objects.filter(
        field=field, from_version__gt=after, from_version__lte=upto, batch__isnull=False, graves=False
    )
    datasets = pack_of(field).datasets
    names = sorted({file.dataset for file in written} & datasets.keys())
    before = live_files(field, after)
    return {
        name: _changed(datasets[name], [f for f in written if f.dataset == name], before.filter(dataset=name))
        for name in names
    }


def rows_of(field: str, dataset: str, row_ids: Collection[int], version: int) -> pa.Table:
    """Return the rows with these ids that were written up to a version, live or not, in order of id."""
    declared = pack_of(field).datasets[dataset]
    ids = pa.array(sorted(set(row_ids)), pa.int64())
    found = _rows(declared, live_files(field, version).filter(dataset=dataset), ids)
    if found.num_rows == len(ids):
        return found
    return _rows(declared, FactFile.objects.filter(field=field, dataset=dataset, from_version__lte=version), ids)


def file_names(field: str) -> dict[int, str]:
    """Return the names of the files that the field's facts came in, by ``_file``."""
    found: dict[int, str] = {}
    for files in Batch.objects.filter(source__field=field, version__isnull=False).values_list("files", flat=True):
        found |= {file["number"]: file["path"] for file in files}
    return found


def _bound(dataset: Dataset, files: list[FactFile]) -> Bound:
    columns = dataset.visible | {name: SYSTEM_COLUMNS[name] for name in ("_file", "_line")}
    clean = all(file.replaced == 0 and file.withdrawn == 0 for file in files)
    return Bound(dataset.name, tuple(absolute(file) for file in files), tuple(columns.items()), clean)


def _changed(dataset: Dataset, written: list[FactFile], before: QuerySet[FactFile]) -> pa.Table:
    new = read(dataset, [absolute(file) for file in written])
    replaced = new.column("_replaces").drop_null().unique().cast(pa.int64())
    if not len(replaced):
        return new
    within = new.filter(pc.is_in(new.column("_row"), replaced))  # several versions: what one wrote the next replaced
    if len(replaced) == within.num_rows:
        return new
    return pa.concat_tables([new, _rows(dataset, before, replaced)])


def _rows(dataset: Dataset, files: QuerySet[FactFile], ids: pa.Array) -> pa.Table:
    if len(ids) <= _FEW:
        ranges = (Q(min_row__lte=one, max_row__gte=one) for one in ids.to_pylist())
        files = files.filter(reduce(or_, ranges, Q(pk=None)))
    paths = [absolute(file) for file in files.filter(graves=False)]
    return read(dataset, paths, ids=ids)


def read(dataset: Dataset, paths: list[str], *, ids: pa.Array | None = None) -> pa.Table:
    """Return the rows of files in order of ``_row``; of one that stands in several files, one."""
    stored = {**dataset.stored, **SYSTEM_COLUMNS}
    with workspace(room()) as connection:
        if not paths:
            blank = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in stored.items())
            return connection.sql(f"SELECT {blank} WHERE false").to_arrow_table()
        relation = connection.read_parquet(paths, union_by_name=True)
        held = set(relation.columns)
        columns = ", ".join(
            f"CAST({quoted(name) if name in held else 'NULL'} AS {kind}) AS {quoted(name)}"
            for name, kind in stored.items()
        )
        relation.create_view("stored")
        if ids is None:
            return connection.sql(f"SELECT {columns} FROM stored ORDER BY _row").to_arrow_table()
        connection.register("wanted", pa.table({"_row": ids}))
        once = "QUALIFY row_number() OVER (PARTITION BY _row) = 1"  # a compaction keeps rows that stood elsewhere
        found = f"SELECT {columns} FROM stored SEMI JOIN wanted USING (_row) {once} ORDER BY _row"
        return connection.sql(found).to_arrow_table()
