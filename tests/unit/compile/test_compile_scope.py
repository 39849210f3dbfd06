"""The proof of scope over a fixed list of safe and unsafe queries."""

import pytest
from handmade import catalog, indicator, pack
from scope_queries import SAFE, UNSAFE

from xiezhi.engine.compile.compiler import compile_indicator

PACK = pack()
CATALOG = catalog(PACK)


def compiled(query):
    return compile_indicator(indicator(query.sql, scope=query.scope, made=CATALOG), CATALOG, PACK)


@pytest.mark.parametrize("query", SAFE, ids=lambda query: query.id)
def test_a_safe_query_is_proven(query) -> None:
    scope = compiled(query).scope
    assert (scope.proven, scope.reason.en) == (True, "")
    assert scope.columns == query.scope
    assert scope.restrict == tuple(sorted(query.restrict))
    assert scope.whole == query.whole


@pytest.mark.parametrize("query", UNSAFE, ids=lambda query: query.id)
def test_an_unsafe_query_is_not_proven(query) -> None:
    scope = compiled(query).scope
    assert (scope.proven, scope.restrict, scope.whole) == (False, (), ())
    assert query.reason in scope.reason.en
    assert scope.reason.zh


def test_there_are_enough_queries() -> None:
    assert len(SAFE) >= 40
    assert len(UNSAFE) >= 40
