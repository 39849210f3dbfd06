"""Which views are kept as tables."""

import pytest

from xiezhi.engine.run.jobs import DeriveStep, Job, Query, ViewStep
from xiezhi.engine.run.reuse import kept_views

GROUPED = ViewStep("ends", "SELECT id, max(t) AS m FROM events\nGROUP  BY id")
PLAIN = ViewStep("ends", "SELECT id, t AS over_time FROM events WHERE t > 1")
ONCE, TWICE = (
    (Query("a", "SELECT id FROM ends"),),
    (Query("a", "SELECT id FROM ends"), Query("b", "SELECT m FROM Ends")),
)
NEAR = (Query("a", "SELECT id FROM ends"), Query("b", "SELECT id FROM weekends"), Query("c", "SELECT ends_at FROM x"))
OVER_IT = ViewStep("late", "SELECT id FROM ends WHERE m > 3")
ON_LATE = (Query("a", "SELECT id FROM late"), Query("b", "SELECT id FROM late WHERE id > 1"))
DERIVED = DeriveStep("clocks", "clock", (("cases", "ends"),))


@pytest.mark.parametrize(
    ("steps", "queries", "kept"),
    [
        ((GROUPED,), ONCE, set()),
        ((GROUPED,), TWICE, {"ends"}),
        ((PLAIN,), TWICE, set()),
        ((GROUPED,), NEAR, set()),
        ((GROUPED, OVER_IT), ON_LATE, {"ends"}),
        ((GROUPED, OVER_IT), ON_LATE[:1], set()),
        ((GROUPED, DERIVED), ONCE, {"ends"}),
        ((GROUPED, DERIVED), (), set()),
    ],
)
def test_a_view_that_works_and_is_read_twice_is_kept(
    steps: tuple[ViewStep | DeriveStep, ...], queries: tuple[Query, ...], kept: set[str]
) -> None:
    assert kept_views(Job(sources=(), steps=steps, queries=queries)) == kept
