"""Every allowed form compiles and runs on DuckDB; every refused one is refused by its own name, with what to write."""

from datetime import date

import duckdb
import pytest
from handmade import PATH, WORDS, column, dataset, pack, parameter
from sqlglot import exp

from xiezhi.engine.columns import ColumnType, Kind
from xiezhi.engine.compile import forms
from xiezhi.engine.compile.binding import REGISTRY
from xiezhi.engine.compile.compiler import bind, compile_draft
from xiezhi.engine.compile.forms_page import page
from xiezhi.engine.compile.text import Refused
from xiezhi.engine.compile.views import build_catalog
from xiezhi.engine.packs.model import Column

T = dataset(
    "t",
    ("id",),
    [
        column("id", "integer", required=True),
        column("case_id", "integer", required=True),
        *(column(name, "integer") for name in "abn"),
        Column("m", ColumnType(Kind.DECIMAL, 12, 2), WORDS),
        column("s"),
        column("d", "date"),
        column("e", "date"),
        column("ts", "time"),
        column("f", "boolean"),
    ],
)
CATALOG = build_catalog(
    pack(datasets=[T], views=[], derived=[], parameters=[parameter("days", ("2004-07-01", 20), ("2020-01-01", None))])
)
ALLOWED = [form for form in forms.table() if form.allowed]
REFUSED = [form for form in forms.table() if not form.allowed]


@pytest.fixture(scope="module")
def con():
    connection = duckdb.connect()
    columns = ", ".join(f'"{name}" {kind}' for name, kind in CATALOG.tables["t"].columns.items())
    connection.execute(f"CREATE TABLE t ({columns})")
    connection.execute(
        "INSERT INTO t SELECT i, i % 3, i, i - 2, NULL, i, 'xy', DATE '2020-01-31', DATE '2020-03-01', "
        "TIMESTAMP '2020-01-31 09:00:00', TIMESTAMP '2020-01-31 01:00:00', i > 2, i FROM range(5) AS r(i)"
    )
    yield connection
    connection.close()


def _run(con, sql):
    draft = compile_draft(sql, PATH, CATALOG)
    shown = con.execute(draft.sql(date(2020, 1, 1)))
    assert [name[0] for name in shown.description] == [name for name, _ in draft.columns]
    return draft, shown.fetchall()


@pytest.mark.parametrize("form", ALLOWED, ids=lambda form: form.id)
def test_an_allowed_form_runs(con, form) -> None:
    draft, rows = _run(con, form.query())
    assert rows
    shown = con.execute(f"DESCRIBE {draft.sql(None)}").fetchall()
    families = {name: kind for name, kind, *_ in shown}
    # what is said of the types is what DuckDB gives; small integers may be wider than said, never narrower
    for name, kind in draft.columns:
        if kind.startswith("DECIMAL") or kind in ("VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP", "BIGINT[]"):
            assert families[name].replace(" ", "") == kind
        else:
            assert families[name] in ("INTEGER", "BIGINT")


@pytest.mark.parametrize("form", REFUSED, ids=lambda form: form.id)
def test_a_refused_form_is_refused_by_name(form) -> None:
    with pytest.raises(Refused) as refused:
        bind(form.query(), PATH / "x.sql", CATALOG)
    (issue,) = refused.value.issues
    assert (issue.code, bool(issue.message), bool(issue.instead)) == (form.id, True, True)
    assert issue.place.line >= 1
    assert issue.place.column >= 1


@pytest.mark.parametrize("form", [form for form in REFUSED if form.portable], ids=lambda form: form.id)
def test_the_alternative_beside_a_refused_form_runs(con, form) -> None:
    _run(con, form.query(form.portable))


def test_the_table_lists_what_is_bound() -> None:
    listed = {getattr(exp, name) for form in ALLOWED for name in form.classes}
    only_to_refuse = {exp.Star, exp.Div}
    assert listed == set(REGISTRY) - only_to_refuse


def test_each_refused_class_is_there_and_not_bound() -> None:
    names = [name.split(".")[0] for form in REFUSED for name in form.classes if not name.startswith("*")]
    assert [name for name in names if not hasattr(exp, name)] == []
    plain = {name for form in REFUSED for name in form.classes if "." not in name}
    bound = {kind.__name__ for kind in REGISTRY}
    # a column, literal or alias alone is no statement; * is bound to be refused
    assert plain & bound == {"Column", "Literal", "Star"}


def test_spark_reads_the_table_as_it_is_meant() -> None:
    spark = {form.id: form.spark for form in ALLOWED}
    assert spark["integer-divide"] == "SELECT a DIV 7 AS x FROM t"
    assert "PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY a)" in spark["median-good"]
    assert "UNIX_MICROS" in spark["instant"]
    assert "MAKE_YM_INTERVAL(0, CAST(a AS INT))" in spark["date-move-months"]
    assert "SORT_ARRAY(COLLECT_LIST(_row) FILTER(WHERE f)) AS ev_rows" in spark["evidence-rows"]
    assert "ts NULLS LAST" in spark["window"]


def test_the_page_shows_every_form() -> None:
    text = page()
    for form in forms.table():
        assert f"`{form.id}`" in text
    assert text.count("\n| `") == len(forms.table())
