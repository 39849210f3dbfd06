"""What a failure inside the evaluator is called outside of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.run.errors import Crashed, OutOfMemory, Refused, RunError, TimedOut

_MEMORY = re.compile(
    r"bad_alloc|Out of Memory|failed to allocate|max_temp_directory_size|cannot allocate", re.IGNORECASE
)
_LONGEST = 2000


def failure_of(error: Exception, *, step: str = "") -> RunError:
    """Return the failure that stands for ``error``, at ``step``."""
    if isinstance(error, RunError):
        return error
    text = _shorten(str(error)) or type(error).__name__
    if isinstance(error, duckdb.InterruptException):
        return TimedOut("stopped when its time was over", step=step)
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError | pa.ArrowMemoryError) or _MEMORY.search(text):
        return OutOfMemory(text, step=step)
    if isinstance(error, duckdb.FatalException | duckdb.InternalException):
        return Crashed(text, step=step)
    if isinstance(error, duckdb.Error | XiezhiError):
        return Refused(text, step=step)
    return Crashed(f"{type(error).__name__}: {text}", step=step)


@contextmanager
def failing_at(step: str) -> Iterator[None]:
    """Name the step in whatever goes wrong inside."""
    try:
        yield
    except RunError as error:
        raise error.at(step) from error.__cause__
    except Exception as error:
        raise failure_of(error, step=step) from error


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
