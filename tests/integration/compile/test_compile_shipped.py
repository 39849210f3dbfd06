"""The shipped packs compile, their statements run on DuckDB, and what is proven of them is written down here."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.compile.catalog import CALENDAR_COLUMNS
from xiezhi.engine.compile.compiler import compile_indicator
from xiezhi.engine.compile.kinds import family
from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.compile.views import build_catalog
from xiezhi.engine.packs.load import find_packs, load_pack

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks" / "packs"
DAY = date(2025, 12, 31)
PACKS = {name: path for name, path in find_packs([BENCHMARKS]).items() if not name.startswith("_")}


@pytest.fixture(scope="module", params=sorted(PACKS))
def made(request):
    pack = load_pack(PACKS[request.param])
    catalog = build_catalog(pack)
    with duckdb.connect() as con:
        for name, table in catalog.tables.items():
            if table.kind != "view":
                columns = ", ".join(f'"{column}" {kind}' for column, kind in table.columns.items())
                con.execute(f'CREATE TABLE "{name}" ({columns})')
        for name in catalog.order:
            if name in catalog.views:
                con.execute(f'CREATE VIEW "{name}" AS {catalog.views[name].sql(DAY)}')
        yield pack, catalog, con


def _types(con, sql):
    return {name: kind.replace(" ", "") for name, kind, *_ in con.execute(f"DESCRIBE {sql}").fetchall()}


def test_every_statement_runs_and_has_portable_types(made) -> None:
    pack, catalog, con = made
    for indicator in pack.indicators.values():
        plan = compile_indicator(indicator, catalog, pack)
        assert isinstance(plan, Compiled)
        measured = _types(con, plan.measure(DAY))
        assert list(measured) == ["rule", "level", *plan.outputs]
        assert not [kind for kind in measured.values() if kind in ("HUGEINT", "DOUBLE", "FLOAT", "NULL")]
        assert list(_types(con, plan.raw(DAY))) == list(plan.outputs)
        evidence = _types(con, plan.evidence_sql(DAY))
        roles = [f"ev_{role}" for role, _ in plan.evidence]
        assert [name for name in evidence if name.startswith("ev_")] == roles
        assert {evidence[name] for name in roles} <= {"BIGINT", "BIGINT[]"}


def test_views_have_the_types_that_the_catalog_says(made) -> None:
    _, catalog, con = made
    for name in catalog.views:
        found = _types(con, f'SELECT * FROM "{name}"')
        said = {column: kind.replace(" ", "") for column, kind in catalog.tables[name].columns.items()}
        assert list(found) == list(said)
        for column, kind in said.items():
            assert found[column] == kind or {found[column], kind} <= {"INTEGER", "BIGINT"}


def test_what_is_restricted_is_read_and_never_empty(made) -> None:
    pack, catalog, _ = made
    proven = 0
    for indicator in pack.indicators.values():
        scope = compile_indicator(indicator, catalog, pack).scope
        proven += scope.proven
        for name, columns in scope.restrict:
            assert len(columns) == len(scope.columns)
            assert set(columns) <= catalog.tables[name].not_null
            assert catalog.tables[name].kind == "dataset"
        assert bool(scope.reason) != scope.proven
    assert proven >= len(pack.indicators) - 2


def test_the_calendar_has_the_columns_that_sql_sees() -> None:
    names = {"bool": "boolean", "date32[day]": "date", "int64": "integer", "int32": "integer"}
    found = {field.name: names[str(field.type)] for field in load_calendar("CN").table().schema}
    assert found == {name: family(kind) for name, kind in CALENDAR_COLUMNS.items()}
