"""Members beside their peers: against vectors worked out by hand, full enumeration, and plain implementations."""

import itertools
import os
import random
import statistics
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.engine.derivations import REGISTRY
from xiezhi.engine.derivations.derivation import BadInput
from xiezhi.engine.derivations.ranksum import p_millionths, q_millionths

SOAK = bool(os.environ.get("XIEZHI_SOAK"))
STATISTICS = REGISTRY["statistics"]
ARGUMENTS = {"group": ["matter"], "member": "officer", "value": "days", "direction": "low"}
ROW = st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(-9, 9))


def measure(rows, **changed):
    """Return the answer for rows of (matter, officer, days)."""
    table = pa.table(
        {
            "matter": pa.array([row[0] for row in rows], pa.string()),
            "officer": pa.array([row[1] for row in rows], pa.string()),
            "days": pa.array([row[2] for row in rows], pa.int64()),
        }
    )
    return STATISTICS.run({"rows": table}, pa.table({}), ARGUMENTS | changed).to_pylist()


def rounded(number, places):
    """Round half up, towards plus infinity."""
    number = Fraction(number) * 10**places + Fraction(1, 2)
    return Decimal(number.numerator // number.denominator).scaleb(-places)


def doubled_u(own, others):
    return sum(2 if a > b else 1 if a == b else 0 for a in own for b in others)


def enumerated(own, others, *, low):
    """Return the chance over every way of dealing out the values that the rank sum is this low (or high)."""
    pool, count = [*own, *others], len(own)
    seen = doubled_u(own, others)
    hits = total = 0
    for chosen in itertools.combinations(range(len(pool)), count):
        mine = [pool[i] for i in chosen]
        rest = [pool[i] for i in range(len(pool)) if i not in chosen]
        u = doubled_u(mine, rest)
        hits += u <= seen if low else u >= seen
        total += 1
    return Fraction(hits, total)


def approximated(own, others, *, low):
    """Return the textbook's normal approximation, with tie and continuity correction."""
    n, m = len(own), len(others)
    pool = [*own, *others]
    ties = sum(t**3 - t for t in (pool.count(value) for value in set(pool)))
    variance = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)))
    if variance == 0:
        return 1.0
    away = doubled_u(own, others) / 2 - n * m / 2
    return statistics.NormalDist().cdf(((away if low else -away) + 0.5) / variance**0.5)


MEN, WOMEN = [19, 22, 16, 29, 24], [20, 11, 17, 12]  # ages at diagnosis of a textbook: U = 17 of 20, p = 1/18 one-sided


def test_a_textbook_example_counted_out() -> None:
    rows = [("a", "men", value) for value in MEN] + [("a", "women", value) for value in WOMEN]
    assert measure(rows, direction="high") == [
        {
            "matter": "a",
            "officer": "men",
            "n": 5,
            "others": 4,
            "member_median": Decimal("22.0"),
            "others_median": Decimal("14.5"),
            "winsorised_mean": Decimal("22.000"),
            "p": Decimal("0.055556"),
            "q": Decimal("0.111112"),
        },
        {
            "matter": "a",
            "officer": "women",
            "n": 4,
            "others": 5,
            "member_median": Decimal("14.5"),
            "others_median": Decimal("22.0"),
            "winsorised_mean": Decimal("15.000"),
            "p": Decimal("0.968254"),  # 122 of 126
            "q": Decimal("0.968254"),
        },
    ]


def test_the_same_with_a_tie_is_approximated() -> None:
    rows = [("a", "men", value) for value in [*MEN[:4], 20]] + [("a", "women", value) for value in WOMEN]
    found = measure(rows, direction="high")
    # U = 16.5 of 20, variance 20/12 × (10 - 6/72) = 16.5278: z = (6.5 - 0.5) / 4.0654 = 1.4759
    assert found[0]["p"] == Decimal("0.069991")


@pytest.mark.parametrize("low", [True, False])
@given(data=st.data())
@settings(max_examples=300 if SOAK else 40, deadline=None)
def test_equals_full_enumeration_without_ties(low, data) -> None:
    pool = data.draw(st.lists(st.integers(-50, 50), min_size=2, max_size=9, unique=True))
    count = data.draw(st.integers(1, len(pool) - 1))
    own, others = pool[:count], pool[count:]
    found = p_millionths(own=count, others=len(others), doubled_u=doubled_u(own, others), ties=0, low=low)
    assert Decimal(found).scaleb(-6) == rounded(enumerated(own, others, low=low), 6)


