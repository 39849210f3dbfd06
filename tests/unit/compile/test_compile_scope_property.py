"""A property: evaluating the touched scopes only, and keeping the rest, equals the full run.

Random small facts and random change sets (insert, change, withdraw, move between scopes) go through every query that
the compiler calls proven. A changed dataset that is not restricted by the scope means a whole run, as the plan says.
"""

import os
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import duckdb
import pyarrow as pa
import pytest
from handmade import catalog, indicator, pack
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scope_queries import SAFE, UNSAFE

from xiezhi.engine.compile.compiler import compile_indicator

PACK = pack()
CATALOG = catalog(PACK)
DAY = date(2025, 3, 3)
DAYS = [DAY + timedelta(days=n) for n in range(4)]
AS_OF = date(2025, 3, 5)
ARROW = {
    "BIGINT": pa.int64(),
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "DECIMAL(12,2)": pa.decimal128(12, 2),
    "BOOLEAN": pa.bool_(),
}
SOAK = os.environ.get("XIEZHI_SOAK") == "1"
OFFICES = st.sampled_from(["x", "y"])
SMALL = st.integers(0, 3)


def _case(number):
    return st.fixed_dictionaries(
        {
            "case_no": st.just(f"N{number}"),
            "case_id": st.just(number),
            "office": OFFICES,
            "matter_no": st.sampled_from(["m1", "m2", None]),
            "accepted_on": st.sampled_from(DAYS),
            "closed_on": st.sampled_from([*DAYS, None]),
            "fee": st.one_of(st.none(), SMALL),
        }
    )


def _event(key):
    number, activity, seq = key
    return st.fixed_dictionaries(
        {
            "case_no": st.just(f"N{number}"),
            "case_id": st.just(number),
            "activity": st.just(activity),
            "seq": st.just(seq),
            "happened_on": st.sampled_from(DAYS),
            "actor": st.sampled_from(["x", "y", None]),
        }
    )


def _receipt(number):
    return st.integers(0, 3).flatmap(
        lambda case: st.fixed_dictionaries(
            {
                "receipt_no": st.just(f"R{number}"),
                "case_no": st.just(f"N{case}" if case else None),
                "case_id": st.just(case or None),
                "office": OFFICES,
                "amount": SMALL,
            }
        )
    )


EVENT_KEYS = st.tuples(st.integers(1, 3), st.sampled_from(["accept", "decide"]), st.integers(1, 3))
MAKERS = {
    "cases": (st.integers(1, 3), _case),
    "events": (EVENT_KEYS, _event),
    "receipts": (st.integers(1, 3), _receipt),
    "matters": (
        st.sampled_from(["m1", "m2"]),
        lambda no: st.fixed_dictionaries({"matter_no": st.just(no), "days": SMALL}),
    ),
}


@st.composite
def worlds(draw):
    """Rows by dataset and key, before and after a change set."""
    before = {name: _rows(draw, *maker, 6 if name == "events" else 3) for name, maker in MAKERS.items()}
    after = {name: dict(rows) for name, rows in before.items()}
    for name in draw(
        st.lists(st.sampled_from(["cases", "cases", "events", "events", "receipts", "matters"]), min_size=1, max_size=3)
    ):
        keys, make = MAKERS[name]
        key = draw(keys)
        if draw(st.booleans()) and key in after[name]:
            del after[name][key]
        else:
            # an insert, a change, or (a receipt's case, a case's office) a move to another scope
            after[name][key] = draw(make(key))
    return before, after


def _rows(draw, keys, make, most):
    return {key: draw(make(key)) for key in draw(st.lists(keys, unique=True, max_size=most))}


@cache
def plans():
    found = {}
    for query in SAFE:
        plan = compile_indicator(indicator(query.sql, scope=query.scope, made=CATALOG), CATALOG, PACK)
        assert plan.scope.proven
        found[query.id] = plan
    return found


@pytest.fixture(scope="module")
def con():
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(
        "CREATE TABLE calendar AS SELECT CAST(d AS DATE) AS day, FALSE AS is_rest, "
        "ROW_NUMBER() OVER (ORDER BY d) AS work_no "
        "FROM range(DATE '2025-03-01', DATE '2025-03-12', INTERVAL 1 DAY) AS r(d)"
    )
    connection.execute(
        "CREATE TABLE limits AS SELECT * FROM (VALUES "
        "('accept', DATE '2020-01-01', CAST(NULL AS DATE), CAST(5 AS BIGINT)), "
        "('decide', DATE '2020-01-01', NULL, 20)) AS v(activity, valid_from, valid_to, limit_days)"
    )
    yield connection
    connection.close()


def _load(con, world):
    numbers = {}
    for name in MAKERS:
        columns = CATALOG.tables[name].columns
        rows = [
            {**dict.fromkeys(columns), **row, "_row": numbers.setdefault((name, key), hash_of(key))}
            for key, row in world[name].items()
        ]
        table = pa.table(
            {column: pa.array([row[column] for row in rows], ARROW[kind]) for column, kind in columns.items()}
        )
        con.register(f"all_{name}", table)


