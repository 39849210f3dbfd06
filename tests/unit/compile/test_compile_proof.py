"""The proof of scope on shapes made by hand: each of its checks by itself, safe beside unsafe."""

import pytest

from xiezhi.engine.compile.proof import prove
from xiezhi.engine.compile.values import Block, Derivation, Nested, Ref, Scan, Source, Union

NO_REFERENCES: frozenset[tuple[str, str]] = frozenset()


def scan(name: str, *columns: str, constant: bool = False, nullable: tuple[str, ...] = ()) -> Scan:
    return Scan(name, constant, frozenset(columns), frozenset(columns) - set(nullable))


def block(node, *columns: str, **more) -> Block:
    """Return a SELECT of plain columns over one source."""
    projections = {name: Ref(1, name) for name in columns}
    return Block((Source(1, node, "inner"),), (), projections, **more)


def proven(node, *columns: str, references=NO_REFERENCES):
    scope = prove(node, columns, references)
    return (dict(scope.restrict), scope.whole) if scope.proven else scope.reason.en


CASES, EVENTS = scan("cases", "case_id", "office"), scan("events", "case_id", "office")
DAYS = scan("calendar", "case_id", constant=True)
RESTRICTED = {"cases": ("case_id",)}


def test_a_scan() -> None:
    assert proven(CASES, "case_id") == (RESTRICTED, ())
    assert proven(scan("cases", "case_id", nullable=("case_id",)), "case_id") == "cases.case_id may be empty"
    assert proven(DAYS, "case_id") == "the scope is taken from calendar, which holds no facts"


def test_a_derivation_is_exact_in_every_input() -> None:
    assert proven(Derivation("d", ("case_id",), (CASES, DAYS)), "case_id") == (RESTRICTED, ())
    good, bad = block(EVENTS, "case_id"), block(EVENTS, "case_id", windows=(frozenset(),))
    assert proven(Derivation("d", ("case_id",), (CASES, good)), "case_id") == (
        {"cases": ("case_id",), "events": ("case_id",)},
        (),
    )
    assert proven(Derivation("d", ("case_id",), (CASES, bad)), "case_id") == "a window is not partitioned by case_id"
    assert proven(Derivation("d", ("case_id",), (DAYS,)), "case_id") == "the derived table d reads no facts"
    assert "not partitioned by office" in proven(Derivation("d", ("case_id",), (CASES,)), "office")


def test_a_union_gives_the_scope_in_each_branch() -> None:
    two = Union((CASES, EVENTS), (("case_id", "office"), ("case_id", "office")))
    assert proven(two, "case_id") == ({"cases": ("case_id",), "events": ("case_id",)}, ())
    assert proven(two, "seq") == "a UNION ALL does not give the scope columns"
    bad = block(EVENTS, "case_id", groups=frozenset())
    assert proven(Union((CASES, bad), (("case_id",), ("case_id",))), "case_id") == "a GROUP BY does not contain case_id"


def test_groups_and_windows_each_hold_the_scope() -> None:
    mine, other = frozenset({Ref(1, "case_id")}), frozenset({Ref(1, "office")})
    assert proven(block(CASES, "case_id", groups=mine | other, windows=(mine, mine | other)), "case_id") == (
        RESTRICTED,
        (),
    )
    assert proven(block(CASES, "case_id", groups=frozenset()), "case_id") == "a GROUP BY does not contain case_id"
    assert proven(block(CASES, "case_id", groups=other), "case_id") == "a GROUP BY does not contain case_id"
    for windows in ((other, mine), (mine, other)):
        said = proven(block(CASES, "case_id", windows=windows), "case_id")
        assert said == "a window is not partitioned by case_id"


def joined(links, *, join="left", equalities=()) -> Block:
    """Return cases, a second inner source tied to them, and a third that is joined by ``links``."""
    sources = (Source(1, CASES, "inner"), Source(2, EVENTS, "inner"), Source(3, scan("notes", "case_id"), join, links))
    tied = ((Ref(2, "case_id"), Ref(1, "case_id")), *equalities)
    return Block(sources, tied, {"case_id": Ref(1, "case_id")})


@pytest.mark.parametrize("other", [1, 2])
@pytest.mark.parametrize("turned", [False, True])
def test_an_outer_join_is_linked_to_anything_tied_whichever_side_is_written_first(other, turned) -> None:
    link = (Ref(3, "case_id"), Ref(other, "case_id"))
    assert proven(joined((link[::-1] if turned else link,)), "case_id") == (
        {"cases": ("case_id",), "events": ("case_id",), "notes": ("case_id",)},
        (),
    )


@pytest.mark.parametrize(
    "links",
    [
        (),
        ((Ref(3, "case_id"), Ref(2, "office")),),  # another column of a tied source is not tied
        ((Ref(2, "case_id"), Ref(1, "case_id")),),  # a link between the others says nothing of the third
        ((Ref(3, "case_id"), Ref(9, "case_id")),),  # nor does one to a source outside
    ],
)
def test_an_outer_join_that_is_not_linked(links) -> None:
    assert proven(joined(links), "case_id") == "notes is not joined on the scope"


def test_an_equality_in_where_does_not_tie_an_outer_join() -> None:
    where = ((Ref(3, "case_id"), Ref(1, "case_id")),)
    assert proven(joined((), equalities=where), "case_id") == "notes is not joined on the scope"


