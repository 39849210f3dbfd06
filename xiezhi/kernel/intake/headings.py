"""The line of headings of a file, as it is written there."""

from pathlib import Path

from xiezhi.engine.intake.encodings import survey, utf8_chunks
from xiezhi.engine.intake.formats import form

_SEPARATED = frozenset({".csv", ".tsv", ".txt"})


def heading_of(path: Path, encoding: str | None) -> str:
    """Return the first line of a file of separated values; empty for another file, or where a heading has line ends."""
    if form(path) not in _SEPARATED:
        return ""
    head = next(iter(utf8_chunks(survey(path, encoding, _unwatched), _unwatched)), b"").lstrip(b"\r\n")
    line = head.splitlines()[0] if head else b""
    return line.decode("utf-8").lstrip("\ufeff") if line.count(b'"') % 2 == 0 else ""


def _unwatched(_piece: bytes) -> None:
    return None
