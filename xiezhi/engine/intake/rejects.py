"""The rows of a section that typing rejected, on their way into quarantine.

A case of a log stands on as many lines as it has events. Where rows that agree become one, rows that agree in being
wrong become one as well: they are staged, and go into quarantine after the last file.
"""

from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.engine.intake.cells import REASON_AT, Cell
from xiezhi.engine.intake.quarantine import Quarantine
from xiezhi.engine.intake.runs import staging_writer
from xiezhi.engine.intake.sections import Section
from xiezhi.engine.intake.tokens import shown
from xiezhi.engine.intake.typed import FACTOR, literal, template

_SHOWN = 200  # characters of a value in quarantine
_ROWS = 20_000
_SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("column", pa.string()),
        ("reason", pa.string()),
        ("value", pa.string()),
        ("row_text", pa.string()),
        ("seq", pa.int64()),
    ]
)


class Rejects:
    """Takes the rejected rows of one section."""

    def __init__(
        self, section: Section, path: Path, *, connection: "duckdb.DuckDBPyConnection", quarantine: Quarantine
    ) -> None:
        self.section = section
        self.connection = connection
        self.quarantine = quarantine
        self.path = path
        self.staged = staging_writer(path, _SCHEMA) if section.distinct else None

    def add(
        self, raw: pa.Table, texts: list[pa.Array], fault: npt.NDArray[np.int64], *, cells: list[Cell], file: str
    ) -> None:
        """Add rows. ``raw``: the values as typing took them, and ``_line``, ``_seq``; ``fault`` as in ``typed.sql``."""
        feeds, reasons = fault // FACTOR, fault % FACTOR - 1
        masked = [
            _masked(cell, raw.column(f"c{n}").combine_chunks(), text)
            for n, (cell, text) in enumerate(zip(cells, texts, strict=True))
        ]
        names = pa.array([feed.column.name for feed in self.section.feeds])
        table = pa.table(
            [
                pa.repeat(file, len(fault)),
                raw.column("_line"),
                names.take(pa.array(feeds)),
                pa.array(REASON_AT).take(pa.array(reasons)),
                pc.utf8_slice_codeunits(pc.choose(pa.array(feeds), *masked), 0, _SHOWN),
                self._rows(masked),
                raw.column("_seq"),
            ],
            schema=_SCHEMA,
        )
        if self.staged is None:
            self._quarantine(table)
        else:
            self.staged.write_table(table)

    def close(self) -> None:
        """Put what was staged into quarantine."""
        if self.staged is None:
            return
        self.staged.close()
        sql = template("rejects").format(rejects=f"read_parquet({literal(str(self.path))})")
        for batch in self.connection.sql(sql).to_arrow_reader(_ROWS):
            self._quarantine(pa.table(batch))

    def _quarantine(self, table: pa.Table) -> None:
        def column(name: str) -> pa.Array:
            return table.column(name).combine_chunks().cast(_SCHEMA.field(name).type)

        self.quarantine.add(
            dataset=self.section.dataset.name,
            file=column("file"),
            line=column("line"),
            column=column("column"),
            reason=column("reason"),
            value=column("value"),
            row=column("row_text"),
        )

    def _rows(self, masked: list[pa.Array]) -> pa.Array:
        """Return each row as JSON of the headings that feed it; a heading that feeds a direct identifier is masked."""
        shown_by: dict[str, int] = {}
        for n, feed in enumerate(self.section.feeds):
            name = feed.map.column or feed.column.name
            if name not in shown_by or feed.direct:
                shown_by[name] = n
        self.connection.register("rejected", pa.table({f"r{n}": text for n, text in enumerate(masked)}))
        fields = ", ".join(f"{literal(name)}, r{n}" for name, n in shown_by.items())
        rows = self.connection.sql(template("rejected").format(fields=fields)).to_arrow_table()
        self.connection.unregister("rejected")
        return rows.column(0).combine_chunks().cast(pa.string())


def _masked(cell: Cell, value: pa.Array, text: pa.Array) -> pa.Array:
    """Return the texts as quarantine may show them: a direct identifier as its token."""
    if not cell.feed.direct:
        return text
    tokens = value.dictionary_encode()
    return pa.array([shown(token) for token in tokens.dictionary.to_pylist()], pa.string()).take(tokens.indices)
