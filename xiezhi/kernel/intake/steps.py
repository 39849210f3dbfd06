"""What a worker does for this room, again and again; each step is idempotent."""

from collections.abc import Callable
from datetime import datetime

from xiezhi.kernel.intake import compaction, feeds, leases, orphans, tail

Act = Callable[[datetime], int]

_COMPACTION_SECONDS, _ORPHANS_SECONDS, _FEEDS_SECONDS = 30.0, 600.0, 60.0


def first_steps() -> tuple[tuple[str, Act], ...]:
    """Return the steps before evaluation: what was typed becomes facts, feeds are judged."""
    return (("tail", tail.flush), ("feeds", _seldom("feeds", _watch, _FEEDS_SECONDS)))


def last_steps() -> tuple[tuple[str, Act], ...]:
    """Return the steps after everything else: upkeep of the store."""
    return (
        ("compaction", _seldom("compaction", compaction.compact_due, _COMPACTION_SECONDS)),
        ("orphans", _seldom("orphans", orphans.remove_orphans, _ORPHANS_SECONDS)),
    )


def _seldom(name: str, act: Act, seconds: float) -> Act:
    """Let an act be done once in so many seconds, by whichever worker comes first: a lease that is left to lapse."""

    def step(at: datetime) -> int:
        return 0 if leases.claim(f"round:{name}", seconds=seconds) is None else act(at)

    return step


def _watch(at: datetime) -> int:
    return len(feeds.watch(at))
