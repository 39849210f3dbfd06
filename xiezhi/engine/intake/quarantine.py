"""The quarantine of a batch: every record that was not accepted, with the place and the reason in both languages.

No text of a direct identifier gets here. A record that was taken apart is kept as JSON of the headings that feed
something, tokens in place of direct identifiers; one that was not is kept as text only where nothing that its file
feeds declares a direct identifier.
"""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from xiezhi.engine.intake.refusals import REASONS

SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("dataset", pa.string()),
        ("column", pa.string()),
        ("reason_code", pa.string()),
        ("reason_zh", pa.string()),
        ("reason_en", pa.string()),
        ("value", pa.string()),
        ("row", pa.string()),
    ]
)
_GROUP = 1 << 15  # records written at once: the words of their reasons are long
_WITHHELD = "（原文含个人信息，不保留）/ (text withheld: it may name a person)"


class Quarantine:
    """Writes the quarantine file, batch by batch.

    Attributes:
        records: records by dataset; under "" those that no dataset is known of.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records: Counter[str] = Counter()
        self.writer = pq.ParquetWriter(path, SCHEMA, compression="zstd")

    def faults(self, faults: pa.Table, *, file: str, withheld: bool) -> None:
        """Add records that could not be taken apart."""
        for begin in range(0, faults.num_rows, _GROUP):
            piece = faults.slice(begin, _GROUP)
            size = piece.num_rows
            self.add(
                dataset="",
                file=pa.repeat(file, size),
                line=piece.column("line").combine_chunks(),
                column=piece.column("heading").combine_chunks(),
                reason=piece.column("reason").combine_chunks(),
                value=pa.nulls(size, pa.string()),
                row=pa.repeat(_WITHHELD, size) if withheld else piece.column("text").combine_chunks(),
            )

    def add(
        self,
        *,
        dataset: str,
        file: pa.Array,
        line: pa.Array,
        column: pa.Array,
        reason: pa.Array,
        value: pa.Array,
        row: pa.Array,
    ) -> None:
        """Add records of one dataset ("" = of none in particular); ``reason`` holds codes."""
        if not len(line):
            return
        coded = reason.dictionary_encode()
        words = [REASONS[code] for code in coded.dictionary.to_pylist()]
        zh = pa.array([w.zh for w in words], pa.string()).take(coded.indices)
        en = pa.array([w.en for w in words], pa.string()).take(coded.indices)
        names = pa.repeat(dataset, len(line))
        self.writer.write_table(pa.table([file, line, names, column, reason, zh, en, value, row], schema=SCHEMA))
        self.records[dataset] += len(line)

    def close(self) -> None:
        """End the file."""
        self.writer.close()
