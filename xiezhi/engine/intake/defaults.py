"""A mapping for files that need none: named after their datasets, headings after columns."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from xiezhi.engine.intake.encodings import survey
from xiezhi.engine.intake.formats import open_reader
from xiezhi.engine.intake.model import ColumnMap, DatasetMap, NormOfRun, SourceMap
from xiezhi.engine.intake.raw import heading
from xiezhi.engine.intake.refusals import FileRefused, HeadingMissing, NothingFed
from xiezhi.engine.intake.sections import NUMBERED
from xiezhi.engine.packs.model import Column, Dataset


def default_mapping(files: Sequence[Path], datasets: Mapping[str, Dataset]) -> SourceMap:
    """Return the mapping that the names of files and headings speak for.

    The part of a file's name before the first dot names the dataset. A heading feeds the column whose name, Chinese
    or English words or alias it equals, whatever the case.

    Raises:
        NothingFed: a name that is no dataset's. HeadingMissing: no heading for a key or required column.
        FileRefused: two headings for one column, or two files of a dataset that name a column differently.
    """
    found: dict[str, dict[str, str]] = {}
    for path in files:
        name = path.name.split(".")[0]
        if name not in datasets:
            known = ", ".join(f"{n}.csv" for n in datasets)
            raise NothingFed(str(path), f"is named after no dataset; name it one of {known}, or give a mapping (--map)")
        mapped = _headings(path, datasets[name])
        before = found.setdefault(name, {})
        for column in mapped.keys() & before.keys():
            if mapped[column] != before[column]:
                raise FileRefused(
                    str(path),
                    f"calls {column} {mapped[column]!r} where another file says {before[column]!r}; use one heading",
                )
        before.update(mapped)
    sections = {
        name: DatasetMap(name, f"{name}.*", columns={c: ColumnMap(column=h) for c, h in mapped.items()})
        for name, mapped in found.items()
    }
    return SourceMap("", None, None, None, "", sections, NormOfRun())


def _headings(path: Path, dataset: Dataset) -> dict[str, str]:
    """Return column → heading of one file."""
    reader = open_reader(survey(path, None, lambda _piece: None), lambda _piece: None)
    if not reader.known:
        for _batch in reader.batches(frozenset()):
            pass
    names = {said: column for column in dataset.columns.values() for said in _said(column)}
    found: dict[str, str] = {}
    for given in reader.headings:
        column = names.get(given.casefold())
        if column is None or column.type.kind in NUMBERED:
            continue
        if column.name in found:
            raise FileRefused(str(path), f"{found[column.name]!r} and {given!r} both feed {column.name}; rename one")
        found[column.name] = given
    for column in dataset.columns.values():
        needed = (column.required or column.name in dataset.key) and column.type.kind not in NUMBERED
        if needed and column.name not in found:
            there = ", ".join(list(reader.headings)[:40])
            raise HeadingMissing(
                str(path),
                f"has no heading for {dataset.name}.{column.name} ({column.words.zh}, {column.words.en}); "
                f"headings of the file: {there}",
            )
    return found


def _said(column: Column) -> set[str]:
    """Return all names of a column, as they are compared."""
    names = (column.name, column.words.zh, column.words.en, *column.aliases)
    return {heading(name).casefold() for name in names if heading(name)}