def hash_of(key):
    """A row number that depends on the key only, so that both worlds agree on it."""
    return sum((index + 1) * 7 ** (index % 9) * ord(letter) for index, letter in enumerate(str(key)))


def _bind(con, restrict=(), touched=frozenset()):
    tied = dict(restrict)
    for name in MAKERS:
        where = ""
        if name in tied:
            values = ", ".join("(" + ", ".join(repr(value) for value in key) + ")" for key in sorted(touched))
            where = f" WHERE ({', '.join(tied[name])}) IN ({values})" if values else " WHERE FALSE"
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM all_{name}{where}")
    for name in ("case_counts", "office_loads"):
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {CATALOG.views[name].sql(AS_OF)}")
    con.execute(
        "CREATE OR REPLACE TEMP VIEW tallied AS SELECT case_id, COUNT(*) AS tally FROM case_counts GROUP BY case_id"
    )


def _answer(con, plan):
    return sorted(con.execute(plan.raw(AS_OF)).fetchall(), key=repr)


def _touched(plan, before, after):
    """Scope values of old and new rows, None where a changed dataset means a whole run."""
    tied, found = dict(plan.scope.restrict), set()
    reads = {name for name, _ in plan.reads}
    for name in MAKERS:
        keys = before[name].keys() | after[name].keys()
        changed = [key for key in keys if before[name].get(key) != after[name].get(key)]
        if not changed or name not in reads:
            continue
        if name not in tied:
            return None
        for key in changed:
            for row in (before[name].get(key), after[name].get(key)):
                if row is not None:
                    found.add(tuple(row[column] for column in tied[name]))
    return frozenset(found)


def _step(con, chosen, before, after):
    """Return the queries whose answer by touched scopes differs from the full run."""
    _load(con, before)
    _bind(con)
    old = {name: _answer(con, plan) for name, plan in chosen.items()}
    _load(con, after)
    _bind(con)
    new = {name: _answer(con, plan) for name, plan in chosen.items()}
    wrong = []
    for name, plan in chosen.items():
        touched = _touched(plan, before, after)
        if touched is None:
            continue
        _bind(con, plan.scope.restrict, touched)
        width = len(plan.scope.columns)
        part = _answer(con, plan)
        kept = [row for row in old[name] if row[:width] not in touched]
        if any(row[:width] not in touched for row in part) or sorted(kept + part, key=repr) != new[name]:
            wrong.append(name)
    return wrong


@settings(
    max_examples=1500 if SOAK else 10,
    deadline=None,
    derandomize=not SOAK,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds())
def test_touched_scopes_equal_a_full_run(con, world) -> None:
    assert _step(con, plans(), *world) == []


SUMMED_OF = "(SELECT g.case_id, MAX(DATE '2025-03-04') AS first_on FROM {} AS g GROUP BY g.case_id)"
TABLES = ["cases", "events", "receipts", "case_counts", "calendar"]
TEXTS = {"cases": ["office"], "events": ["actor"], "receipts": ["office"], "case_counts": [], "calendar": []}
DATES = {
    "cases": "accepted_on",
    "events": "happened_on",
    "receipts": None,
    "case_counts": "first_on",
    "calendar": "day",
}


@st.composite
def conditions(draw, sources, inner):
    """A condition between the aliases of ``inner`` and all those of ``sources``."""
    pairs = [(a, b) for a in inner for b in sources if a != b]
    numbered = [(a, b) for a, b in pairs if "calendar" not in (sources[a], sources[b])]
    texts = [(f"{a}.{x}", f"{b}.{y}") for a, b in pairs for x in TEXTS[sources[a]] for y in TEXTS[sources[b]]]
    days = [(f"{a}.{DATES[sources[a]]}", f"{b}.{DATES[sources[b]]}") for a, b in pairs]
    days = [pair for pair in days if not any(side.endswith(".None") for side in pair)]
    choices = [f"{a}.case_id = {b}.case_id" for a, b in numbered] * 3
    choices += [f"{a}.case_id <= {b}.case_id" for a, b in numbered]
    choices += [f"{a} = {b}" for a, b in texts] + [f"{a} = {b}" for a, b in days] + [f"{a} < {b}" for a, b in days]
    parts = draw(st.lists(st.sampled_from(choices), min_size=1, max_size=2)) if choices else ["TRUE"]
    return draw(st.sampled_from([" AND ", " AND ", " OR "])).join(parts)


