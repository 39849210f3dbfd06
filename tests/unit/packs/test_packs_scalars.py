"""Types as packs write them, values without loss, and the words that no column may be called."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.engine.columns import ColumnType, Kind
from xiezhi.engine.packs.names import NAME, RESERVED, better_name, nearest
from xiezhi.engine.packs.scalars import column_type, fits, from_text, value_type


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.DECIMAL])
def test_every_kind_is_written_as_it_is_called(kind: Kind) -> None:
    assert column_type(kind.value) == ColumnType(kind)


@pytest.mark.parametrize(
    "written", ["decimal", "decimal(0,0)", "decimal(39,0)", "decimal(3,4)", "decimal(3)", "", "Text"]
)
def test_no_types(written: str) -> None:
    assert column_type(written) is None


@pytest.mark.parametrize("written", ["money", "time", "code", "surrogate", "occurrence"])
def test_a_value_has_none_of_the_types_of_storage(written: str) -> None:
    assert value_type(written) is None


@pytest.mark.parametrize(
    ("value", "written", "good"),
    [
        (20, "integer", True),
        (True, "integer", False),
        (2**63, "integer", False),
        (-(2**63), "integer", True),
        (Decimal("1.5"), "integer", False),
        (Decimal("999.99"), "decimal(5,2)", True),
        (Decimal(1000), "decimal(5,2)", False),
        (Decimal("1E+2"), "decimal(5,2)", True),
        (Decimal("0.10000"), "decimal(5,2)", True),
        (Decimal("0.001"), "decimal(5,2)", False),
        (Decimal("0E+9"), "decimal(5,2)", True),
        (Decimal("NaN"), "decimal(5,2)", False),
        (Decimal("Infinity"), "decimal(5,2)", False),
        (3, "decimal(5,2)", True),
        (False, "decimal(5,2)", False),
        (date(2026, 1, 1), "date", True),
        (datetime(2026, 1, 1), "date", False),  # noqa: DTZ001  a TOML time stamp without offset
        (time(9), "date", False),
        ("2026-01-01", "date", False),
        ("", "text", False),
        ("x", "text", True),
        (1, "boolean", False),
    ],
)
def test_what_fits(value: Any, written: str, good: bool) -> None:  # noqa: FBT001  a row of a table
    kind = column_type(written)
    assert kind is not None
    assert fits(value, kind) is good


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("1_000", "integer"),
        ("１", "integer"),
        ("+1", "integer"),
        ("1" * 5000, "integer"),
        ("1.0", "integer"),
        ("x", "decimal(5,2)"),
        ("1_0", "decimal(5,2)"),
        ("1e2", "decimal(5,2)"),
        ("0.001", "decimal(5,2)"),
        ("20260101", "date"),
        ("2026-02-30", "date"),
        ("2026-W01-1", "date"),
        ("yes", "boolean"),
        ("2026-01-01", "time"),
        ("2026-01-01 25:00", "time"),
    ],
)
def test_cells_that_are_not_of_their_type(cell: str, written: str) -> None:
    kind = column_type(written)
    assert kind is not None
    with pytest.raises(ValueError, match=f"^{re.escape(cell)}$"):
        from_text(cell, kind)


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_come_back(value: int) -> None:
    assert from_text(str(value), ColumnType(Kind.INTEGER)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-999, max_value=999))
def test_decimals_come_back(value: Decimal) -> None:
    assert from_text(str(value), ColumnType(Kind.DECIMAL, 5, 2)) == value


@given(st.dates())
def test_dates_come_back(value: date) -> None:
    assert from_text(value.isoformat(), ColumnType(Kind.DATE)) == value


def test_an_empty_cell_is_null() -> None:
    assert from_text("", ColumnType(Kind.TEXT)) is None


def test_every_word_that_duckdb_does_not_take_as_a_bare_column_is_reserved() -> None:
    sql = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'"
    with duckdb.connect() as connection:
        words = {word for (word,) in connection.execute(sql).fetchall()}
    assert sorted(words - RESERVED) == []


def test_a_better_name_is_one() -> None:
    for word in RESERVED:
        assert NAME.fullmatch(better_name(word))
        assert better_name(word) not in RESERVED
    assert better_name("at") == "happened_at"


def test_the_nearest_word() -> None:
    assert nearest("requird", ["required", "event"]) == 'did you mean "required"?'
    assert nearest("xyz", ["required", "event"]) == ""
