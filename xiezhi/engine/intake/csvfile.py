"""CSV: the delimiter is found out, records are split with their lines, and pyarrow takes blocks of them apart."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import chain

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from xiezhi.engine.intake.encodings import Survey, utf8_chunks
from xiezhi.engine.intake.faults import faults, joined
from xiezhi.engine.intake.raw import MOST_HEADINGS, RawBatch, heading
from xiezhi.engine.intake.records import Block, split
from xiezhi.engine.intake.refusals import FileRefused
from xiezhi.engine.intake.streams import Seen

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 1 << 16
_SAMPLED_RECORDS = 50


class CsvReader:
    """A CSV file whose first record is the heading."""

    known = True

    def __init__(self, surveyed: Survey, seen: Seen) -> None:
        """Read the heading.

        Raises:
            FileRefused: an empty file, a heading that cannot be read or is wider than 4,096 columns.
        """
        self.path = str(surveyed.path)
        chunks = utf8_chunks(surveyed, seen)
        first = next(chunks, b"")
        self.delimiter = sniff(first[:_SAMPLE].decode(errors="ignore"))
        self.blocks = split(chain((first,), chunks), self.delimiter)
        self.names = self._heading()
        self.headings = dict.fromkeys(self.names)
        self.places = {name: place for place, name in reversed(list(enumerate(self.names)))}

    def batches(self, wanted: frozenset[str]) -> Iterator[RawBatch]:
        """Yield the records in blocks; a record with too few or too many fields is a fault."""
        self._refuse_twice(wanted)
        for block in self.blocks:
            yield self._batch(block, sorted(wanted & self.headings.keys()))

    def _heading(self) -> list[str]:
        for block in self.blocks:
            if block.faults.num_rows:
                first = pc.min(block.faults.column("line")).as_py()
                if not len(block.line) or first < block.line[0]:
                    raise FileRefused(self.path, f"the heading on line {first} cannot be read")
            if len(block.line):
                text = block.text[block.start[0] : block.stop[0]].decode()
                names = [heading(n) for n in next(csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter))]
                if len(names) > MOST_HEADINGS:
                    raise FileRefused(self.path, f"has {len(names)} columns; {MOST_HEADINGS} are the most")
                self.blocks = chain(_rest(block), self.blocks)
                return names
        raise FileRefused(self.path, "is empty: the first record must be the heading")

    def _refuse_twice(self, wanted: frozenset[str]) -> None:
        twice = sorted(name for name, times in Counter(self.names).items() if times > 1 and name in wanted)
        if twice:
            raise FileRefused(self.path, f"the heading {twice[0]!r} stands twice; rename one of the columns")

    def _batch(self, block: Block, wanted: list[str]) -> RawBatch:
        fits = block.fields == len(self.names)
        misfits = faults(block.text, block.start[~fits], block.stop[~fits], block.line[~fits], "field_count")
        columns = self._columns(_text(block, fits), int(fits.sum()), wanted, quoted=b'"' in block.text)
        return RawBatch(columns, pa.array(block.line[fits], pa.int64()), {}, None, joined(block.faults, misfits))

    def _columns(self, text: bytes, records: int, wanted: list[str], *, quoted: bool) -> dict[str, pa.Array]:
        if not records or not wanted:
            return {name: pa.nulls(records, pa.string()) for name in wanted}
        names = [str(place) for place in range(len(self.names))]
        picked = [str(self.places[name]) for name in wanted]
        table = arrow_csv.read_csv(
            pa.BufferReader(text),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(text) + 1),
            parse_options=arrow_csv.ParseOptions(delimiter=self.delimiter, newlines_in_values=quoted),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=picked,
                column_types=dict.fromkeys(picked, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,
            ),
        )
        if table.num_rows != records:
            raise FileRefused(self.path, f"its records cannot be told apart: {records} or {table.num_rows} in a block")
        return {name: table.column(key).combine_chunks() for name, key in zip(wanted, picked, strict=True)}


def sniff(sample: str) -> str:
    """Return the delimiter under which the first records have most fields, all as many as the heading."""
    best, width = ",", 1
    for delimiter in _DELIMITERS:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths = _widths(reader)
        same = sum(w == widths[0] for w in widths) if widths else 0
        if widths and widths[0] > width and same * 2 > len(widths):
            best, width = delimiter, widths[0]
    return best


def _widths(reader: Iterator[list[str]]) -> list[int]:
    widths: list[int] = []
    try:
        for record in reader:
            if record:
                widths.append(len(record))
            if len(widths) > _SAMPLED_RECORDS:
                break
    except csv.Error:  # a field beyond the module's limit: what came before it tells enough
        return widths
    return widths[:-1] if len(widths) > 1 else widths  # the sample may end inside the last one


def _text(block: Block, fits: npt.NDArray[np.bool_]) -> bytes:
    """Return the text of the records that fit, each with one line end."""
    if not len(block.start):
        return b""
    if fits.all() and not block.faults.num_rows:
        return block.text[block.start[0] : block.stop[-1]]
    array = np.frombuffer(block.text, dtype=np.uint8).copy()
    start, stop = block.start[fits], block.stop[fits]
    edge = np.zeros(len(array) + 1, dtype=np.int8)
    edge[start] = 1
    edge[stop] = -1
    kept = np.cumsum(edge[:-1], dtype=np.int8).astype(bool)
    ends = stop[stop < len(array)]
    array[ends] = 10
    kept[ends] = True
    return bytes(array[kept])


def _rest(block: Block) -> Iterator[Block]:
    """Yield the block without its first record, the heading."""
    yield Block(block.text, block.start[1:], block.stop[1:], block.line[1:], block.fields[1:], block.faults)
