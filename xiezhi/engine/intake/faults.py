"""Records that could not be taken apart: the line each begins on, the reason, the beginning of its text, the heading.

The heading is that of the value at fault, "" where the record as a whole is.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

KEPT = 2000  # bytes of a faulty record that go into quarantine
SCHEMA = pa.schema([("line", pa.int64()), ("reason", pa.string()), ("text", pa.string()), ("heading", pa.string())])
NONE = SCHEMA.empty_table()

Positions = npt.NDArray[np.int64]


def spans(text: bytes, start: Positions, stop: Positions) -> pa.Array:
    """Return spans of UTF-8 text, in order and apart, as strings; each span is copied by Arrow, none by Python."""
    offsets = np.empty(2 * len(start) + 1, dtype=np.int32)
    offsets[:-1:2], offsets[1::2], offsets[-1] = start, stop, len(text)
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(text)]
    both = pa.Array.from_buffers(pa.string(), 2 * len(start), buffers)  # spans and the gaps between them, in turn
    return both.take(pa.array(np.arange(0, 2 * len(start), 2)))


def faults(text: bytes, start: Positions, stop: Positions, line: Positions, reason: str) -> pa.Table:
    """Return the faults of records that are spans of a text, each with at most ``KEPT`` bytes."""
    if not len(start):
        return NONE
    stop = np.minimum(stop, start + KEPT)
    array = np.frombuffer(text, dtype=np.uint8)
    for _byte in range(3):  # not inside a character, which has at most three bytes after the first
        stop = stop - ((stop < len(array)) & ((array[np.minimum(stop, len(array) - 1)] & 0xC0) == 0x80))
    texts = pc.replace_substring(spans(text, start, stop), "\0", "\\0")
    whole = pa.repeat("", len(start))
    return pa.table([pa.array(line, pa.int64()), pa.repeat(reason, len(start)), texts, whole], schema=SCHEMA)


def fault(text: bytes, line: int, reason: str) -> pa.Table:
    """Return one fault."""
    return faults(text, np.zeros(1, np.int64), np.array([len(text)]), np.array([line]), reason)


def joined(*parts: pa.Table) -> pa.Table:
    """Return faults one after the other."""
    return pa.concat_tables([part for part in parts if part.num_rows] or [NONE])
