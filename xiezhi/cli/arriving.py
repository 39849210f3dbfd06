"""Whether what is written arrives: a pipe that was closed early is no failure, a full disk is one."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from xiezhi.engine.errors import XiezhiError


class Unwritable(XiezhiError):  # noqa: N818  named by what it says
    """An output cannot be written: no such folder, no permission, no room."""


@contextmanager
def until_closed() -> Iterator[None]:
    """Write to stdout until its reader has had enough (``| head``); what comes after is dropped.

    Raises:
        Unwritable: stdout takes no more for another reason.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        forget_stdout()
    except OSError as error:
        raise unwritable("stdout", error) from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a failure to write a file into one line that names it."""
    try:
        yield
    except OSError as error:
        raise unwritable(str(path), error) from error


def unwritable(place: str, error: OSError) -> Unwritable:
    """Return the failure of a place, with what to do."""
    reason = error.strerror or str(error)
    return Unwritable(f"{place}: cannot be written: {reason} — name a place you may write to, with room in it")


def forget_stdout() -> None:
    """Let what is still buffered for stdout go nowhere, so that nothing complains at the end of the program."""
    with suppress(OSError, ValueError), Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