def test_a_chain_of_outer_joins_hangs_on_its_own_links() -> None:
    sources = (
        Source(1, CASES, "inner"),
        Source(2, EVENTS, "left", ((Ref(2, "case_id"), Ref(1, "case_id")),)),
        Source(3, scan("notes", "case_id"), "left", ((Ref(3, "case_id"), Ref(2, "case_id")),)),
    )
    assert proven(Block(sources, (), {"case_id": Ref(1, "case_id")}), "case_id") == (
        {"cases": ("case_id",), "events": ("case_id",), "notes": ("case_id",)},
        (),
    )
    broken = (sources[0], Source(2, DAYS, "left"), sources[2])
    assert proven(Block(broken, (), {"case_id": Ref(1, "case_id")}), "case_id") == "notes is not joined on the scope"


def test_columns_of_the_scope_are_not_exchanged_in_a_chain() -> None:
    pair = scan("pairs", "a", "b")

    def chain(second: tuple[str, str]) -> Block:
        first = ((Ref(2, "a"), Ref(1, "a")), (Ref(2, "b"), Ref(1, "b")))
        links = ((Ref(3, second[0]), Ref(2, "a")), (Ref(3, second[1]), Ref(2, "b")))
        sources = (Source(1, pair, "inner"), Source(2, pair, "left", first), Source(3, pair, "left", links))
        return Block(sources, (), {"a": Ref(1, "a"), "b": Ref(1, "b")})

    assert proven(chain(("a", "b")), "a", "b") == ({"pairs": ("a", "b")}, ())
    assert proven(chain(("b", "a")), "a", "b") == "pairs is read by different columns: a, b and b, a"


def test_inner_sources_are_tied_in_every_column_of_the_scope() -> None:
    both, one = (Ref(2, "office"), Ref(1, "office")), (Ref(2, "case_id"), Ref(1, "case_id"))
    sources = (Source(1, CASES, "inner"), Source(2, EVENTS, "inner"))
    projections = {name: Ref(1, name) for name in ("case_id", "office")}
    columns = ("case_id", "office")
    assert proven(Block(sources, (both, one), projections), *columns) == (
        {"cases": ("case_id", "office"), "events": ("case_id", "office")},
        (),
    )
    for half in (both, one):
        said = proven(Block(sources, (half,), projections), *columns)
        assert said == "events is not joined on the scope"


def test_a_full_join_is_not_proven_unless_nothing_in_it_is_fact() -> None:
    tied = ((Ref(1, "case_id"), Ref(2, "case_id")),)
    full = (Source(1, CASES, "inner"), Source(2, EVENTS, "full", tied))
    assert proven(Block(full, tied, {"case_id": Ref(1, "case_id")}), "case_id") == "a FULL JOIN cannot be proven"


def test_a_scope_of_constant_tables_alone_is_none() -> None:
    assert proven(block(DAYS, "case_id"), "case_id") == "no dataset is read by the scope"
    left = (Source(1, DAYS, "inner"), Source(2, CASES, "left", ((Ref(2, "case_id"), Ref(1, "case_id")),)))
    assert proven(Block(left, (), {"case_id": Ref(1, "case_id")}), "case_id") == "no dataset is read by the scope"


def test_a_dataset_by_reference_is_whole_and_not_by_scope_too() -> None:
    matters = scan("matters", "matter_no")
    references = frozenset({("cases", "matters")})
    sources = (Source(1, CASES, "inner"), Source(2, matters, "left"))
    whole = Block(sources, (), {"case_id": Ref(1, "case_id")})
    assert proven(whole, "case_id", references=references) == (RESTRICTED, ("matters",))
    assert proven(whole, "case_id") == "matters is not joined on the scope"
    turned = block(matters, "matter_no")
    both = Union((whole, turned), (("case_id",), ("matter_no",)))
    said = proven(both, "case_id", references=references)
    assert said == "matters is read both by scope and as a whole"


def test_one_dataset_is_read_by_one_set_of_columns() -> None:
    two = Union((CASES, CASES), (("case_id",), ("office",)))
    assert proven(two, "case_id") == "cases is read by different columns: case_id and office"
    assert proven(Union((CASES, CASES), (("case_id",), ("case_id",))), "case_id") == (RESTRICTED, ())


@pytest.mark.parametrize(
    ("left", "columns", "told"),
    [
        ((Ref(1, "case_id"),), ("case_id",), ({"cases": ("case_id",), "events": ("case_id",)}, ())),
        ((Ref(1, "office"), Ref(1, "case_id")), ("office", "case_id"), ({**RESTRICTED, "events": ("case_id",)}, ())),
        ((Ref(1, "office"),), ("case_id",), "events is not joined on the scope"),
        ((None,), ("case_id",), "events is not joined on the scope"),
        ((), ("case_id",), "events is not joined on the scope"),
    ],
)
def test_a_subquery_is_compared_with_the_scope(left, columns, told) -> None:
    inner = Block((Source(2, EVENTS, "inner"),), (), {name: Ref(2, name) for name in ("case_id", "office")})
    assert proven(block(CASES, "case_id", nested=(Nested(inner, columns, left),)), "case_id") == told


def test_a_subquery_of_two_branches_is_tied_in_each() -> None:
    def inner(*equalities):
        return Block((Source(2, EVENTS, "inner"),), equalities, {"case_id": Ref(2, "case_id")})

    tied = inner((Ref(2, "case_id"), Ref(1, "case_id")))
    names = (("case_id",), ("case_id",))
    good, bad = Union((tied, tied), names), Union((tied, inner()), names)
    assert proven(block(CASES, "case_id", nested=(Nested(good, ("case_id",)),)), "case_id") == (
        {"cases": ("case_id",), "events": ("case_id",)},
        (),
    )
    said = proven(block(CASES, "case_id", nested=(Nested(bad, ("case_id",)),)), "case_id")
    assert said == "events is not joined on the scope"
    bare = proven(block(CASES, "case_id", nested=(Nested(EVENTS, ("case_id",)),)), "case_id")
    assert bare == "a subquery is not tied to the scope"
