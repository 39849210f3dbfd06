"""Which indicators share a restricted job, and when touched scopes are enough."""

from datetime import date

import pyarrow as pa

from xiezhi.engine.compile.plan import Compiled, Lineage, Scope
from xiezhi.engine.run.scopes import group_by_scope, is_local, names_behind
from xiezhi.engine.words import NOTHING

BY_CASE = ("case_id",)


def plan(
    name: str, restrict: dict[str, tuple[str, ...]], whole: tuple[str, ...] = (), columns: tuple[str, ...] = BY_CASE
) -> Compiled:
    def text(day: date | None) -> str:
        return f"SELECT {name} {day}"

    return Compiled(
        indicator=name,
        outputs=columns,
        evidence=(),
        reads=tuple((dataset, ("x",)) for dataset in (*restrict, *whole)),
        names=(*restrict, *whole),
        scope=Scope(columns, bool(restrict), NOTHING, tuple(restrict.items()), whole),
        lineage=Lineage((), ()),
        uses_as_of=False,
        fingerprint="",
        parts=(),
        measure=text,
        evidence_sql=text,
        raw=text,
    )


LATE = plan("late", {"cases": BY_CASE, "events": BY_CASE}, whole=("calendar",))
FEES = plan("fees", {"cases": BY_CASE, "receipts": BY_CASE})
PEERS = plan("peers", {"events": BY_CASE}, whole=("cases",))
OFFICER = plan("officer", {"events": ("actor",)}, columns=("actor",))
ALL = plan("all", {}, whole=("cases",))


def test_indicators_that_bind_alike_are_put_together() -> None:
    groups = group_by_scope([LATE, FEES])
    assert [[one.indicator for one in group.plans] for group in groups] == [["late", "fees"]]
    assert groups[0].binds == {"cases": BY_CASE, "events": BY_CASE, "receipts": BY_CASE, "calendar": None}


def test_what_one_reads_whole_and_another_restricted_keeps_them_apart() -> None:
    groups = group_by_scope([LATE, PEERS, FEES, OFFICER, ALL])
    assert [[one.indicator for one in group.plans] for group in groups] == [
        ["late", "fees"],
        ["peers"],
        ["officer"],
        ["all"],
    ]


def test_only_datasets_that_carry_the_scope_are_restricted() -> None:
    keys = pa.table({"other": [9], "case_id": [1]})
    touched = group_by_scope([LATE])[0].touched(keys)
    assert touched is not None
    assert touched.restrict == (("cases", BY_CASE), ("events", BY_CASE))
    assert touched.keys.to_pydict() == {"case_id": [1]}
    assert group_by_scope([ALL])[0].touched(keys) is None


def test_a_change_in_what_is_read_whole_means_a_whole_run() -> None:
    assert is_local(LATE, {"events"})
    assert is_local(LATE, {"receipts"})  # which it does not read
    assert not is_local(LATE, {"events", "calendar"})
    assert is_local(PEERS, {"events"})
    assert not is_local(PEERS, {"cases"})
    assert not is_local(ALL, {"cases"})


def test_names_come_once_in_their_order() -> None:
    assert names_behind([LATE, FEES]) == ("cases", "events", "calendar", "receipts")
