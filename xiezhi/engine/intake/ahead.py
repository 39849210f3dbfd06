"""Reading one step ahead in a thread of its own, so that reading and typing share two processors."""

from collections.abc import Iterable, Iterator
from queue import Queue
from threading import Event, Thread
from typing import TypeVar

_T = TypeVar("_T")
_DEPTH = 1  # items that wait at most


def ahead(items: Iterable[_T]) -> Iterator[_T]:
    """Yield the items of an iterable that another thread draws; its exception is raised here."""
    waiting: Queue[tuple[bool, _T | BaseException | None]] = Queue(_DEPTH)
    stopped = Event()

    def draw() -> None:
        try:
            for item in items:
                waiting.put((True, item))
                if stopped.is_set():
                    return
            waiting.put((False, None))
        except BaseException as error:  # carried over to the thread that waits
            waiting.put((False, error))

    thread = Thread(target=draw, name="intake-reader", daemon=True)
    thread.start()
    try:
        while True:
            more, item = waiting.get()
            if not more:
                if isinstance(item, BaseException):
                    raise item
                return
            yield item  # type: ignore[misc]  # more: an item
    finally:
        stopped.set()
        while thread.is_alive():  # make room for what the thread still wants to hand over
            while not waiting.empty():
                waiting.get_nowait()
            thread.join(0.05)
