"""JSON Lines: one object a line, taken apart by DuckDB in batches of lines."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.engine.intake.encodings import Survey, utf8_chunks
from xiezhi.engine.intake.faults import KEPT, SCHEMA, joined, spans
from xiezhi.engine.intake.raw import MOST_HEADINGS, RawBatch, heading
from xiezhi.engine.intake.records import Block, split_lines
from xiezhi.engine.intake.refusals import FileRefused
from xiezhi.engine.intake.streams import Seen
from xiezhi.engine.intake.typed import literal, template


class JsonLinesReader:
    """A file of JSON objects; an absent name is an empty value."""

    known = False

    def __init__(self, surveyed: Survey, seen: Seen) -> None:
        self.path = str(surveyed.path)
        self.blocks = split_lines(utf8_chunks(surveyed, seen))
        self.headings: dict[str, None] = {}
        self.written: dict[str, str] = {}  # heading as compared → name as written in the file

    def batches(self, wanted: frozenset[str]) -> Iterator[RawBatch]:
        """Yield the objects; a line that is none, or holds a name twice, is a fault."""
        with duckdb.connect(config={"threads": 1, "memory_limit": "128MB"}) as connection:
            for block in self.blocks:
                yield self._batch(connection, block, wanted)

    def _batch(self, connection: "duckdb.DuckDBPyConnection", block: Block, wanted: frozenset[str]) -> RawBatch:
        lines, line = spans(block.text, block.start, block.stop), pa.array(block.line, pa.int64())
        faults = block.faults
        if len(lines):
            connection.register("lines", pa.table({"line": lines}))
            judged = connection.sql(template("jsonlines")).to_arrow_table()
            wrong = judged.column("fault").combine_chunks()
            bad = pc.is_valid(wrong)
            if pc.any(bad).as_py():
                texts = pc.utf8_slice_codeunits(lines.filter(bad), 0, KEPT)
                at = judged.column("heading").combine_chunks()
                told = pa.table([line.filter(bad), wrong.filter(bad), texts, at.filter(bad)], schema=SCHEMA)
                faults = joined(faults, told)
                lines, line = lines.filter(pc.invert(bad)), line.filter(pc.invert(bad))
                connection.register("lines", pa.table({"line": lines}))
            self._learn(connection)
        columns, nested = self._values(connection, len(lines), sorted(wanted & self.headings.keys()))
        return RawBatch(columns, line, nested, None, faults)

    def _learn(self, connection: "duckdb.DuckDBPyConnection") -> None:
        for (name,) in connection.sql("SELECT DISTINCT unnest(json_keys(line)) AS k FROM lines ORDER BY k").fetchall():
            self.written.setdefault(heading(name), name)
            self.headings.setdefault(heading(name))
        if len(self.headings) > MOST_HEADINGS:
            raise FileRefused(self.path, f"has more than {MOST_HEADINGS} different names in its objects")

    def _values(
        self, connection: "duckdb.DuckDBPyConnection", size: int, wanted: list[str]
    ) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
        if not size or not wanted:
            return {}, {}
        paths = ", ".join(literal(_pointer(self.written[name])) for name in wanted)
        places = range(1, len(wanted) + 1)
        sql = template("jsonvalues").format(
            paths=f"[{paths}]",
            texts=", ".join(f"texts[{n}] AS t{n}" for n in places),
            kinds=", ".join(f"kinds[{n}] IN ('OBJECT', 'ARRAY') AS k{n}" for n in places),
        )
        table = connection.sql(sql).to_arrow_table()
        texts = {name: table.column(f"t{n}").combine_chunks() for n, name in enumerate(wanted, 1)}
        kinds = {
            name: pc.fill_null(table.column(f"k{n}").combine_chunks(), fill_value=False)
            for n, name in enumerate(wanted, 1)
        }
        return texts, kinds


def _pointer(name: str) -> str:
    """Return an RFC 6901 pointer, which takes any name."""
    return "/" + name.replace("~", "~0").replace("/", "~1")