def test_the_exact_distribution_at_its_edges() -> None:
    assert p_millionths(own=3, others=3, doubled_u=0, ties=0, low=True) == 50_000  # one of the twenty ways
    assert p_millionths(own=3, others=3, doubled_u=18, ties=0, low=True) == 1_000_000
    low = p_millionths(own=20, others=20, doubled_u=2 * 150, ties=0, low=True)
    assert low + p_millionths(own=20, others=20, doubled_u=2 * 151, ties=0, low=False) == 1_000_000
    z = (150 - 200 + 0.5) / (20 * 20 / 12 * 41) ** 0.5
    assert abs(low / 1_000_000 - statistics.NormalDist().cdf(z)) < 0.002  # the approximation is one


@given(rows=st.lists(ROW, max_size=40), low=st.booleans())
@settings(max_examples=3000 if SOAK else 150, deadline=None)
def test_equals_a_plain_implementation(rows, low) -> None:
    expected = []
    for matter in sorted({row[0] for row in rows}):
        peers = [row for row in rows if row[0] == matter]
        measured = []
        for officer in sorted({row[1] for row in peers}):
            own = sorted(row[2] for row in peers if row[1] == officer)
            others = sorted(row[2] for row in peers if row[1] != officer)
            measured.append((officer, own, others, plain_p(own, others, low=low)))
        tested = sorted(p for *_, p in measured if p is not None)
        for officer, own, others, p in measured:
            k = len(own) // 10
            held = [min(max(value, own[k]), own[len(own) - 1 - k]) for value in own]
            expected.append(
                {
                    "matter": matter,
                    "officer": officer,
                    "n": len(own),
                    "others": len(others),
                    "member_median": rounded(Fraction(statistics.median(own)), 1),
                    "others_median": rounded(Fraction(statistics.median(others)), 1) if others else None,
                    "winsorised_mean": rounded(Fraction(sum(held), len(held)), 3),
                    "p": p,
                    "q": None if p is None else plain_q(p, tested),
                }
            )
    assert measure(rows, direction="low" if low else "high") == expected


