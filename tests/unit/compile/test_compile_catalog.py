"""The catalog: tables of every kind, views in order, and refused views."""

from dataclasses import replace

import pytest
from handmade import DERIVED, PATH, VIEWS, WORDS, catalog, pack, tally, view

from xiezhi.engine.compile.values import Derivation, Scan
from xiezhi.engine.compile.views import build_catalog, compile_view
from xiezhi.engine.derivations import REGISTRY
from xiezhi.engine.errors import AuthorError
from xiezhi.engine.packs.model import Derived


def issues_of(**more):
    with pytest.raises(AuthorError) as refused:
        build_catalog(pack(**more), shaper=tally)
    return [(str(issue.place), issue.code, issue.message) for issue in refused.value.issues]


def test_tables_of_every_kind() -> None:
    made = catalog()
    assert {name: table.kind for name, table in made.tables.items()} == {
        "calendar": "calendar",
        "cases": "dataset",
        "events": "dataset",
        "receipts": "dataset",
        "matters": "dataset",
        "peers": "dataset",
        "limits": "reference",
        "case_counts": "view",
        "office_loads": "view",
        "tallied": "derived",
    }
    cases = made.tables["cases"]
    assert cases.columns["applicant"] == "BIGINT"
    assert (cases.columns["due_at"], cases.columns["due_at_utc"]) == ("TIMESTAMP", "TIMESTAMP")
    assert cases.columns["weight"] == "DECIMAL(12,2)"
    assert cases.not_null == {"_row", "case_no", "case_id", "office", "accepted_on"}
    assert cases.key == ("case_no",)
    assert set(cases.relation.keys) == {frozenset({"_row"}), frozenset({"case_no"}), frozenset({"case_id"})}
    assert made.references() == {("cases", "matters"), ("events", "cases"), ("receipts", "cases")}


def test_views_and_derived_tables() -> None:
    made = catalog()
    counts = made.tables["case_counts"]
    assert counts.columns == {"case_id": "BIGINT", "events": "BIGINT", "first_on": "DATE", "ev_first": "BIGINT"}
    assert (counts.not_null, counts.key, counts.scope) == ({"case_id"}, ("case_id",), ("case_id",))
    assert made.views["case_counts"].scope.restrict == (("events", ("case_id",)),)
    tallied = made.tables["tallied"]
    assert (tallied.columns, tallied.scope) == ({"case_id": "BIGINT", "tally": "BIGINT"}, ("case_id",))
    assert isinstance(tallied.relation.node, Derivation)
    assert tallied.relation.bases == {"events"}
    assert made.order.index("case_counts") < made.order.index("tallied")


def test_views_are_ordered_by_what_they_read() -> None:
    last = view("a_last", "SELECT t.case_id FROM tallied AS t", ("case_id",))
    made = catalog(pack(views=[last, *VIEWS]))
    assert made.order == ("case_counts", "tallied", "a_last", "office_loads")


def test_a_circle_is_refused() -> None:
    one = view("one", "SELECT b.case_id FROM two AS b", ("case_id",))
    two = view("two", "SELECT a.case_id FROM one AS a", ("case_id",))
    found = issues_of(views=[one, two], derived=[])
    assert found[0][1:] == ("circle", "views read each other in a circle: one → two → one")


def test_all_refused_views_are_told() -> None:
    one = view("one", "SELECT c.nothing FROM cases AS c", ())
    two = view("two", "SELECT c.fee, SUM(c.fee) AS s FROM cases AS c", ())
    three = view("three", "SELECT c.fee FROM cases AS c", ("case_no",), ("office",))
    found = issues_of(views=[one, two, three], derived=[])
    assert [(place, code) for place, code, _ in found] == [
        (str(PATH / "views" / "one.sql") + ":1:8", "unknown-column"),
        (str(PATH / "views" / "three.sql") + ":1:1", "view-column"),
        (str(PATH / "views" / "three.sql") + ":1:1", "view-column"),
        (str(PATH / "views" / "two.sql") + ":1:15", "sum-uncast"),
    ]


def test_a_derivation_of_something_unknown_is_refused() -> None:
    wrong = replace(DERIVED[0], inputs={"rows": "nothing"})
    assert issues_of(derived=[wrong])[0][1:] == ("unknown-table", "there is no dataset or view named nothing")


def test_an_unknown_derivation_is_refused() -> None:
    with pytest.raises(AuthorError, match=r"there is no derivation named tally — the engine has: .*clock"):
        build_catalog(pack())


def test_one_view_compiles_alone() -> None:
    made = catalog()
    found = compile_view(
        view("late", "SELECT e.case_id FROM events AS e WHERE e.happened_on < :as_of", (), ()), made, pack()
    )
    assert (found.columns, found.uses_as_of, found.scope.proven) == (("case_id",), True, False)
    with pytest.raises(AuthorError):
        compile_view(view("late", "SELECT * FROM events", ()), made, pack())


def test_as_of_is_seen_through_views() -> None:
    late = view(
        "late", "SELECT e.case_id, COUNT(*) AS n FROM events AS e WHERE e.happened_on < :as_of GROUP BY e.case_id", ()
    )
    later = Derived("later", WORDS, "tally", {"rows": "late"}, {"key": ["case_id"]}, PATH / "views" / "later.toml")
    made = catalog(pack(views=[*VIEWS, late], derived=[*DERIVED, later]))
    assert {
        name: table.relation.uses_as_of for name, table in made.tables.items() if table.kind in ("view", "derived")
    } == {
        "case_counts": False,
        "office_loads": False,
        "late": True,
        "tallied": False,
        "later": True,
    }


def test_the_clock_of_the_engine_gives_its_shape() -> None:
    spans = view(
        "spans",
        "SELECT case_id, accepted_on AS start_on, closed_on AS end_on, CAST(20 AS BIGINT) AS limit_days FROM cases",
        ("case_id",),
        ("case_id",),
    )
    clock = Derived(
        "clocked", WORDS, "clock", {"spans": "spans"}, {"key": ["case_id"], "rule": "working"}, PATH / "c.toml"
    )
    made = build_catalog(pack(views=[spans], derived=[clock]))
    table = made.tables["clocked"]
    assert (table.key, table.scope, table.not_null) == (("case_id",), ("case_id",), {"case_id"})
    assert "used_days" in table.columns
    assert REGISTRY["clock"].version >= 1


def test_calendar_and_reference_tables_are_constant() -> None:
    made = catalog()
    nodes = {name: made.tables[name].relation.node for name in ("calendar", "limits", "cases")}
    assert all(isinstance(node, Scan) for node in nodes.values())
    assert {name: node.constant for name, node in nodes.items()} == {"calendar": True, "limits": True, "cases": False}
