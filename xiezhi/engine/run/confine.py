"""The walls that the operating system puts around an evaluator. Set before DuckDB is imported; never lifted.

``resource`` limits hold everywhere. On Linux, Landlock also forbids writing outside the scratch folder, starting
programs, and TCP: it is what stops ``COPY … TO`` an allowed file, which DuckDB's own settings let through. Where the
kernel has no Landlock, file permissions and the gate on statements remain.
"""

import ctypes
import os
import resource
import struct
import sys
import threading
import time
from pathlib import Path

OPEN_FILES = 4096
HEADROOM_MB = 1024  # at least, and as much again as the job: arenas, Arrow, derivations; DuckDB does not count them
_MB = 1 << 20
_HELD = Path("/proc/self/statm")  # pages reserved by this process; Linux only

# linux/landlock.h; the numbers of the calls are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_NO_NEW_PRIVILEGES = 38
_EXECUTE = 1 << 0
_WRITES = sum(1 << bit for bit in (1, *range(4, 13)))  # write, remove and make files of every sort
_REFER, _TRUNCATE = 1 << 13, 1 << 14  # since ABI 2 and 3
_TCP = 0b11  # bind and connect, since ABI 4


def confine_files(scratch: Path) -> bool:
    """Forbid this process to write outside ``scratch``. Returns whether the kernel could do it."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    writes = _WRITES | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    words = [writes | _EXECUTE] + ([_TCP] if version >= 4 else [])
    rules = struct.pack(f"={len(words)}Q", *words)
    ruleset = libc.syscall(_CREATE_RULESET, rules, len(rules), 0)
    folder = os.open(scratch, os.O_PATH | os.O_CLOEXEC)
    try:
        beneath = struct.pack("=Qi", writes, folder)
        allowed = ruleset >= 0 and libc.syscall(_ADD_RULE, ruleset, 1, beneath, 0) == 0
        kept = allowed and libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
        return bool(kept and libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(folder)
        if ruleset >= 0:
            os.close(ruleset)


def limit_process(scratch_mb: int) -> None:
    """Limit the size of any one file, the number of open files, and dumps of memory."""
    _lower(resource.RLIMIT_FSIZE, scratch_mb * _MB)
    _lower(resource.RLIMIT_NOFILE, OPEN_FILES)
    _lower(resource.RLIMIT_CORE, 0)


def limit_job(memory_mb: int, processor_seconds: float) -> None:
    """Limit what one job may still reserve and compute, beyond what the process already holds and has spent."""
    held = int(_HELD.read_text().split()[0]) * resource.getpagesize() if _HELD.exists() else 0
    _hold(resource.RLIMIT_AS, held + (memory_mb + max(HEADROOM_MB, memory_mb)) * _MB)
    _hold(resource.RLIMIT_CPU, int(time.process_time() + processor_seconds) + 1)


def end_with_parent() -> None:
    """End this process soon after the one that started it: nobody would read its answers."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _lower(what: int, most: int) -> None:
    """Set a limit that this process cannot raise again."""
    most = _within(most, resource.getrlimit(what)[1])
    resource.setrlimit(what, (most, most))


def _hold(what: int, most: int) -> None:
    """Set a limit that the next job replaces by its own."""
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (_within(most, hard), hard))


def _within(most: int, hard: int) -> int:
    return most if hard == resource.RLIM_INFINITY else min(most, hard)
