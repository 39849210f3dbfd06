"""A bar for work that goes on step by step: how many, how quickly, and how long it will still take."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from xiezhi.engine.visible import visible

Told = Callable[[int, int, str], None]  # how many are done, of how many, what is being done now
_DOING = 48


class _Rate(TextColumn):
    """How many steps a second."""

    def render(self, task: Task) -> Text:
        """Return the rate, empty until one is known."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


@contextmanager
def step_bar(err: IO[str], what: str) -> Generator[Told]:
    """Give a callback that draws one bar; it is silent in a pipe."""
    if not err.isatty():
        yield _silent
        return
    console = Console(file=err, highlight=False, markup=False, emoji=False)
    columns = (BarColumn(), MofNCompleteColumn(), _Rate(""), TimeRemainingColumn(), TextColumn("{task.fields[doing]}"))
    bars = Progress(TextColumn("{task.description}"), *columns, console=console, transient=True)
    task = bars.add_task(what, total=None, doing="")

    def told(done: int, total: int, doing: str) -> None:
        bars.update(task, completed=done, total=total, doing=visible(doing, most=_DOING))

    with bars:
        yield told


def _silent(done: int, total: int, doing: str) -> None:
    del done, total, doing