def plain_p(own, others, *, low):
    if not others:
        return None
    if len(set(own + others)) == len(own + others) and len(own) * len(others) <= 400:
        return rounded(enumerated(own, others, low=low), 6)
    return Decimal(approximated(own, others, low=low)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def plain_q(p, tested):
    """Return the least of p × tests / rank over the tests with a p as high or higher."""
    rates = [
        Fraction(other) * len(tested) / (len(tested) - tested[::-1].index(other)) for other in tested if other >= p
    ]
    return rounded(min(Fraction(1), *rates), 6)


def test_benjamini_and_hochberg_by_hand() -> None:
    p = np.array([10_000, 40_000, 30_000, 900_000, 5_000])
    found = q_millionths(p, np.array([0, 0, 0, 0, 1]))
    assert found.tolist() == [40_000, 53_333, 53_333, 900_000, 5_000]


def test_the_order_of_rows_changes_nothing() -> None:
    draw = random.Random(11)  # noqa: S311  not a secret
    rows = [(draw.choice("abc"), draw.choice("wxyz"), draw.randrange(30)) for _ in range(400)]
    expected = measure(rows)
    for _ in range(5):
        draw.shuffle(rows)
        assert measure(rows) == expected


def test_rows_without_member_or_value_are_left_out_and_null_is_a_group() -> None:
    rows = [(None, "x", 1), (None, "y", 2), ("a", None, 1), ("a", "x", None), ("a", "x", 5)]
    found = [
        (row["matter"], row["officer"], row["n"], row["others"], row["p"], row["others_median"])
        for row in measure(rows)
    ]
    assert found == [
        (None, "x", 1, 1, Decimal("0.500000"), Decimal("2.0")),
        (None, "y", 1, 1, Decimal("1.000000"), Decimal("1.0")),
        ("a", "x", 1, 0, None, None),
    ]


def test_nothing_in_nothing_out() -> None:
    assert measure([]) == []
    assert measure([("a", "x", None)]) == []


def test_all_values_alike_are_no_evidence() -> None:
    rows = [("a", officer, 3) for officer in "xxxyyyy"]
    assert [(row["p"], row["q"]) for row in measure(rows)] == [(Decimal("1.000000"), Decimal("1.000000"))] * 2


def test_large_values_keep_every_digit() -> None:
    top = 10**15 - 1
    rows = [("a", "x", top), ("a", "x", top - 1), ("a", "y", -top)]
    found = measure(rows)
    assert [row["member_median"] for row in found] == [Decimal("999999999999998.5"), Decimal("-999999999999999.0")]
    assert [row["winsorised_mean"] for row in found] == [
        Decimal("999999999999998.500"),
        Decimal("-999999999999999.000"),
    ]
    with pytest.raises(BadInput, match=r"days has values beyond 10\^15"):
        measure([("a", "x", 10**15)])


def test_a_group_of_many_rows_overflows_nothing() -> None:
    own, others = [500_000, 500_000, 500_000], [499_000, 500_000, 501_000]  # rows with value 0, 1 and 2
    table = pa.table(
        {
            "matter": pa.array(np.zeros(3_000_000, dtype=np.int64)),
            "officer": pa.array(np.repeat([1, 2], 1_500_000)),
            "days": pa.array(np.repeat([0, 1, 2, 0, 1, 2], [*own, *others])),
        }
    )
    found = STATISTICS.run({"rows": table}, pa.table({}), ARGUMENTS).to_pylist()
    n, total = 1_500_000, 3_000_000
    below = [0, others[0], others[0] + others[1]]
    u = sum(a * (2 * b + c) for a, b, c in zip(own, below, others, strict=True)) / 2
    ties = sum((a + b) ** 3 - (a + b) for a, b in zip(own, others, strict=True))
    variance = n * n / 12 * (total + 1 - ties / (total * (total - 1)))
    expected = statistics.NormalDist().cdf((u - n * n / 2 + 0.5) / variance**0.5)
    assert [row["p"] for row in found] == [rounded(Fraction(p), 6) for p in (expected, 1 - expected)]
    assert 0.01 < expected < 0.1


SCHEMA = {"matter": "VARCHAR", "officer": "BIGINT", "days": "BIGINT"}


def test_output() -> None:
    assert STATISTICS.output({"rows": SCHEMA}, ARGUMENTS) == {
        "matter": "VARCHAR",
        "officer": "BIGINT",
        "n": "BIGINT",
        "others": "BIGINT",
        "member_median": "DECIMAL(18,1)",
        "others_median": "DECIMAL(18,1)",
        "winsorised_mean": "DECIMAL(18,3)",
        "p": "DECIMAL(9,6)",
        "q": "DECIMAL(9,6)",
    }
    assert STATISTICS.partition(ARGUMENTS) == ("matter",)


@pytest.mark.parametrize(
    ("schema", "changed", "message"),
    [
        (SCHEMA, {"group": []}, 'statistics: the argument group is []; write group = ["matter_no"]'),
        (SCHEMA, {"member": None}, "statistics: the argument member is None; name one column"),
        (SCHEMA, {"direction": "down"}, "statistics: direction is 'down'; write low or high"),
        (SCHEMA, {"least": 5}, "statistics: unknown arguments least; there are group, member, value and direction"),
        ({"matter": "VARCHAR"}, {}, "statistics: the input rows lacks officer, days; add to its SELECT"),
        (SCHEMA | {"days": "DECIMAL(9,2)"}, {}, "statistics: in the input rows, days is DECIMAL(9,2), write CAST(days"),
        (SCHEMA | {"n": "BIGINT"}, {"group": ["n"]}, "statistics: the column n would stand twice in the output"),
        (SCHEMA, {"group": ["officer"]}, "statistics: the column officer would stand twice in the output"),
    ],
)
def test_refusals(schema, changed, message) -> None:
    with pytest.raises(BadInput) as caught:
        STATISTICS.output({"rows": schema}, ARGUMENTS | changed)
    assert str(caught.value).startswith(message)
