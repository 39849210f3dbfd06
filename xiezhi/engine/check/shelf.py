"""The tables of a run behind their names: facts, reference tables and the calendar, all as Parquet files."""

from pathlib import Path

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.columns import SYSTEM_COLUMNS
from xiezhi.engine.intake.model import Batch
from xiezhi.engine.packs.model import Dataset, Pack
from xiezhi.engine.run.jobs import Source
from xiezhi.engine.run.tables import write_reference, write_source

CALENDAR = "calendar"


def shelve(pack: Pack, batch: Batch, calendar: Calendar, *, folder: Path) -> dict[str, Source]:
    """Return every table of the pack; what the batch does not feed is an empty table."""
    shelf = {name: _dataset(dataset, batch) for name, dataset in pack.datasets.items()}
    shelf |= {name: write_reference(table, folder) for name, table in pack.tables.items()}
    shelf[CALENDAR] = write_source(CALENDAR, calendar.table(), folder)
    return shelf


def _dataset(dataset: Dataset, batch: Batch) -> Source:
    columns = dataset.visible | {name: SYSTEM_COLUMNS[name] for name in ("_file", "_line")}
    files = tuple(str(batch.folder / name) for name in batch.datasets.get(dataset.name, ()))
    return Source(dataset.name, files, tuple(columns.items()))
