"""Rows that agree with another in some columns, found and told apart in memory that does not grow with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from xiezhi.engine.columns import Kind
from xiezhi.engine.intake.marks import Marks, id_column, marked
from xiezhi.engine.intake.parts import BATCH, cut, opened, parts_of
from xiezhi.engine.intake.staged import Staged, single
from xiezhi.engine.intake.stretches import Numbers, Stretches
from xiezhi.engine.intake.typed import quoted, template

_FEW = 1 << 17  # rows that are compared at once
_ROWS = 1 << 16  # numbers fetched at once
_STAGED = "marked_rows"
_PART = "repeated_part"


@dataclass(frozen=True)
class Question:
    """What is asked of rows that agree.

    Attributes:
        equal: the columns in which they agree. ``others``: further columns that the answer needs.
        answer: a SELECT over ``{rows}`` of ``_seq`` and a number.
    """

    equal: Sequence[str]
    others: Sequence[str]
    answer: str


def answered(
    connection: "duckdb.DuckDBPyConnection", one: Staged, asked: Question, *, nth: dict[str, Stretches], folder: Path
) -> Stretches | None:
    """Return the numbers that the answer gives, by ``_seq``; None when it gives none.

    ``nth``: occurrences that the columns may be of, as far as a row is not the first.
    """
    with connection.cursor() as own:
        equal = ", ".join(quoted(name) for name in asked.equal)
        own.execute(template("repeated").format(equal=equal, staged=_scan(own, one, nth)))
        rows = single(own, "SELECT coalesce(sum(n), 0) FROM repeated")
        if not rows:
            return None
        wanted = ", ".join(quoted(name) for name in dict.fromkeys(("_seq", *asked.equal, *asked.others)))
        found = Stretches(folder)
        if rows <= _FEW:
            few = f"SELECT {wanted} FROM {_scan(own, one, nth)} WHERE hash({equal}) IN (SELECT h FROM repeated)"
            _note(own, asked.answer.format(rows=f"({few})"), found)
        else:
            for part in _parts(own, one, f"hash({equal})", wanted, nth):
                with opened(part) as batches:
                    own.register(_PART, batches)
                    _note(own, asked.answer.format(rows=_PART), found)
                    own.unregister(_PART)
    return found if found.newest else None


def _parts(
    own: "duckdb.DuckDBPyConnection", one: Staged, hashed: str, wanted: str, nth: dict[str, Stretches]
) -> list[Path]:
    """Cut the rows so that those that agree are in one part."""
    count = parts_of(one.path)
    sql = f"SELECT {wanted}, CAST({hashed} % {count} AS BIGINT) AS part FROM {_scan(own, one, nth)}"
    reader = own.sql(sql).to_arrow_reader(BATCH)

    def batches() -> Iterator[tuple[pa.RecordBatch, Numbers]]:
        for batch in reader:
            yield batch, np.asarray(batch.column("part"))

    return cut(batches(), reader.schema, one.path.with_suffix(".repeats"), count=count)


def _scan(own: "duckdb.DuckDBPyConnection", one: Staged, nth: dict[str, Stretches]) -> str:
    """Return the staged rows as SQL, to be read once, with the occurrences that are counted."""
    counted = [c.name for c in one.numbered(Kind.OCCURRENCE)]
    named = "".join(f", {quoted(id_column(n)) if n in nth else 'CAST(1 AS BIGINT)'} AS {quoted(n)}" for n in counted)
    if nth:
        own.register(_STAGED, marked(one, Marks(nth=nth)))
    return f"(SELECT * {named} FROM {_STAGED if nth else one.scan})"


def _note(own: "duckdb.DuckDBPyConnection", sql: str, found: Stretches) -> None:
    for batch in own.sql(sql).to_arrow_reader(_ROWS):
        found.add(*(np.asarray(column) for column in batch.columns))
