"""Where a zone keeps one offset its rules are not asked, and every value is the one they would have given."""

from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.engine.intake.model import ColumnMap, DatasetMap, NormOfRun, SourceMap
from xiezhi.engine.intake.sections import sections
from xiezhi.engine.intake.steady import steady
from xiezhi.engine.intake.typed import literal, select

ZONES = ("Asia/Shanghai", "Europe/Amsterdam", "America/St_Johns", "Africa/Casablanca", "UTC")
MOMENTS = st.datetimes(datetime.fromisoformat("1850-01-01"), datetime.fromisoformat("2130-01-01"))
TEXTS = st.one_of(
    MOMENTS.map(lambda m: m.isoformat(" ", "seconds")),
    MOMENTS.map(lambda m: m.isoformat("T")),
    MOMENTS.map(lambda m: m.date().isoformat()),
    st.tuples(
        MOMENTS, st.sampled_from(["Z", "+08", "+08:00", "-03:30", "+0130", "+14:00", " Asia/Tokyo", "x", ","])
    ).map(lambda both: both[0].isoformat(" ", "milliseconds") + both[1]),
    st.text("0123456789-: T.+Z,", max_size=24),
    st.sampled_from(["epoch", "infinity", "0001-01-01", "9999-12-31 23:59:59", "2020-01-01 24:00:00", "2020-1-1 1:00"]),
)


@pytest.fixture(scope="module")
def connection() -> Any:
    with duckdb.connect(config={"threads": 1}) as made:
        yield made


@pytest.mark.parametrize("zone", ZONES)
def test_the_short_way_gives_what_the_rules_give(
    connection: "duckdb.DuckDBPyConnection", datasets: Any, zone: str
) -> None:
    columns = {"case_no": ColumnMap("n"), "opened_at": ColumnMap("o"), "due_at": ColumnMap("d")}
    source = SourceMap("t", None, zone, None, "", {"cases": DatasetMap("cases", columns=columns)}, NormOfRun())
    (section,) = sections(source, datasets)
    connection.execute(f"SET TimeZone = {literal(zone)}")
    stretch = steady(connection, zone)

    @settings(max_examples=25, deadline=None)
    @given(st.lists(TEXTS, min_size=20, max_size=60))
    def same(texts: list[str]) -> None:
        size = len(texts)
        raw = {"_line": list(range(size)), "c0": ["A"] * size, "c1": texts, "c2": [*texts[1:], None]}
        connection.register("raw", pa.table(raw))
        long, short = (
            connection.sql(
                select(
                    section,
                    first_day=date(1990, 1, 1),
                    last_day=date(2030, 1, 1),
                    resolved=frozenset(),
                    steady=known,
                )
            ).fetchall()
            for known in (None, stretch)
        )
        assert short == long

    same()


def test_the_stretch_lies_inside_the_real_one(connection: "duckdb.DuckDBPyConnection") -> None:
    found = steady(connection, "Asia/Shanghai")  # the clocks last changed on 1991-09-15 (tz database)
    assert (found.begin, found.end) == tuple(map(datetime.fromisoformat, ("1991-09-17", "2099-12-30")))
    assert found.offset_us == 8 * 3600 * 1_000_000
