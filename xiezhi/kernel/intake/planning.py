"""What an arrival would add to the store: its files written, nothing of them visible yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import duckdb

from xiezhi.engine.packs.model import Dataset, Pack
from xiezhi.engine.snapshot.delta import supersede
from xiezhi.engine.snapshot.files import FileInfo
from xiezhi.engine.snapshot.relation import quoted
from xiezhi.engine.snapshot.workspace import workspace
from xiezhi.kernel.intake.absence import absent_keys, bind_mine, bind_units, refuse_shared, scan
from xiezhi.kernel.intake.arrival import Arrival
from xiezhi.kernel.intake.models import FactFile, Source
from xiezhi.kernel.intake.numbers import number_texts, numbers_name, numbers_table
from xiezhi.kernel.intake.shapes import absolute, facts_folder, room, shape_of, surrogates
from xiezhi.kernel.intake.sparing import spared
from xiezhi.kernel.intake.store import live_files


@dataclass(frozen=True)
class Planned:
    """Files written for an arrival.

    Attributes:
        deltas: dataset → file of its new versions; those that say nothing new are left out.
        numbers: name in the manifest → file of new numbers.
        read: the live files of the manifest that the plan was made against.
    """

    deltas: Mapping[str, FileInfo]
    numbers: Mapping[str, FileInfo]
    read: frozenset[int]

    def discard(self) -> None:
        """Remove what was written."""
        for info in (*self.deltas.values(), *self.numbers.values()):
            info.path.unlink(missing_ok=True)


def live_of(pack: Pack, arrival: Arrival) -> dict[str, list[FactFile]]:
    """Return the live files that a plan reads, by name in the manifest: the datasets that arrive, and their numbers."""
    names = set(arrival.files)
    names |= {numbers_name(c.name) for dataset in arrival.files for c in surrogates(pack.datasets[dataset])}
    found: dict[str, list[FactFile]] = {}
    for file in live_files(pack.id, graves=True).filter(dataset__in=names).order_by("pk"):
        found.setdefault(file.dataset, []).append(file)
    return found


def plan(pack: Pack, arrival: Arrival, *, number: int, first_file: int, at: datetime, confirm: bool) -> Planned:
    """Decide what each row supersedes, and write the files.

    Args:
        pack: the field.
        arrival: what came in.
        number: of the batch.
        first_file: what is added to the numbers of its files, so that no two files of a field share one.
        at: when it was received.
        confirm: a person has said that many absent rows are meant.

    Raises:
        KeysShared: a row has the key of another source's.
        TooManyAbsent: a whole delivery leaves out too many rows.
    """
    live = live_of(pack, arrival)
    read = frozenset(file.pk for files in live.values() for file in files)
    numbers: dict[str, FileInfo] = {}
    deltas: dict[str, FileInfo] = {}
    try:
        with workspace(room()) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            bind_mine(connection, arrival)
            bind_units(connection, arrival)
            numbers |= number_texts(connection, field=pack.id, files=arrival.files, datasets=pack.datasets, known=live)
            for name, staged in arrival.files.items():
                one = _One(pack.datasets[name], staged, live.get(name, []), arrival)
                info = _delta(connection, one, number=number, first_file=first_file, at=at, confirm=confirm)
                if info is not None:
                    deltas[name] = info
    except BaseException:
        Planned(deltas, numbers, read).discard()
        raise
    return Planned(deltas, numbers, read)


@dataclass(frozen=True)
class _One:
    """One dataset of an arrival."""

    dataset: Dataset
    staged: Path
    files: list[FactFile]
    arrival: Arrival

    @property
    def existing(self) -> list[str]:
        """The files of the snapshot."""
        return [absolute(file) for file in self.files if not file.graves]

    @property
    def shared(self) -> bool:
        """Whether another source feeds the dataset too."""
        others = Source.objects.filter(field=self.arrival.source.field).exclude(pk=self.arrival.source.pk)
        return any(self.dataset.name in told for told in others.values_list("fed", flat=True))


def _delta(
    connection: duckdb.DuckDBPyConnection, one: _One, *, number: int, first_file: int, at: datetime, confirm: bool
) -> FileInfo | None:
    dataset, arrival = one.dataset, one.arrival
    if one.shared:
        refuse_shared(connection, dataset, staged=one.staged, existing=one.existing, source=arrival.source.code)
    absent = arrival.gone.get(dataset.name)
    if absent is None:
        absent = absent_keys(
            connection,
            dataset,
            staged=one.staged,
            existing=one.existing,
            delivery=arrival.deliveries[dataset.name],
            spared=spared(connection, dataset, arrival),
            unread=arrival.quarantined.get("", 0),
            confirm=confirm,
        )
    rows = connection.sql(_rows(connection, one, number=number, first_file=first_file, at=at)).to_arrow_reader()
    folder = facts_folder(arrival.source.field, dataset.name)
    path = folder / f"{number:010d}-{uuid4().hex[:12]}.parquet"
    everything = [absolute(file) for file in one.files]
    info = supersede(
        rows, existing=everything, shape=shape_of(dataset), path=path, absent=absent, batch=number, room=room()
    )
    if info.rows == 0:
        path.unlink()
        return None
    return info


def _rows(connection: duckdb.DuckDBPyConnection, one: _One, *, number: int, first_file: int, at: datetime) -> str:
    """Return the SELECT of the staged rows as they are stored: numbered for ever, with file, line and time."""
    held = {name for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {scan(one.staged)}").fetchall()}
    counted = {column.name: column for column in surrogates(one.dataset)}
    joins, columns = [], []
    for name, kind in one.dataset.stored.items():
        if name in counted:
            alias = quoted(f"n {name}")
            text = quoted(counted[name].of[0])
            joins.append(f"LEFT JOIN {numbers_table(name)} AS {alias} ON {alias}.text = staged.{text}")
            columns.append(f"{alias}.number AS {quoted(name)}")
        else:
            value = f"staged.{quoted(name)}" if name in held else "NULL"
            columns.append(f"CAST({value} AS {kind}) AS {quoted(name)}")
    received = at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    beside = {
        "_row": f"(CAST({number} AS BIGINT) << 32) | staged._row",
        "_file": f"staged._file + {first_file}" if "_file" in held else "NULL",
        "_line": "staged._line" if "_line" in held else "NULL",
        "_recorded_at": f"TIMESTAMP '{received}'",
        "_withdrawn": "staged._withdrawn" if "_withdrawn" in held else "false",
    }
    columns += [f"{value} AS {name}" for name, value in beside.items()]
    return f"SELECT {', '.join(columns)} FROM {scan(one.staged)} AS staged {' '.join(joins)}"
