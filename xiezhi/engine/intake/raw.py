"""What every format is read into: batches of texts under headings, each record with its physical line."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import pyarrow as pa

MOST_HEADINGS = 4096


@dataclass(frozen=True)
class RawBatch:
    """Records of one file, as texts.

    Attributes:
        columns: one string column for each wanted heading that the batch knows; empty texts are null.
        line: BIGINT, the physical line each record begins on, from 1.
        nested: headings → boolean column, true where a value was an object or a list (JSON).
        whole: boolean column, false for a trace without events (XES); None when all are whole.
        faults: records that could not be taken apart, as in `faults.SCHEMA`.
    """

    columns: dict[str, pa.Array]
    line: pa.Array
    nested: dict[str, pa.Array]
    whole: pa.Array | None
    faults: pa.Table

    def after(self, records: int) -> "RawBatch":
        """Return the batch without its first records."""
        return self._slice(records, None) if records else self

    def pieces(self, records: int) -> Iterator["RawBatch"]:
        """Yield the batch in pieces of at most so many records, the faults with the first."""
        if len(self.line) <= records:
            yield self
            return
        for begin in range(0, len(self.line), records):
            piece = self._slice(begin, records)
            yield piece if begin == 0 else replace(piece, faults=piece.faults.slice(0, 0))

    def _slice(self, begin: int, records: int | None) -> "RawBatch":
        return RawBatch(
            {name: column.slice(begin, records) for name, column in self.columns.items()},
            self.line.slice(begin, records),
            {name: column.slice(begin, records) for name, column in self.nested.items()},
            None if self.whole is None else self.whole.slice(begin, records),
            self.faults,
        )

    def where(self, mask: pa.Array) -> "RawBatch":
        """Return the records of which the mask is true."""
        return RawBatch(
            {name: column.filter(mask) for name, column in self.columns.items()},
            self.line.filter(mask),
            {name: column.filter(mask) for name, column in self.nested.items()},
            None if self.whole is None else self.whole.filter(mask),
            self.faults,
        )


class Reader(Protocol):
    """A file being read.

    ``headings`` are those seen so far; ``known`` says that they are all known before the first record.
    """

    headings: dict[str, None]
    known: bool

    def batches(self, wanted: frozenset[str]) -> Iterator[RawBatch]:
        """Yield the records, once, with the columns of the wanted headings."""
        ...


def heading(text: str) -> str:
    """Return a heading as it is compared: NFKC, without outer white space or a byte order mark."""
    return unicodedata.normalize("NFKC", text).strip().strip("\ufeff").strip()
