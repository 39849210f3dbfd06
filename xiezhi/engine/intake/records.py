"""Where the records of a CSV text begin and end, and on which physical line, without a loop over them.

The rules are those of Python's ``csv`` and of pyarrow's reader: a quotation mark quotes only at the beginning of a
field, ``""`` inside stands for one mark, text after the closing mark belongs to the field, and CR, LF and CRLF each end
a line. A chunk is taken apart by arrays of positions; only where a mark stands inside an unquoted field (``5" pipe``)
is a regular expression needed to tell which marks quote.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiezhi.engine.intake.faults import KEPT, NONE, Positions, fault, faults, joined

LIMIT = 1 << 20  # bytes of one record
_QUOTE, _LF, _CR = 34, 10, 13
_RESCUES = 1000  # unclosed quotation marks that are stepped over at the end of one file


@dataclass(frozen=True)
class Block:
    """Whole records: ``text`` holds them; record i is ``text[start[i]:stop[i]]`` and begins on line ``line[i]``.

    ``fields`` counts the fields of each record. Records with a fault are not among them but in ``faults``.
    """

    text: bytes
    start: Positions
    stop: Positions
    line: Positions
    fields: Positions
    faults: pa.Table


def split(chunks: Iterable[bytes], delimiter: str) -> Iterator[Block]:
    """Yield blocks of records out of UTF-8 text that comes in chunks of any size."""
    splitter = _Splitter(delimiter)
    for chunk in chunks:
        yield from splitter.feed(chunk)
    yield from splitter.end()


def split_lines(chunks: Iterable[bytes]) -> Iterator[Block]:
    """Yield blocks of physical lines, in which no mark quotes and nothing delimits (``fields`` is 1)."""
    splitter = _Splitter(None)
    for chunk in chunks:
        yield from splitter.feed(chunk)
    yield from splitter.end()


class _Splitter:
    """Keeps the unfinished record between chunks, or, of one that is too long, only where it began."""

    def __init__(self, delimiter: str | None) -> None:
        self.scan = _Scan(delimiter)
        self.rest = b""
        self.line = 1  # physical line on which `rest` begins
        self.skipping: _Skipping | None = None

    def feed(self, chunk: bytes) -> Iterator[Block]:
        skipped = NONE
        if self.skipping is not None:
            chunk = self.skipping.feed(chunk)
            if not self.skipping.over:
                return
            skipped, self.line = self.skipping.fault("too_long"), self.skipping.line
            self.skipping = None
        found = self.scan.records(self.rest + chunk, self.line, final=False)
        self.rest, self.line = found.rest, found.line
        if len(self.rest) > LIMIT:
            self.skipping = _Skipping(self.rest, self.line, quoted=found.quoted, quotes=self.scan.delimiter is not None)
            self.rest = b""
        yield replace(found.block, faults=joined(skipped, found.block.faults))

    def end(self) -> Iterator[Block]:
        if self.skipping is not None:
            yield _nothing(self.skipping.fault("unclosed_quote" if self.skipping.quoted else "too_long"))
            return
        for _attempt in range(_RESCUES):
            if not self.rest:
                return
            found = self.scan.records(self.rest, self.line, final=True)
            yield found.block
            # No mark closes what this one opened, so it quotes nothing: the line is at fault, not the rest of the file.
            first, end, self.rest = _first_line(found.rest)
            if found.rest:
                yield _nothing(fault(first, found.line, "unclosed_quote"))
            self.line = found.line + (1 if end else 0)
        if self.rest:
            yield _nothing(fault(self.rest, self.line, "unclosed_quote"))


@dataclass(frozen=True)
class _Found:
    block: Block
    rest: bytes  # the unfinished record
    line: int  # on which it begins
    quoted: bool  # whether it ends inside a quoted field


class _Chunk(NamedTuple):
    text: bytes
    array: npt.NDArray[np.uint8]  # the same bytes


class _Scan:
    """Finds the records of one text that begins at the beginning of a record."""

    def __init__(self, delimiter: str | None) -> None:
        self.delimiter = None if delimiter is None else ord(delimiter)
        field = re.escape((delimiter or ",").encode())
        self.quoted_field = re.compile(rb'(?<![^%b\r\n])"[^"]*(?:""[^"]*)*("|\Z)[^%b\r\n]*' % (field, field))

    def records(self, text: bytes, line: int, *, final: bool) -> _Found:
        array = np.frombuffer(text, dtype=np.uint8)
        ends = _line_ends(text, array, final=final)
        quotes = self._quotes(text, array)
        outside = ends if quotes is None else ends[np.searchsorted(quotes, ends) % 2 == 0]
        quoted = quotes is not None and len(quotes) % 2 == 1
        if final and not quoted and len(text) and not (len(outside) and outside[-1] == len(text) - 1):
            outside = np.append(outside, len(text))  # the last record has no line end of its own
        begin = np.concatenate([np.zeros(1, np.int64), outside + 1])
        lines = np.searchsorted(ends, begin) + line
        rest = text[begin[-1] :]
        block = self._block(_Chunk(text, array), begin, outside, lines[:-1], quotes)
        return _Found(block, rest, int(lines[-1]), quoted)

    def _quotes(self, text: bytes, array: npt.NDArray[np.uint8]) -> Positions | None:
        """Return the marks that open and close, in turn; None when there is no mark at all."""
        if self.delimiter is None or b'"' not in text:
            return None
        marks = np.flatnonzero(array == _QUOTE)
        opening = marks[::2]
        before = array[np.maximum(opening - 1, 0)]
        fits = (opening == 0) | np.isin(before, (self.delimiter, _LF, _CR, _QUOTE))
        if fits.all():
            return marks
        pairs = [(m.start(), m.start(1)) for m in self.quoted_field.finditer(text)]
        flat = np.array(pairs, dtype=np.int64).ravel()
        return flat[flat < len(text)]

    def _block(
        self, chunk: _Chunk, begin: Positions, stop: Positions, line: Positions, quotes: Positions | None
    ) -> Block:
        text, array = chunk
        start = begin[:-1]
        crlf = (stop > start) & (stop < len(text)) & (array[np.maximum(stop - 1, 0)] == _CR)
        crlf[crlf] = array[stop[crlf]] == _LF
        stop = stop - crlf
        fields = self._fields(array, start, stop, quotes)
        long = stop - start > LIMIT
        null = _holding_nul(text, array, start, stop)
        null &= ~long
        found = joined(
            faults(text, start[long], stop[long], line[long], "too_long"),
            faults(text, start[null], stop[null], line[null], "nul_byte"),
        )
        kept = (stop > start) & ~long & ~null
        return Block(text, start[kept], stop[kept], line[kept], fields[kept], found)

    def _fields(
        self, array: npt.NDArray[np.uint8], start: Positions, stop: Positions, quotes: Positions | None
    ) -> Positions:
        if self.delimiter is None:
            return np.ones(len(start), dtype=np.int64)
        between = np.flatnonzero(array == self.delimiter)
        if quotes is not None:
            between = between[np.searchsorted(quotes, between) % 2 == 0]
        return np.searchsorted(between, stop) - np.searchsorted(between, start) + 1


class _Skipping:
    """A record beyond the limit: read on to its end, keeping nothing but its beginning."""

    def __init__(self, text: bytes, line: int, *, quoted: bool, quotes: bool) -> None:
        self.quotes = quotes
        self.kept = text[: KEPT + 3]
        self.first = line
        text, self.held = _without_last_cr(text)
        self.line = line + len(_line_ends(text, np.frombuffer(text, np.uint8), final=True))
        self.quoted = quoted
        self.over = False

    def feed(self, chunk: bytes) -> bytes:
        """Return what follows the record in this chunk, once its end is found (``over``)."""
        chunk, self.held = _without_last_cr(self.held + chunk)
        array = np.frombuffer(chunk, dtype=np.uint8)
        ends = _line_ends(chunk, array, final=True)
        quotes = np.flatnonzero(array == _QUOTE) if self.quotes else np.zeros(0, np.int64)
        outside = ends[(np.searchsorted(quotes, ends) + self.quoted) % 2 == 0]
        if len(outside):
            self.over = True
            self.line += int(np.searchsorted(ends, outside[0])) + 1
            return chunk[outside[0] + 1 :] + self.held
        self.line += len(ends)
        self.quoted = bool((len(quotes) + self.quoted) % 2)
        return b""

    def fault(self, reason: str) -> pa.Table:
        return fault(self.kept, self.first, reason)


def _line_ends(text: bytes, array: npt.NDArray[np.uint8], *, final: bool) -> Positions:
    """Return the last byte of each physical line. A CR at the end may be half of a CRLF, unless nothing follows."""
    if b"\r" not in text:
        return np.flatnonzero(array == _LF)
    ends = array == _LF
    alone = array == _CR
    alone[:-1] &= ~ends[1:]
    alone[-1:] &= final
    return np.flatnonzero(ends | alone)


def _without_last_cr(text: bytes) -> tuple[bytes, bytes]:
    """Keep a CR at the end for the next chunk, where its LF may be."""
    return (text[:-1], b"\r") if text.endswith(b"\r") else (text, b"")


def _holding_nul(text: bytes, array: npt.NDArray[np.uint8], start: Positions, stop: Positions) -> npt.NDArray[np.bool_]:
    if b"\0" not in text:
        return np.zeros(len(start), dtype=bool)
    nul = np.flatnonzero(array == 0)
    return np.searchsorted(nul, stop) > np.searchsorted(nul, start)


def _first_line(text: bytes) -> tuple[bytes, bytes, bytes]:
    found = re.search(rb"\r\n|\n|\r", text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, b"", b"")


def _nothing(found: pa.Table) -> Block:
    none = np.zeros(0, dtype=np.int64)
    return Block(b"", none, none, none, none, found)
