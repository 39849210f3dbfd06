"""A section of the mapping joined with the dataset it feeds: which heading goes into which column."""

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xiezhi.engine.columns import Kind, Privacy
from xiezhi.engine.intake.model import ColumnMap, SourceMap
from xiezhi.engine.packs.model import Column, Dataset

NUMBERED = (Kind.SURROGATE, Kind.OCCURRENCE)  # columns that nobody feeds


@dataclass(frozen=True)
class Feed:
    """One column that is fed. ``prefix`` is put before its texts."""

    column: Column
    map: ColumnMap
    needed: bool  # part of the key, or required
    prefix: str

    @property
    def direct(self) -> bool:
        """Whether the column holds tokens."""
        return self.column.privacy is Privacy.DIRECT


@dataclass(frozen=True)
class Section:
    """What one dataset takes from the files whose names match ``files``."""

    dataset: Dataset
    files: str
    zone: str
    distinct: bool
    require: tuple[str, ...]
    feeds: tuple[Feed, ...]

    @property
    def wanted(self) -> frozenset[str]:
        """Headings read for this section."""
        return frozenset(f.map.column for f in self.feeds if f.map.column is not None) | frozenset(self.require)

    @property
    def of_events(self) -> bool:
        """Whether a value of the event, not of its trace, is taken (XES): a trace without events feeds it nothing."""
        return any(not heading.startswith("case:") for heading in self.wanted)

    def takes(self, path: Path) -> bool:
        """Whether a file feeds this section."""
        return fnmatch.fnmatchcase(path.name, self.files)


def sections(source: SourceMap, datasets: Mapping[str, Dataset]) -> tuple[Section, ...]:
    """Return the sections of a mapping in its own order."""
    prefixed = _prefixed(source, datasets)
    found = []
    for name, section in source.datasets.items():
        dataset = datasets[name]
        feeds = tuple(
            Feed(
                column,
                section.columns[column.name],
                column.required or column.name in dataset.key,
                source.prefix if (name, column.name) in prefixed else "",
            )
            for column in dataset.columns.values()
            if column.name in section.columns
        )
        zone = source.zone or dataset.zone
        found.append(Section(dataset, section.files, zone, section.distinct, section.require, feeds))
    return tuple(found)


def _prefixed(source: SourceMap, datasets: Mapping[str, Dataset]) -> set[tuple[str, str]]:
    """Return (dataset, column) of the texts that tell subjects apart, which a prefix keeps apart between sources."""
    if not source.prefix:
        return set()
    own = {(d.name, c) for d in datasets.values() for c in _subject_texts(d)}
    pointing = {
        (dataset.name, column)
        for dataset in datasets.values()
        for reference in dataset.references
        if reference.dataset in datasets
        for column, key in zip(reference.columns, datasets[reference.dataset].key, strict=False)
        if (reference.dataset, key) in own
    }
    return {(d, c) for d, c in own | pointing if datasets[d].columns[c].type.kind in (Kind.TEXT, Kind.CODE)}


def _subject_texts(dataset: Dataset) -> set[str]:
    named = {dataset.subject.key} if dataset.subject else set()
    numbered = [c for c in dataset.columns.values() if c.type.kind is Kind.SURROGATE]
    texts = {text for column in numbered for text in column.of}
    return (named & dataset.columns.keys()) - {c.name for c in numbered} | texts
