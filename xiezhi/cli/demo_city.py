"""Building the invented city in the installation, once; what was built is noted in a file beside its log."""

import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import orjson

from xiezhi.engine.errors import XiezhiError

NOTE, FINDINGS, FOLDER = "city.json", "findings.jsonl", "demo"


class NoRoomForDemo(XiezhiError):  # noqa: N818  named by what it says
    """The folder holds an installation that is not the demo's, or another city."""


@dataclass(frozen=True)
class Built:
    """What a folder holds: the arguments of the city, and whether it was finished."""

    scale: float
    seed: int
    today: str
    whole: bool


def built(data: Path) -> Built | None:
    """Return what was built in a folder, None where nothing was.

    Raises:
        NoRoomForDemo: there is another installation in it.
    """
    note = data / FOLDER / NOTE
    if note.exists():
        return Built(**orjson.loads(note.read_bytes()))
    if (data / "xiezhi.sqlite3").exists():
        raise NoRoomForDemo(f"{data} holds an installation already: name an empty folder in XIEZHI_DATA")
    return None


def clear(data: Path) -> None:
    """Take away what an interrupted build left: only what an installation makes, and only where the note says so."""
    before = built(data)
    if before is None or before.whole:
        return
    for path in data.glob("xiezhi.sqlite3*"):
        path.unlink()
    for name in (FOLDER, "facts", "documents", "keys"):
        shutil.rmtree(data / name, ignore_errors=True)


def begin(data: Path, *, scale: float, seed: int, today: date) -> Path:
    """Note that building has begun, and return the folder of the city's files."""
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    _note(folder, Built(scale, seed, today.isoformat(), whole=False))
    return folder


def finish(data: Path) -> None:
    """Note that the city is whole."""
    before = built(data)
    if before is not None:
        _note(data / FOLDER, Built(before.scale, before.seed, before.today, whole=True))


def _note(folder: Path, told: Built) -> None:
    part = folder / f"{NOTE}.part"
    part.write_bytes(orjson.dumps(asdict(told)))
    part.replace(folder / NOTE)
