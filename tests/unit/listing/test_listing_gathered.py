"""Rows in memory answer as a list's queryset does."""

from dataclasses import dataclass

import pytest
from django.db.models import Q

from xiezhi.kernel.gathered import Gathered, meets


@dataclass(frozen=True)
class Thing:
    name: str
    size: int
    tags: tuple[str, ...] = ()


ROWS = (Thing("Alpha", 3, ("x", "y")), Thing("beta", 1), Thing("gamma", 3, ("y",)))


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (Q(), ["Alpha", "beta", "gamma"]),
        (~Q(), []),
        (Q(size=3), ["Alpha", "gamma"]),
        (~Q(size=3), ["beta"]),
        (Q(name__icontains="A") & Q(size__gte=3), ["Alpha", "gamma"]),
        (Q(size__lte=1) | Q(tags__contains="x"), ["Alpha", "beta"]),
        (Q(name__in=("beta", "delta")), ["beta"]),
        (Q(name__in=()), []),
        (~(Q(size=1) | Q(tags__contains="x")), ["gamma"]),
    ],
)
def test_conditions(condition: Q, names: list[str]) -> None:
    assert [row.name for row in Gathered(ROWS).filter(condition)[:9]] == names


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (("name",), ["Alpha", "beta", "gamma"]),
        (("-size", "name"), ["Alpha", "gamma", "beta"]),
        (("size", "-name", "pk"), ["beta", "gamma", "Alpha"]),
        (("pk",), ["Alpha", "beta", "gamma"]),
    ],
)
def test_order(order: tuple[str, ...], names: list[str]) -> None:
    assert [row.name for row in Gathered(ROWS).order_by(*order).iterator()] == names


def test_count_page_and_one() -> None:
    found = Gathered(ROWS)

    assert (found.count(), found[1].name, [row.name for row in found[1:3]]) == (3, "beta", ["beta", "gamma"])


def test_a_condition_that_is_not_known_is_an_error() -> None:
    with pytest.raises(KeyError):
        meets(ROWS[0], Q(name__regex="a"))
