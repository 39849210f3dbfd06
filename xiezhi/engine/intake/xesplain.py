"""XES as tools write it, taken apart by arrays of positions instead of one call a tag.

Plain is: after the header, nothing but ``<trace>``, ``<event>``, their ends, and attributes written
``<string key="…" value="…"/>`` in this order. That is verified, tag by tag, on arrays; whatever is not plain raises
``Irregular``, and the whole of XML is left to `xesparsed`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.engine.intake.faults import NONE
from xiezhi.engine.intake.raw import MOST_HEADINGS, RawBatch, heading
from xiezhi.engine.intake.refusals import NotXes
from xiezhi.engine.intake.xesparsed import ATTRIBUTES, LONGEST, parsed

_HEADER = 8 << 20  # bytes in which the first trace must begin
_PIECE = 32 << 20  # bytes of one trace
_CLOSE = b"</trace>"
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r")
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));|&")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}

Positions = npt.NDArray[np.int64]


class Irregular(Exception):  # noqa: N818  no failure: another reader takes over
    """Something that this reader does not read."""


def plain(path: str, chunks: Iterable[bytes], wanted: frozenset[str], headings: dict[str, None]) -> Iterator[RawBatch]:
    """Yield the events of a plain log; ``headings`` grows with what is seen.

    Raises:
        Irregular: not plain, possibly after some batches that are right. NotXes: a tag beyond 1 MiB.
    """
    stream = iter(chunks)
    rest = _header(path, stream, wanted, headings)
    line = 1 + rest.skipped
    text = rest.text
    ended = False
    while not ended:
        end = text.rfind(_CLOSE) + len(_CLOSE)
        if end >= len(_CLOSE):
            yield _Piece(path, text[:end], line).batch(wanted, headings)
            line += text.count(b"\n", 0, end)
            text = text[end:]
        elif len(text) > _PIECE:
            raise Irregular
        chunk = next(stream, b"")
        ended = not chunk
        text += chunk
    if text.strip() != b"</log>":
        raise Irregular


@dataclass(frozen=True)
class _Rest:
    text: bytes
    skipped: int  # lines of the header


def _header(path: str, stream: Iterator[bytes], wanted: frozenset[str], headings: dict[str, None]) -> _Rest:
    """Read on to the first trace. The header goes through the parser of all of XML, which knows what it means."""
    text = b""
    while (begin := text.find(b"<trace")) < 0:
        chunk = next(stream, b"")
        if not chunk or len(text) > _HEADER:
            raise Irregular
        text += chunk
    closed = text[:begin] + b"<trace/></log>"
    try:
        for _batch in parsed(path, [closed], wanted, headings):
            pass
    except NotXes as error:  # a comment around the first trace, another root, a prefix: not plain
        raise Irregular from error
    return _Rest(text[begin:], text.count(b"\n", 0, begin))


class _Piece:
    """Whole traces, as arrays: one entry a tag, in order."""

    def __init__(self, path: str, text: bytes, line: int) -> None:
        """Find the tags and verify that all are plain.

        Raises:
            Irregular: they are not.
        """
        if b"<!" in text or b"<?" in text or len(text.translate(None, _CONTROLS)) != len(text):
            raise Irregular
        self.text = text
        self.line = line
        self.array = np.frombuffer(text, dtype=np.uint8)
        self.open = np.flatnonzero(self.array == ord("<"))
        self.shut = np.flatnonzero(self.array == ord(">"))
        if len(self.open) != len(self.shut) or (self.shut < self.open).any() or (self.shut[:-1] > self.open[1:]).any():
            raise Irregular
        if (self.shut - self.open).max() > LONGEST:
            raise NotXes(path, f"from line {line} on: a tag is longer than 1 MiB")
        self._sort()
        self.quotes = self._verified_attributes()
        self._verify_structure()

    def _sort(self) -> None:
        """Tell attributes from traces and events by the first eight bytes of each tag."""
        padded = self.text + b"\0" * 8
        words = np.ndarray(shape=(len(padded) - 7,), dtype="<u8", buffer=padded, strides=(1,))
        head = words[self.open]
        self.is_trace = _begins(head, b"<trace>")
        self.is_event = _begins(head, b"<event>")
        self.ends_trace = _begins(head, b"</trace>")
        self.ends_event = _begins(head, b"</event>")
        self.is_attribute = np.zeros(len(head), dtype=bool)
        for name in ATTRIBUTES:
            self.is_attribute |= _begins(head, b"<" + name.encode() + b" ")
        known = self.is_trace | self.is_event | self.ends_trace | self.ends_event | self.is_attribute
        if not known.all():
            raise Irregular

    def _verified_attributes(self) -> Positions:
        """Return the four quotation marks of each attribute, one row each."""
        marks = np.flatnonzero(self.array == ord('"'))
        begin, shut = self.open[self.is_attribute], self.shut[self.is_attribute]
        first = np.searchsorted(marks, begin)
        if len(marks) != 4 * len(begin) or (first != np.arange(len(begin)) * 4).any():
            raise Irregular
        quotes: Positions = marks.reshape(-1, 4)
        array = self.array
        space = self._after_name(begin)
        plain = (quotes[:, 3] < shut) & (array[shut - 1] == ord("/")) & (quotes[:, 0] == space + 5)
        plain &= quotes[:, 2] == quotes[:, 1] + 8
        if not plain.all() or not _stands(array, space, b" key=") or not _stands(array, quotes[:, 1] + 1, b" value="):
            raise Irregular
        gap = shut - 1 - quotes[:, 3]
        if (gap > 2).any() or (array[quotes[gap == 2, 3] + 1] != ord(" ")).any():
            raise Irregular
        return quotes

    def _after_name(self, begin: Positions) -> Positions:
        """Return where the blank after the name of each attribute is."""
        space = np.zeros(len(begin), dtype=np.int64)
        head = self.array
        for name in ATTRIBUTES:
            size = len(name) + 1
            here = (space == 0) & (head[np.minimum(begin + size, len(head) - 1)] == ord(" "))
            space[here] = begin[here] + size
        return space

    def _verify_structure(self) -> None:
        """Traces stand one after the other, events inside them, attributes inside either."""
        step = self.is_trace.astype(np.int64) + self.is_event - self.ends_trace - self.ends_event
        depth = np.cumsum(step)
        plain = (depth[self.is_trace] == 1).all() and (depth[self.is_event] == 2).all()
        plain &= (depth[self.ends_trace] == 0).all() and (depth[self.ends_event] == 1).all()
        plain &= (depth[self.is_attribute] >= 1).all()
        if not plain:
            raise Irregular
        self.in_event = depth[self.is_attribute] == 2

    def batch(self, wanted: frozenset[str], headings: dict[str, None]) -> RawBatch:
        """Return the records, in order of place."""
        tokens = self._tokens()
        keys = tokens.take(pa.array(np.arange(len(self.quotes)) * 4)).dictionary_encode()
        names = [heading(_plain_text(key)) for key in keys.dictionary.to_pylist()]
        key = keys.indices.to_numpy()
        traces, events = np.flatnonzero(self.is_trace), np.flatnonzero(self.is_event)
        tags = np.flatnonzero(self.is_attribute)
        trace_of = np.searchsorted(traces, tags) - 1
        event_of = np.searchsorted(events, tags) - 1
        bare = self._bare(traces, events)
        record = np.sort(np.concatenate([events, bare]))
        whole = np.isin(record, bare, invert=True) if len(bare) else np.ones(len(record), dtype=bool)
        of_event = np.where(whole, np.searchsorted(events, record), -1)
        of_trace = np.searchsorted(traces, record, side="right") - 1
        columns = {}
        for prefix, inside, owner, owners, of in (
            ("", self.in_event, event_of, len(events), of_event),
            ("case:", ~self.in_event, trace_of, len(traces), of_trace),
        ):
            for number, name in _seen(key[inside], names, prefix, headings):
                if name not in wanted:
                    continue
                mine = np.flatnonzero(inside & np.isin(key, number))
                place = np.full(owners + 1, -1, dtype=np.int64)  # the last entry stays empty: records of no event
                place[owner[mine]] = mine
                columns[name] = _values(tokens, place[of])
        newlines = np.flatnonzero(self.array == ord("\n"))
        line = np.searchsorted(newlines, self.open[record]) + self.line
        return RawBatch(columns, pa.array(line, pa.int64()), {}, pa.array(whole), NONE)

    def _bare(self, traces: Positions, events: Positions) -> Positions:
        """Return the traces without events."""
        count = np.searchsorted(events, np.append(traces[1:], len(self.open))) - np.searchsorted(events, traces)
        bare: Positions = traces[count == 0]
        return bare

    def _tokens(self) -> pa.Array:
        """Return keys and values without a copy: entry 4i is the key of attribute i, entry 4i + 2 its value."""
        offsets = self.quotes + np.array([1, 0, 1, 0])
        flat = np.append(offsets.ravel(), len(self.text)).astype(np.int32)
        return pa.Array.from_buffers(
            pa.string(), len(flat) - 1, [None, pa.py_buffer(flat.tobytes()), pa.py_buffer(self.text)]
        )


def _begins(words: npt.NDArray[np.uint64], text: bytes) -> npt.NDArray[np.bool_]:
    """Return which words begin with these bytes (the first eight of them: longer names are verified by their blank)."""
    size = min(len(text), 8)
    mask = np.uint64((1 << 8 * size) - 1)
    found: npt.NDArray[np.bool_] = (words & mask) == np.uint64(int.from_bytes(text[:8], "little"))
    return found


def _stands(array: npt.NDArray[np.uint8], at: Positions, text: bytes) -> bool:
    return all(bool((array[at + n] == byte).all()) for n, byte in enumerate(text))


def _seen(
    key: npt.NDArray[np.int32], names: list[str], prefix: str, headings: dict[str, None]
) -> Iterator[tuple[list[int], str]]:
    """Yield the numbers and the name of each key that occurs, and note it among the headings."""
    numbers: dict[str, list[int]] = {}
    for number in np.unique(key).tolist():
        numbers.setdefault(prefix + names[number], []).append(number)
    for name, same in numbers.items():
        headings.setdefault(name)
        if prefix or not name.startswith("case:"):
            yield same, name
    if len(headings) > MOST_HEADINGS:
        raise Irregular  # the other reader words the refusal


def _values(tokens: pa.Array, place: Positions) -> pa.Array:
    """Return the values at these attributes (−1 = none), as XML means them."""
    values = tokens.take(pa.array(place * 4 + 2, mask=place < 0))
    odd = pc.fill_null(pc.match_substring_regex(values, r"[&\t\n\r]"), fill_value=False)
    if pc.any(odd).as_py():
        coded = values.dictionary_encode()
        plain_texts = pa.array([_plain_text(text) for text in coded.dictionary.to_pylist()], pa.string())
        values = plain_texts.take(coded.indices)
    empty = pc.equal(pc.binary_length(values), 0)
    return pc.if_else(empty, pa.scalar(None, pa.string()), values) if pc.any(empty).as_py() else values


def _plain_text(text: str) -> str:
    """Return an attribute value as XML means it: white space is blanks, references are characters."""
    text = text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ").replace("\t", " ")
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    named, decimal, hexadecimal = found.groups()
    if named:
        return _NAMED[named]
    code = int(decimal or hexadecimal or "0", 10 if decimal else 16)
    if not (code in {9, 10, 13} or 32 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF):
        raise Irregular  # no character of XML, or no reference at all
    return chr(code)
