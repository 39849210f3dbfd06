"""Rows too many to be sorted or compared at once, written into parts that are dealt with one by one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from xiezhi.engine.intake.stretches import Numbers

BATCH = 1 << 15  # rows cut or handed on at once
_ROWS = 1 << 17  # of a part, where parts are of like size
_BYTES = 1 << 24  # of a part
_MOST = 256  # parts, each an open file
_LZ4 = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)


def parts_of(staging: Path) -> int:
    """Return into how many parts the rows of a staging file are cut."""
    with pq.ParquetFile(staging, pre_buffer=False) as file:
        groups = [file.metadata.row_group(group) for group in range(file.num_row_groups)]
        rows = file.metadata.num_rows
    size = sum(group.total_byte_size for group in groups)
    return min(_MOST, int(max(1, -(-rows // _ROWS), -(-size // _BYTES))))


def cut(
    batches: Iterable[tuple[pa.RecordBatch, Numbers]], schema: pa.Schema, folder: Path, *, count: int
) -> list[Path]:
    """Write rows into ``count`` parts by the numbers beside them, from 0; return the files. Order is kept in a part."""
    folder.mkdir()
    paths = [folder / f"{part:04}.arrows" for part in range(count)]
    writers = [pa.ipc.new_stream(path, schema, options=_LZ4) for path in paths]
    for batch, part in batches:
        order = np.argsort(part, kind="stable")
        bounds = np.searchsorted(part[order], np.arange(count + 1))
        rows = batch.take(pa.array(order)) if count > 1 else batch
        for one in np.flatnonzero(np.diff(bounds)):
            writers[one].write_batch(rows.slice(bounds[one], bounds[one + 1] - bounds[one]))
        pa.default_memory_pool().release_unused()
    for writer in writers:
        writer.close()
    return paths


@contextmanager
def opened(part: Path) -> Iterator[pa.RecordBatchReader]:
    """Lend the rows of a part, to be read once; then the part is removed."""
    with pa.OSFile(str(part)) as file, pa.ipc.open_stream(file) as rows:
        yield rows
    part.unlink()
