"""Leases: who works on what. A lease lapses by itself, at once where its holder's process is seen to be dead.

A lease is a courtesy that keeps two from doing the same work; what must not happen twice is fenced again in the
transaction that makes it visible (`still_held`). Leases live in the time of the machines, not in that of the facts, so
this module reads the clock itself.
"""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from uuid import uuid4

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from xiezhi.engine.errors import XiezhiError
from xiezhi.kernel.intake.models import Lease

_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.25


class Busy(XiezhiError):  # noqa: N818  named by what it says
    """Somebody else holds the lease, and went on holding it for as long as one would wait."""


class LeaseLost(XiezhiError):  # noqa: N818  named by what it says
    """The lease lapsed while the work was done, and somebody else took it: nothing may be committed under it."""


@dataclass(frozen=True)
class Claim:
    """A lease that is held."""

    name: str
    holder: str


def claim(name: str, *, seconds: float) -> Claim | None:
    """Take a lease for so many seconds; None where a living holder has it."""
    mine = Claim(name, f"{_process()}:{uuid4().hex[:12]}")
    now = timezone.now()
    living = Lease.objects.filter(name=name, until__gt=now).first()
    if living is not None and _alive(living.holder):
        return None
    try:
        with transaction.atomic():
            held = Lease.objects.select_for_update().filter(name=name).first()
            if held is None:
                Lease.objects.create(name=name, holder=mine.holder, until=now + timedelta(seconds=seconds))
            elif held.until > now and _alive(held.holder):
                return None
            else:
                _take(mine, seconds)
    except IntegrityError:  # somebody made the same lease a moment before
        return None
    return mine


def release(held: Claim) -> None:
    """Give a lease back, if it is still held."""
    Lease.objects.filter(name=held.name, holder=held.holder).delete()


def still_held(held: Claim) -> None:
    """Make sure, inside the transaction that makes the work visible, that nobody else has taken over.

    Raises:
        LeaseLost: somebody has.
    """
    if not Lease.objects.select_for_update().filter(name=held.name, holder=held.holder).exists():
        raise LeaseLost(f"{held.name}: the lease lapsed before the work was done; it is done again")


@contextmanager
def held(name: str, *, seconds: float, patience: float) -> Iterator[Claim]:
    """Hold a lease while the block lasts, waiting for it at most ``patience`` seconds.

    Inside a transaction one does not wait, since the other could not finish while this one keeps the database: the
    lease is taken over, and the other finds out when it commits.

    Raises:
        Busy: it did not become free.
    """
    mine = _taken_over(name, seconds) if connection.in_atomic_block else _awaited(name, seconds, patience)
    try:
        yield mine
    finally:
        if not connection.needs_rollback:
            release(mine)


def _awaited(name: str, seconds: float, patience: float) -> Claim:
    over, pause = time.monotonic() + patience, _FIRST_PAUSE
    while True:
        mine = claim(name, seconds=seconds)
        if mine is not None:
            return mine
        if time.monotonic() > over:
            raise Busy(f"{name}: somebody else has been at it for {patience:.0f} s; try again later")
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _taken_over(name: str, seconds: float) -> Claim:
    mine = Claim(name, f"{_process()}:{uuid4().hex[:12]}")
    Lease.objects.update_or_create(
        name=name, defaults={"holder": mine.holder, "until": timezone.now() + timedelta(seconds=seconds)}
    )
    return mine


def _take(mine: Claim, seconds: float) -> None:
    Lease.objects.filter(name=mine.name).update(holder=mine.holder, until=timezone.now() + timedelta(seconds=seconds))


def _process() -> str:
    """Return this process as others can recognise it: machine, number, and when it began."""
    return f"{socket.gethostname()}:{os.getpid()}:{_began(os.getpid())}"


def _alive(holder: str) -> bool:
    """Whether the process of a holder may still live. One on another machine may."""
    parts = holder.split(":")
    if len(parts) < 4 or parts[0] != socket.gethostname() or not parts[1].isdigit() or not _has_proc():
        return True
    return _began(int(parts[1])) == parts[2]


@cache
def _has_proc() -> bool:
    return Path("/proc/self/stat").exists()


def _began(process: int) -> str:
    """Return the moment a process began, in ticks since the machine did; empty where there is no such process."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    fields = told.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]
