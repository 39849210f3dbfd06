"""Rows laid over a reference table, against a plain loop over the days."""

from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from xiezhi.engine.packs.model import ReferenceTable
from xiezhi.engine.packs.table_ranges import lay_over
from xiezhi.engine.words import NOTHING

DAYS = [date(2025, 1, 1) + timedelta(number) for number in range(12)]
COLUMNS = {"step": "VARCHAR", "valid_from": "DATE", "valid_to": "DATE", "days": "BIGINT"}


def table(rows) -> ReferenceTable:
    return ReferenceTable("limits", NOTHING, ("step",), COLUMNS, tuple(rows), (), Path("limits.toml"))


def values(rows, step: str, day: date) -> list[int]:
    return [n for key, first, last, n in rows if key == step and first <= day and (last is None or day < last)]


@st.composite
def apart(draw, first_value: int):
    """Draw rows of two keys whose half-open ranges are apart; the last of a key may be open."""
    rows = []
    for step in ("CP1", "CP2"):
        cuts = sorted(draw(st.sets(st.integers(0, 10), max_size=6)))
        for number, (start, end) in enumerate(zip(cuts[::2], cuts[1::2], strict=False)):
            rows.append((step, DAYS[start], DAYS[end], first_value + number))
        if len(cuts) % 2:
            rows.append((step, DAYS[cuts[-1]], None, first_value + 9))
    return rows


@given(apart(100), apart(200))
def test_over_holds_on_its_days_and_the_table_on_the_others(below, over) -> None:
    laid = lay_over(table(below), over).rows
    for step in ("CP1", "CP2"):
        for day in DAYS:
            assert values(laid, step, day) == (values(over, step, day) or values(below, step, day))


def test_a_row_in_the_middle_cuts_one_in_two() -> None:
    laid = lay_over(table([("CP1", DAYS[0], None, 5)]), [("CP1", DAYS[3], DAYS[4], 7)])
    assert laid.rows == (
        ("CP1", DAYS[0], DAYS[3], 5),
        ("CP1", DAYS[3], DAYS[4], 7),
        ("CP1", DAYS[4], None, 5),
    )
