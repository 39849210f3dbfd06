"""What is not fed: told by its base column, or assumed as the page says."""

import pytest
from handmade import CASES, EVENTS, catalog, indicator, pack, rule

from xiezhi.engine.compile.compiler import compile_indicator
from xiezhi.engine.compile.missing import Missing, constants
from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.packs.model import Assumption
from xiezhi.engine.words import NOTHING

PACK = pack()
CATALOG = catalog(PACK)
ALL = {"cases": frozenset(CASES.columns), "events": frozenset(EVENTS.columns)}
JOINED = (
    "SELECT c.case_id, c.case_no AS subject_id, c.extension_days, v.first_on FROM cases AS c "
    "LEFT JOIN case_counts AS v ON v.case_id = c.case_id"
)


def fed(**less):
    return {name: columns - set(less.get(name, ())) for name, columns in ALL.items() if less.get(name) != "all"}


def compiled(sql, feeds, *, assumes=(), rules=()):
    tested = indicator(sql, made=CATALOG, assumes=tuple(assumes), rules=rules)
    return compile_indicator(tested, CATALOG, PACK, fed=feeds)


@pytest.mark.parametrize(
    ("sql", "feeds", "missing"),
    [
        (JOINED, fed(cases=["extension_days"]), ("cases.extension_days",)),
        (JOINED, fed(events=["happened_on"]), ("events.happened_on",)),
        (JOINED, fed(events=["case_no"]), ("events.case_no",)),  # the surrogate is of it
        (JOINED, fed(events="all"), ("events",)),
        (JOINED, fed(cases=["fee", "due_at"], events=["actor"]), ()),
        ("SELECT case_id, case_no AS subject_id, due_at_utc FROM cases", fed(cases=["due_at"]), ("cases.due_at",)),
        (
            "SELECT c.case_id, c.case_no AS subject_id FROM cases AS c LEFT JOIN case_counts USING (case_id)",
            fed(events=["happened_on"]),
            (),  # the view gives it, and nobody asks for it
        ),
        (
            "SELECT c.case_id, c.case_no AS subject_id FROM cases AS c WHERE EXISTS (SELECT 1 AS one FROM events AS e)",
            fed(events="all"),
            ("events",),
        ),
        (
            "SELECT c.case_id, c.case_no AS subject_id, tally FROM cases AS c JOIN tallied USING (case_id)",
            fed(events=["happened_on"]),
            ("events.happened_on",),
        ),
    ],
)
def test_missing_columns_are_told_as_the_datasets_have_them(sql, feeds, missing) -> None:
    found = compiled(sql, feeds)
    assert found == Missing(missing) if missing else isinstance(found, Compiled)


def test_missing_words() -> None:
    found = Missing(("cases.fee", "events"))
    assert found.words.en == "not run: column cases.fee, events missing"
    assert found.words.zh == "未运行：缺少列 cases.fee, events"


def test_the_catalogs_own_feeding_is_used() -> None:
    made = catalog(PACK, fed=fed(cases=["extension_days"]))
    assert compile_indicator(indicator(JOINED, made=made), made, PACK) == Missing(("cases.extension_days",))


def test_a_rule_does_not_ask_for_more_than_outputs() -> None:
    found = compiled(JOINED, fed(), rules=[rule(red="extension_days > 0")])
    assert isinstance(found, Compiled)
    assert found.assumed == ()


def test_an_assumption_takes_the_place_of_a_column() -> None:
    assumes = [Assumption("cases.extension_days", 0, NOTHING), Assumption("cases.fee", 1, NOTHING)]
    found = compiled(JOINED, fed(cases=["extension_days"]), assumes=assumes)
    assert isinstance(found, Compiled)
    assert found.assumed == ("cases.extension_days",)
    assert constants(PACK, (assumes[0],)) == {"cases": {"extension_days": "CAST(0 AS BIGINT)"}}


def test_an_assumption_takes_the_place_of_a_dataset() -> None:
    found = compiled(JOINED, fed(events="all"), assumes=[Assumption("events", None, NOTHING)])
    assert isinstance(found, Compiled)
    assert found.assumed == ("events",)
    assert constants(PACK, (Assumption("events", None, NOTHING),)) == {}


def test_an_assumed_dataset_does_not_excuse_a_column_of_a_fed_one() -> None:
    found = compiled(JOINED, fed(events=["happened_on"]), assumes=[Assumption("events", None, NOTHING)])
    assert found == Missing(("events.happened_on",))


def test_an_assumed_time_gives_both_of_its_columns() -> None:
    assumed = Assumption("cases.due_at", None, NOTHING)
    assert constants(PACK, (assumed,)) == {
        "cases": {"due_at": "CAST(NULL AS TIMESTAMP)", "due_at_utc": "CAST(NULL AS TIMESTAMP)"}
    }