@st.composite
def queries(draw):
    """A SELECT of random joins, subqueries, groups and windows with the scope ``case_id``."""
    first = draw(st.sampled_from(TABLES[:4]))
    sources, text = {"a": first}, f"{first} AS a"
    for alias in draw(st.sampled_from([[], ["b"], ["b"], ["b", "d"]])):
        sources[alias] = draw(st.sampled_from(TABLES))
        kind = draw(st.sampled_from(["JOIN", "JOIN", "LEFT JOIN", "FULL JOIN"]))
        table = sources[alias]
        if table in ("events", "receipts") and draw(st.booleans()):
            sources[alias], table = "case_counts", SUMMED_OF.format(table)
        text += f" {kind} {table} AS {alias} ON {draw(conditions(sources, [alias]))}"
    where = [draw(conditions(sources, list(sources)))] if len(sources) > 1 and draw(st.booleans()) else []
    if draw(st.booleans()):
        below = {**sources, "s": draw(st.sampled_from(TABLES[:3]))}
        tied = draw(conditions(below, ["s"]))
        where.append(
            draw(
                st.sampled_from(
                    [
                        f"EXISTS (SELECT 1 AS one FROM {below['s']} AS s WHERE {tied})",
                        f"NOT EXISTS (SELECT 1 AS one FROM {below['s']} AS s WHERE {tied})",
                        f"a.case_id IN (SELECT s.case_id FROM {below['s']} AS s WHERE {tied})",
                        f"a.case_id NOT IN (SELECT s.case_id FROM {below['s']} AS s)",
                        f"(SELECT COUNT(*) AS n FROM {below['s']} AS s WHERE {tied}) > 1",
                    ]
                )
            )
        )
    carriers = [alias for alias in sources if sources[alias] != "calendar"]
    scope = f"{draw(st.sampled_from(carriers))}.case_id"
    tail = f" WHERE {' AND '.join(f'({part})' for part in where)}" if where else ""
    shape = draw(st.sampled_from(["plain", "group", "group2", "window", "distinct"]))
    other = f"{draw(st.sampled_from(carriers))}.case_id"
    if shape == "group":
        return f"SELECT {scope} AS case_id, 'x' AS subject_id, COUNT(*) AS n FROM {text}{tail} GROUP BY {scope}"
    if shape == "group2":
        extra = "" if other == scope else f", {other}"
        return f"SELECT {scope} AS case_id, 'x' AS subject_id, COUNT(*) AS n FROM {text}{tail} GROUP BY {scope}{extra}"
    if shape == "window":
        texts = [f"{alias}.{column}" for alias in sources for column in TEXTS[sources[alias]]]
        by = draw(st.sampled_from([scope, scope, other, "", *texts]))
        counted = f"COUNT(*) OVER ({f'PARTITION BY {by}' if by else ''})"
        return f"SELECT {scope} AS case_id, 'x' AS subject_id, {counted} AS n FROM {text}{tail}"
    head = "DISTINCT " if shape == "distinct" else ""
    return f"SELECT {head}{scope} AS case_id, 'x' AS subject_id, 1 AS n FROM {text}{tail}"


@settings(
    max_examples=4000 if SOAK else 60,
    deadline=None,
    derandomize=not SOAK,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(queries(), st.lists(worlds(), min_size=1, max_size=3))
def test_whatever_is_proven_holds(con, sql, drawn) -> None:
    plan = compile_indicator(indicator(sql, made=CATALOG), CATALOG, PACK)
    if plan.scope.proven:
        for world in drawn:
            assert _step(con, {"drawn": plan}, *world) == []


def _false_plan(query):
    """An unsafe query with the scope that a careless compiler would call proven."""
    plan = compile_indicator(indicator(query.sql, scope=query.scope, made=CATALOG), CATALOG, PACK)
    bases = [name for name, _ in plan.reads if name in MAKERS]
    restrict = tuple((name, query.scope) for name in bases)
    return replace(plan, scope=replace(plan.scope, proven=True, restrict=restrict))


@pytest.mark.parametrize(
    "name",
    [
        "window_whole",
        "window_other",
        "qualify_whole",
        "join_other_column",
        "cross_join",
        "join_inequality",
        "exists_uncorrelated",
        "exists_other_column",
        "scalar_uncorrelated",
        "cte_with_one_row",
    ],
)
def test_the_property_would_catch_a_false_proof(con, name) -> None:
    query = next(query for query in UNSAFE if query.id == name)
    false = {name: _false_plan(query)}
    case = {"matter_no": None, "accepted_on": DAY, "closed_on": None, "fee": 1, "office": "x"}
    event = {"activity": "accept", "seq": 1, "happened_on": DAY, "actor": "x"}
    cases = {n: {"case_no": f"N{n}", "case_id": n, **case, "accepted_on": DAYS[-n]} for n in (1, 2, 3)}
    events = {(n, "accept", n): {"case_no": f"N{n}", "case_id": n, **event, "seq": n} for n in (1, 2, 3)}
    before = {"cases": cases, "events": events, "receipts": {}, "matters": {}}
    caught = []
    for gone in (1, 2, 3):
        after = {**before, "cases": {n: row for n, row in cases.items() if n != gone}}
        caught += _step(con, false, before, after)
        after = {**before, "events": {key: row for key, row in events.items() if key[0] != gone}}
        caught += _step(con, false, before, after)
    assert set(caught) == {name}
