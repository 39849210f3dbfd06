"""What pass two works on: the staging file of a section."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from xiezhi.engine.columns import Kind
from xiezhi.engine.intake.sections import NUMBERED, Section
from xiezhi.engine.intake.typed import literal
from xiezhi.engine.packs.model import Column, Dataset


@dataclass(frozen=True)
class Staged:
    """A section with its staging file and the columns that the source really fed."""

    section: Section
    path: Path
    fed: frozenset[str]

    @property
    def dataset(self) -> Dataset:
        """The dataset that is fed."""
        return self.section.dataset

    @property
    def scan(self) -> str:
        """The staging file as SQL."""
        return f"read_parquet({literal(str(self.path))})"

    def numbered(self, kind: Kind) -> list[Column]:
        """Columns of a kind that the engine counts itself and that can be counted here."""
        return [c for c in self.dataset.columns.values() if c.type.kind is kind and set(c.of) <= self.fed]

    @property
    def all_fed(self) -> frozenset[str]:
        """Declared columns that hold values: fed by the source, or counted from those."""
        return self.fed | {c.name for kind in NUMBERED for c in self.numbered(kind)}


def stored_scan(folder: Path, dataset: str) -> str:
    """Return the file of a stored dataset as SQL."""
    return f"read_parquet({literal(str(folder / f'{dataset}.parquet'))})"


def single(connection: "duckdb.DuckDBPyConnection", sql: str) -> int:
    """Return the one whole number that a query gives."""
    return int(connection.sql(sql).fetchall()[0][0])
