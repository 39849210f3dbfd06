"""What a column of a dataset can be, and how it is stored.

A time is stored twice: ``x`` is local civil time in the dataset's zone (what days are counted on), ``x_utc`` is the
instant (what is ordered and subtracted). A direct identifier is stored as a token, never as its text. Money is 分.
"""

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa


class Kind(StrEnum):
    """The kinds of columns that a dataset may declare."""

    TEXT = "text"
    CODE = "code"  # text out of a code list
    INTEGER = "integer"
    MONEY = "money"  # whole 分
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    SURROGATE = "surrogate"  # a dense number standing for a text; storage only
    OCCURRENCE = "occurrence"  # the how-maniest row with these columns equal, in file order, from 1


class Privacy(StrEnum):
    """Who a column is about, and so how it is kept and shown."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"  # about a person but naming nobody
    DIRECT = "direct"  # names a person: kept as a token, its text in the vault only
    NONE = "none"  # a pseudonym of the source, said so by a mapping with its reason: token, shown in full


_STORED = {
    Kind.TEXT: "VARCHAR",
    Kind.CODE: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.MONEY: "BIGINT",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.TIME: "TIMESTAMP",
    Kind.SURROGATE: "BIGINT",
    Kind.OCCURRENCE: "BIGINT",
}

SYSTEM_COLUMNS = {
    "_row": "BIGINT",  # batch << 32 | n
    "_file": "INTEGER",
    "_line": "BIGINT",
    "_recorded_at": "TIMESTAMP",
    "_replaces": "BIGINT",
    "_withdrawn": "BOOLEAN",
}


@dataclass(frozen=True)
class ColumnType:
    """A kind with the digits of a decimal: precision and scale."""

    kind: Kind
    precision: int = 0
    scale: int = 0

    @property
    def stored(self) -> str:
        """The DuckDB type of the stored column, tokens aside."""
        if self.kind is Kind.DECIMAL:
            return f"DECIMAL({self.precision},{self.scale})"
        return _STORED[self.kind]

    def __str__(self) -> str:
        """Return the type as a pack writes it."""
        return f"decimal({self.precision},{self.scale})" if self.kind is Kind.DECIMAL else str(self.kind)


_ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "BIGINT[]": pa.list_(pa.int64()),
}


def arrow_type(stored: str) -> pa.DataType:
    """Return the Arrow type of a stored DuckDB type."""
    if stored.startswith("DECIMAL"):
        precision, scale = stored.removeprefix("DECIMAL(").removesuffix(")").split(",")
        return pa.decimal128(int(precision), int(scale))
    return _ARROW[stored]


def stored_type(kind: pa.DataType) -> str:
    """Return the DuckDB type of an Arrow type that `arrow_type` gives."""
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision},{kind.scale})"
    return next(stored for stored, arrow in _ARROW.items() if arrow.equals(kind))
