"""Who did something: an account, or the system itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Author:
    """``account`` is None for the system: the worker, a tick, the first start."""

    account: int | None
    name: str


SYSTEM = Author(None, "system")
