"""The bytes of a file, decompressed in chunks of bounded size; never the whole of it."""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import zstandard

from xiezhi.engine.intake.refusals import FileRefused, Inflated, Truncated

CHUNK = 2 << 20  # bytes handed on at once, at most (positions in a chunk of line ends only take 64 bytes a byte)
_READ = 1 << 20
_SIP = 1 << 10
_WINDOW = 1 << 27  # 128 MiB: what the command line of Zstandard accepts, so that a frame cannot ask for more
_BOMB_BYTES = 1 << 28  # a bomb is called so only beyond 256 MiB …
_BOMB_RATIO = 500  # … and beyond what text compresses to (logs: 20 to 100 times)

Seen = Callable[[bytes], None]  # told of each piece of the file as it lies on disk


def chunks(path: Path, seen: Seen) -> Iterator[bytes]:
    """Yield the content of a plain, .gz or .zst file in chunks of at most ``CHUNK`` bytes.

    Raises:
        Truncated: a compressed file that ends early; the message says how many lines were whole.
        Inflated: a compressed file that grows more than 500 times past 256 MiB.
        FileRefused: a file that cannot be opened, or whose compressed data are damaged.
    """
    try:
        with path.open("rb") as file:
            yield from _FORMS.get(path.suffix.lower(), _plain)(file, str(path), seen)
    except OSError as error:
        raise FileRefused(str(path), f"cannot be read: {error.strerror}") from error


def _plain(file: BinaryIO, _path: str, seen: Seen) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        seen(piece)
        yield piece


def _gzip(file: BinaryIO, path: str, seen: Seen) -> Iterator[bytes]:
    meter = _Meter(path)
    inflate = zlib.decompressobj(31)
    rest = b""
    while piece := rest or file.read(_READ):
        if not rest:
            seen(piece)
            meter.taken += len(piece)
        elif inflate.eof:
            if not piece.strip(b"\0"):  # zeros pad an archive to the block of a tape
                rest = b""
                continue
            inflate = zlib.decompressobj(31)  # archives may be written one after the other
        try:
            out = inflate.decompress(piece, CHUNK)
        except zlib.error as error:
            raise FileRefused(path, f"the compressed data are damaged after {meter.lines} lines ({error})") from error
        rest = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
        if out:
            yield meter.passed(out)
    if not inflate.eof:
        raise Truncated(path, f"the archive is cut off after {meter.lines} whole lines; hand in the complete file")


def _zstd(file: BinaryIO, path: str, seen: Seen) -> Iterator[bytes]:
    meter = _Meter(path)
    frames = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    inflate, held = frames.decompressobj(), bytearray()
    while piece := file.read(_READ):
        seen(piece)
        # A block of four bytes may stand for 128 KiB and the library bounds no output: small sips bound it.
        for begin in range(0, len(piece), _SIP):
            rest = piece[begin : begin + _SIP]
            meter.taken += len(rest)
            while rest:
                inflate = frames.decompressobj() if inflate.eof else inflate
                try:
                    held += inflate.decompress(rest)
                except zstandard.ZstdError as error:
                    raise FileRefused(path, f"the compressed data are damaged after {meter.lines} lines") from error
                rest = inflate.unused_data if inflate.eof else b""
            if len(held) >= CHUNK:
                yield meter.passed(bytes(held))
                held.clear()
    if held:
        yield meter.passed(bytes(held))
    if not inflate.eof:
        raise Truncated(path, f"the archive is cut off after {meter.lines} whole lines; hand in the complete file")


class _Meter:
    """Counts what went in and came out, and calls a bomb a bomb."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.taken = 0
        self.given = 0
        self.lines = 0

    def passed(self, out: bytes) -> bytes:
        """Return ``out`` after counting it."""
        self.given += len(out)
        self.lines += out.count(b"\n")
        if self.given > _BOMB_BYTES and self.given > _BOMB_RATIO * self.taken:
            raise Inflated(
                self.path,
                f"{self.taken} bytes grew to more than {self.given}: this is no ordinary archive; unpack it and look",
            )
        return out


_FORMS: dict[str, Callable[[BinaryIO, str, Seen], Iterator[bytes]]] = {".gz": _gzip, ".zst": _zstd}
