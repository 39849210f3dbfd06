"""Findings as one Arrow table: the columns of the contract, in its order.

Words, clock, basis and evidence are structs; ``part``, ``values``, ``fingerprint_parts``, ``key`` and ``content``
differ by indicator and so are JSON text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import pyarrow as pa

_WORDS = pa.struct([("zh", pa.string()), ("en", pa.string())])
_PAUSE = pa.struct([("from", pa.string()), ("to", pa.string()), ("counted", pa.bool_()), ("reason", pa.string())])
_CLOCK = pa.struct(
    [(name, pa.string()) for name in ("rule", "start", "end", "limit", "used", "due")] + [("pauses", pa.list_(_PAUSE))]
)
_EVIDENCE = pa.struct(
    [(name, pa.string()) for name in ("role", "dataset", "key", "row_digest", "file")]
    + [("line", pa.int64()), ("content", pa.string())]
)
_LAW = pa.struct([(name, pa.string()) for name in ("law", "article", "version", "mark")])

SCHEMA = pa.schema(
    [
        ("field", pa.string()),
        ("indicator", pa.string()),
        ("rule", pa.string()),
        ("level", pa.string()),
        ("name", _WORDS),
        ("subject_type", pa.string()),
        ("subject_id", pa.string()),
        ("title", pa.string()),
        ("organisation", pa.string()),
        ("post", pa.string()),
        ("legal_date", pa.string()),
        ("period", pa.string()),
        ("part", pa.string()),
        ("values", pa.string()),
        ("clock", _CLOCK),
        ("evidence", pa.list_(_EVIDENCE)),
        ("basis", pa.list_(_LAW)),
        ("norms", pa.list_(pa.string())),
        ("reference", pa.string()),
        ("as_of", pa.string()),
        ("version", pa.int64()),
        ("fingerprint", pa.string()),
        ("digest", pa.string()),
        ("message", _WORDS),
        ("why", _WORDS),
        ("absent", _WORDS),
        ("next", _WORDS),
        ("fingerprint_parts", pa.string()),
    ]
)


def findings_table(findings: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return findings as an Arrow table of ``SCHEMA``."""
    return pa.Table.from_pylist([_row(finding) for finding in findings], schema=SCHEMA)


def _row(finding: Mapping[str, Any]) -> dict[str, Any]:
    row = dict(finding)
    for name in ("part", "values", "fingerprint_parts"):
        row[name] = orjson.dumps(finding[name]).decode()
    row["evidence"] = [
        {**item, "key": orjson.dumps(item["key"]).decode(), "content": orjson.dumps(item["content"]).decode()}
        for item in finding["evidence"]
    ]
    clock = finding["clock"]
    if clock is not None:
        row["clock"] = {name: value if name == "pauses" else _text(value) for name, value in clock.items()}
        row["clock"]["pauses"] = [
            {name: value if name == "counted" else _text(value) for name, value in pause.items()}
            for pause in clock["pauses"]
        ]
    return row


def _text(value: object) -> str | None:
    return None if value is None else str(value)
