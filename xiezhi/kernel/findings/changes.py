"""What an evaluation changed, told to higher rooms inside its transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

Body: TypeAlias = dict[str, Any]  # a finding in the form of the contract
CauseOf: TypeAlias = Callable[[Body], tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Changes:
    """Findings before and after one evaluation, those that stayed as they were left out; trial ones too.

    Attributes:
        before: identity → finding that ended, or was replaced by one of ``after``.
        after: identity → finding that is new, or replaces one of ``before``.
        cause_of: why a finding of ``before`` ended: one of the five causes, and what shows it.
        stale: datasets whose feed is silent: nothing is over because they say nothing.
        reads: indicator → datasets that it reads.
    """

    field: str
    version: int
    as_of: date
    at: datetime
    before: Mapping[str, Body]
    after: Mapping[str, Body]
    cause_of: CauseOf
    stale: frozenset[str]
    reads: Mapping[str, frozenset[str]]


Listener: TypeAlias = Callable[[Changes], None]
_LISTENERS: list[Listener] = []


def on_changes(listener: Listener) -> None:
    """Let a higher room follow: it is called inside the transaction of each evaluation that changed something."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def tell(changes: Changes) -> None:
    """Tell the higher rooms."""
    for listener in _LISTENERS:
        listener(changes)
