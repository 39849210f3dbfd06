"""In which encoding a file is: strict UTF-8, else GB18030, else refused with the place of the first wrong byte.

The whole file is surveyed once, in chunks, before a record of it is read: an encoding that fails in the last line is a
refusal and not half a batch. The same pass takes the SHA-256 of the file as it lies on disk.
"""

import codecs
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from xiezhi.engine.intake.refusals import WrongEncoding
from xiezhi.engine.intake.streams import Seen, chunks

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(rb"^<\?xml[^>]{0,200}?encoding=[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ASCII = bytes(range(128))
_SURE = 16  # so many characters outside ASCII that are well formed in UTF-8 are no accident of another encoding
_CHINESE = 1.25  # high bytes a character: 2 in GB 2312, about 1.7 in traditional text, 1 in Latin-1 misread


@dataclass(frozen=True)
class Survey:
    """What one pass over a file tells: its encoding (None: plain UTF-8, bytes go through untouched) and SHA-256."""

    path: Path
    encoding: str | None
    sha256: str


def survey(path: Path, declared: str | None, seen: Seen) -> Survey:
    """Decide the encoding of a file; ``declared`` (a mapping's) is believed, and proven to the last byte.

    Raises:
        WrongEncoding: with the line and the byte offset, counted in the decompressed content.
    """
    digest = hashlib.sha256()

    def hashed(piece: bytes) -> None:
        digest.update(piece)
        seen(piece)

    content = chunks(path, hashed)
    head = next(content, b"")
    encoding = declared or _marked(path, head)
    trial = _Trial(encoding or "utf-8")
    trial.read(_chain(head, content))
    for _rest in content:  # the digest is of the whole file, however early the first wrong byte
        pass
    if trial.wrong is not None:
        if encoding is not None:
            raise WrongEncoding(
                str(path),
                f"is no {encoding} text: {_place(path, trial)} is wrong; name another encoding in the mapping",
            )
        encoding = _gb18030(path, trial)
    return Survey(path, encoding, digest.hexdigest())


def utf8_chunks(surveyed: Survey, seen: Seen) -> Iterator[bytes]:
    """Yield the content of a surveyed file as UTF-8 without a byte order mark, in chunks."""
    stream = chunks(surveyed.path, seen)
    if surveyed.encoding is not None:
        stream = _decoded(stream, surveyed.encoding)
    for first in stream:
        yield first.removeprefix(codecs.BOM_UTF8)
        break
    yield from stream


def _decoded(stream: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for piece in _ended(stream):
        if text := decoder.decode(piece, not piece):
            yield text.encode()


def known(encoding: str) -> str | None:
    """Return the codec's name of a text encoding, None when there is none of this name."""
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)
    except LookupError:
        return None
    return "gb18030" if name in {"gbk", "gb2312"} else name  # both are parts of it


def _marked(path: Path, head: bytes) -> str | None:
    """Return what a byte order mark or an XML declaration says, if it is not plain UTF-8."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    start = head[:4096]
    if start.count(0) > len(start) // 4:
        raise WrongEncoding(str(path), "looks like UTF-16 without a byte order mark; save it as UTF-8")
    found = _DECLARED.match(head)
    declared = known(found[1].decode()) if found else None
    return None if declared in {"utf-8", "ascii"} else declared


def _gb18030(path: Path, utf8: "_Trial") -> str:
    """Return ``gb18030`` if the file is that, and not UTF-8 with a stray byte nor some other encoding misread."""
    if utf8.foreign >= _SURE:
        raise WrongEncoding(
            str(path), f"is UTF-8 up to {_place(path, utf8)}, which is not: mend that place or name the encoding"
        )
    trial = _Trial("gb18030")
    trial.read(chunks(path, lambda _piece: None))
    if trial.wrong is not None:
        raise WrongEncoding(
            str(path),
            f"is neither UTF-8 nor GB18030: {_place(path, trial)} is wrong; name the encoding in the mapping",
        )
    if trial.high < _CHINESE * trial.foreign:
        raise WrongEncoding(
            str(path),
            f"is not UTF-8 from {_place(path, utf8)} on and, read as GB18030, is no Chinese text; "
            "name the encoding in the mapping (windows-1252, say)",
        )
    return "gb18030"


def _place(path: Path, trial: "_Trial") -> str:
    """Return the line and the byte on which a trial failed; the file is read again up to there."""
    decoder = codecs.getincrementaldecoder(trial.encoding)("replace")
    line, left, last = 1, trial.wrong or 0, ""
    for piece in chunks(path, lambda _piece: None):
        text = decoder.decode(piece[:left])
        line += text.count("\n") + text.count("\r") - text.count("\r\n") - (last == "\r" and text.startswith("\n"))
        last = text[-1:] or last
        left -= len(piece)
        if left <= 0:
            break
    return f"line {line} (byte {trial.wrong})"


class _Trial:
    """A strict decoding of a stream, kept only as counts.

    Attributes:
        wrong: offset of the first byte that is wrong, None when all are right.
        foreign: characters outside ASCII that were right. ``high``: bytes above 127 that they took.
    """

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.wrong: int | None = None
        self.foreign = 0
        self.high = 0

    def read(self, stream: Iterable[bytes]) -> None:
        """Decode until the end or the first wrong byte."""
        decoder = codecs.getincrementaldecoder(self.encoding)("strict")
        base = 0
        for piece in _ended(stream):
            pending = len(decoder.getstate()[0])
            try:
                self._count(piece, decoder.decode(piece, not piece))
            except UnicodeDecodeError as error:
                self._count(b"", error.object[: error.start].decode(self.encoding, "ignore"))
                self.wrong = base - pending + error.start
                return
            base += len(piece)

    def _count(self, piece: bytes, text: str) -> None:
        if not text.isascii():
            self.foreign += len(text) - len(text.encode("ascii", "ignore"))
        if not piece.isascii():
            self.high += len(piece.translate(None, _ASCII))


def _chain(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from rest


def _ended(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chunks and an empty one, which tells a decoder that nothing follows."""
    for piece in stream:
        if piece:
            yield piece
    yield b""
