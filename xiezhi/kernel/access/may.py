"""The one question: may this person do this to that? The answer is yes, or no with the reason and who may."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor


@dataclass(frozen=True)
class Allowed:
    """Yes. True in a condition."""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Refused:
    """No, why, and who may instead. False in a condition."""

    reason: Words

    def __bool__(self) -> bool:
        return False


Answer: TypeAlias = Allowed | Refused
Predicate: TypeAlias = Callable[[Actor, Any], Answer]
ALLOWED = Allowed()


class NotAllowed(XiezhiError):  # noqa: N818  named by what it says
    """An action was called by someone who may not."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason.en)
        self.refused = refused


_PREDICATES: dict[str, Predicate] = {}


def register(action: str, predicate: Predicate) -> None:
    """Make an action known by the predicate that decides it: one place, written once."""
    if action in _PREDICATES and _PREDICATES[action] is not predicate:
        raise XiezhiError(f"permission {action!r} is registered twice")
    _PREDICATES[action] = predicate


def may(actor: Actor, action: str, target: Any = None) -> Answer:
    """Answer whether the actor may do the action to the target.

    Raises:
        XiezhiError: when no room has registered the action.
    """
    predicate = _PREDICATES.get(action)
    if predicate is None:
        raise XiezhiError(f"permission {action!r} is unknown: register it in the room's permissions.py")
    return predicate(actor, target)


def require(actor: Actor, action: str, target: Any = None) -> None:
    """Raise where ``may`` refuses. Every action begins with it.

    Raises:
        NotAllowed: with the reason.
    """
    answer = may(actor, action, target)
    if isinstance(answer, Refused):
        raise NotAllowed(answer)


def actions() -> tuple[str, ...]:
    """Return the names of all actions that can be asked about."""
    return tuple(sorted(_PREDICATES))
