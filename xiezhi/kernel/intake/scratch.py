"""Room for work under way, inside the data folder; what a killed process left there is swept out."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

_MARK = "arriving-"


def scratch_folder() -> Path:
    """Return the folder, made if need be, which nobody else may read."""
    folder = Path(settings.DATA) / "scratch"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def arriving() -> Iterator[Path]:
    """Give a folder for one delivery, removed when the block ends."""
    prefix = f"{_MARK}{os.getpid()}-"
    with tempfile.TemporaryDirectory(dir=scratch_folder(), prefix=prefix, ignore_cleanup_errors=True) as name:
        yield Path(name)


def sweep() -> int:
    """Remove the folders of processes that are no more; return how many."""
    swept = 0
    for folder in scratch_folder().glob(f"{_MARK}*"):
        process = folder.name.removeprefix(_MARK).partition("-")[0]
        if process.isdigit() and not _lives(int(process)):
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    return swept


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
