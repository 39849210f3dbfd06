"""Which reader a file is read by: its name says so, through ``.gz`` and ``.zst``."""

from collections.abc import Callable
from pathlib import Path

from xiezhi.engine.intake.csvfile import CsvReader
from xiezhi.engine.intake.encodings import Survey
from xiezhi.engine.intake.jsonlines import JsonLinesReader
from xiezhi.engine.intake.raw import Reader
from xiezhi.engine.intake.refusals import FileRefused
from xiezhi.engine.intake.streams import Seen
from xiezhi.engine.intake.xes import XesReader

_PACKED = {".gz", ".zst"}
_READERS: dict[str, Callable[[Survey, Seen], Reader]] = {
    ".csv": CsvReader,
    ".tsv": CsvReader,
    ".txt": CsvReader,
    ".jsonl": JsonLinesReader,
    ".ndjson": JsonLinesReader,
    ".xes": XesReader,
}


def open_reader(surveyed: Survey, seen: Seen) -> Reader:
    """Return the reader of a file.

    Raises:
        FileRefused: no format has such a name, or the reader refuses the beginning of the file.
    """
    return _READERS[form(surveyed.path)](surveyed, seen)


def form(path: Path) -> str:
    """Return the suffix that names the format.

    Raises:
        FileRefused: no format has such a name.
    """
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    if not suffixes or suffixes[-1] not in _READERS:
        names = ", ".join(sorted(_READERS))
        raise FileRefused(str(path), f"its name tells no format that is read: {names}, each also as .gz or .zst")
    return suffixes[-1]
