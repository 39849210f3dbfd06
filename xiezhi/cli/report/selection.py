"""Which findings are told in full, which take a row, and which are only counted, so that a page stays usable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xiezhi.cli.report.model import Finding

RANK = {"red": 0, "orange": 1, "notice": 2}


@dataclass(frozen=True)
class Most:
    """The most that a page holds. Shares of the totals go round the indicators evenly."""

    full_each: int = 60
    full_all: int = 240
    rows_all: int = 4_000
    evidence: int = 12
    organisations: int = 20


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings by level, then by how far over the limit, then by date and subject."""
    return sorted(findings, key=_order)


def shares(sizes: Sequence[int], *, each: int, total: int) -> list[int]:
    """Return how much of a total each size gets: small ones whole, the rest evenly, none more than ``each``.

    >>> shares([5, 500, 500], each=200, total=205)
    [5, 100, 100]
    """
    wanted = [min(size, each) for size in sizes]
    given = [0] * len(sizes)
    left = total
    waiting = sorted(range(len(sizes)), key=lambda n: wanted[n])
    for position, which in enumerate(waiting):
        given[which] = min(wanted[which], left // (len(waiting) - position))
        left -= given[which]
    return given


def _order(finding: Finding) -> tuple[Any, ...]:
    clock = finding.get("clock") or {}
    try:
        over = int(clock["used"]) - int(clock["limit"])
    except (KeyError, TypeError, ValueError):
        over = 0
    return (
        RANK.get(str(finding.get("level")), len(RANK)),
        -over,
        str(finding.get("legal_date") or ""),
        str(finding.get("subject_id") or ""),
        str(finding.get("rule") or ""),
        str(finding.get("digest") or ""),
    )
