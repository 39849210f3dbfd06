"""How a declared dataset is stored: the shape that superseding works on, and where its files lie."""

import os
from pathlib import Path

from django.conf import settings

from xiezhi.engine.columns import Kind, Privacy
from xiezhi.engine.packs.model import Column, Dataset
from xiezhi.engine.snapshot.delta import Shape
from xiezhi.engine.snapshot.workspace import Room
from xiezhi.kernel.intake.models import FactFile
from xiezhi.kernel.intake.scratch import scratch_folder


def shape_of(dataset: Dataset) -> Shape:
    """Return what superseding needs to know of a dataset."""
    return Shape(dataset.stored, dataset.key, dataset.cluster, _revised(dataset))


def _revised(dataset: Dataset) -> str | None:
    if dataset.revised_at is None:
        return None
    is_time = dataset.columns[dataset.revised_at].type.kind is Kind.TIME
    return f"{dataset.revised_at}_utc" if is_time else dataset.revised_at


def surrogates(dataset: Dataset) -> tuple[Column, ...]:
    """Return the columns that number a text."""
    return tuple(column for column in dataset.columns.values() if column.type.kind is Kind.SURROGATE)


def is_direct(dataset: Dataset, column: str) -> bool:
    """Whether a column holds tokens of direct identifiers."""
    return column in dataset.columns and dataset.columns[column].privacy is Privacy.DIRECT


def facts_folder(field: str, dataset: str) -> Path:
    """Return the folder of a dataset's files, made if need be."""
    folder = Path(settings.FACTS) / field / dataset
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        for made in (folder.parent, Path(settings.FACTS), Path(settings.FACTS).parent):
            _to_disk(made)
    return folder


def _to_disk(folder: Path) -> None:
    """Bring the entries of a folder to the disk, so that what is made in it lasts."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def absolute(file: FactFile) -> str:
    """Return where a file of the manifest lies."""
    return str(Path(settings.FACTS) / file.path)


def relative(path: Path) -> str:
    """Return a path as the manifest keeps it."""
    return path.relative_to(settings.FACTS).as_posix()


def room() -> Room:
    """Return what work on the store may use; it spills beside the facts."""
    return Room(memory_mb=1024, threads=2, scratch=scratch_folder())
