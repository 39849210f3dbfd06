"""`xiezhi doctor`: whether this machine, its packs and its installation are fit, one line each, with what to do."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pyarrow as pa

from xiezhi.cli.surroundings import data_folder, overlays
from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.packs.load import find_packs, load_pack
from xiezhi.engine.run.duckdb_engine import DuckEngine
from xiezhi.engine.run.jobs import Job, Query

Look = Callable[[], str]


@click.command("doctor")
def doctor_command() -> None:
    """Look at the machine, the packs and the installation, and say what to do about what is wrong."""
    sound = True
    for name, look in _looks():
        try:
            click.echo(f"正常 ok         {name}: {look()}")
        except (XiezhiError, OSError) as error:
            sound = False
            click.echo(f"注意 attention  {name}: {error}")
    sys.exit(0 if sound else 1)


def _looks() -> Iterator[tuple[str, Look]]:
    yield "Python", lambda: sys.version.split()[0]
    yield "沙箱 evaluator", _evaluator
    yield "日历 calendar CN", _calendar
    yield "目录 data folder", _folder
    for field, folder in sorted(find_packs(overlays()).items()):
        yield f"平台 pack {field}", lambda folder=folder: _pack(folder)  # type: ignore[misc]
    if not (data_folder() / "xiezhi.sqlite3").exists():
        yield "系统 installation", lambda: f"none in {data_folder()} yet: `xiezhi init` makes one, `xiezhi demo` a city"
        return
    from xiezhi.cli.doctoring_installed import looks  # noqa: PLC0415  the installed system only

    yield from looks(data_folder())


def _evaluator() -> str:
    with DuckEngine() as engine:
        rows = dict(engine.run(Job(sources=(), queries=(Query("one", "SELECT 1 AS one"),))))
    answered: pa.Table = rows["one"]
    return f"a sandboxed process answers ({answered.num_rows} row)"


def _calendar() -> str:
    calendar = load_calendar("CN")
    years = calendar.provisional_years
    return f"published up to {min((year for year in years if year > 2020), default=0) - 1}; later years are provisional"


def _folder() -> str:
    folder = data_folder()
    parent = folder if folder.exists() else folder.resolve().parent
    with tempfile.TemporaryFile(dir=parent):
        return f"{folder} can be written"


def _pack(folder: Path) -> str:
    pack = load_pack(folder)
    return f"{len(pack.indicators)} indicators, {len(pack.datasets)} datasets, {len(pack.norms)} norms ({folder})"
