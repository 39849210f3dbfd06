"""The engine's side of one evaluator: start it, ask it, wait for it no longer than allowed, end it.

Only the time spent waiting for the evaluator counts, so that a caller may take an hour over each answer. Past the
time the evaluator interrupts itself; where that does not help (a long multiplication holds no signal), it is killed.
"""

import contextlib
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import orjson
import pyarrow as pa

from xiezhi.engine.run import wire
from xiezhi.engine.run.errors import BY_NAME, Crashed, OutOfMemory, RunError, TimedOut
from xiezhi.engine.run.jobs import Job

GRACE = 1.0  # seconds between the evaluator's own interrupt and the kill
_START = 60.0
_JSON_MOST = 16 << 20
_CHUNK = 1 << 20
_PACKAGES = Path(__file__).resolve().parents[3]


class Process:
    """One evaluator. ``queries``: answered so far; ``spoiled``: it must not be used again."""

    def __init__(self, *, scratch: Path, scratch_mb: int) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=scratch, prefix="evaluator-"))
        self.queries = 0
        self.spoiled = False
        with (self.folder / "errors.txt").open("wb") as errors:
            self._child = subprocess.Popen(  # noqa: S603  our own interpreter and module
                [sys.executable, "-P", "-m", "xiezhi.engine.run.evaluator", str(self.folder), str(scratch_mb)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=self.folder,
                env={"PYTHONPATH": str(_PACKAGES), "LANG": "C.UTF-8", "TZ": "UTC"},
                start_new_session=True,
            )
        self._left = _START
        try:
            self.walled = bool(self._event(_JSON_MOST)["walled"])
        except RunError:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """The number of the evaluator's process."""
        return self._child.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._child.poll() is None

    def ask(self, verb: str, job: Job) -> Iterator[tuple[dict[str, Any], pa.Table | None]]:
        """Send a job; yield each event, with its rows where it ends a query.

        Raises:
            RunError: the failure that the evaluator told, or that it did not answer in time, or ended.
        """
        self._left = job.limits.seconds + GRACE
        self._send(verb, job)
        most = (job.limits.memory_mb << 20) + _JSON_MOST
        parts: list[pa.Table] = []
        size = 0
        while True:
            kind, payload = self._receive(most)
            if kind == wire.ARROW:
                size += len(payload)
                self._check_size(size, most)
                parts.append(self._table(payload))
                continue
            event = orjson.loads(payload)
            if "failed" in event:
                raise self._failure(event)
            if "done" in event:
                return
            if "end" in event:
                self.queries += 1
                yield event, pa.concat_tables(parts)
                parts, size = [], 0
            elif "types" in event:
                yield event, None

    def close(self) -> None:
        """End the process, whatever it is doing, and remove its folder."""
        self.spoiled = True
        self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _send(self, verb: str, job: Job) -> None:
        assert self._child.stdin is not None  # noqa: S101  it was opened as a pipe
        try:
            for kind, payload in wire.request_frames(verb, job):
                wire.write_frame(self._child.stdin, kind, payload)
        except OSError as error:
            raise self._crash() from error

    def _event(self, most: int) -> dict[str, Any]:
        kind, payload = self._receive(most)
        if kind != wire.JSON:
            raise self._crash()
        event: dict[str, Any] = orjson.loads(payload)
        return event

    def _receive(self, most: int) -> tuple[bytes, bytearray]:
        kind, length = wire.HEAD.unpack(self._read(wire.HEAD.size))
        if length > most:
            self.spoiled = True
            raise OutOfMemory(f"an answer of {length} bytes is more than the job may return")
        return kind, self._read(length)

    def _read(self, length: int) -> bytearray:
        """Read exactly ``length`` bytes within what is left of the time."""
        assert self._child.stdout is not None  # noqa: S101  it was opened as a pipe
        pipe = self._child.stdout.fileno()
        gathered = bytearray()
        while len(gathered) < length:
            started = monotonic()
            ready = select.select([pipe], [], [], max(self._left, 0.0))[0]
            self._left -= monotonic() - started
            if not ready:
                self.spoiled = True
                raise TimedOut("did not stop when its time was over, and was ended")
            chunk = os.read(pipe, min(_CHUNK, length - len(gathered)))
            if not chunk:
                raise self._crash()
            gathered += chunk
        return gathered

    def _table(self, payload: bytearray) -> pa.Table:
        try:
            return wire.read_arrow(payload)
        except pa.ArrowException as error:
            raise self._crash() from error

    def _check_size(self, size: int, most: int) -> None:
        if size > most:
            self.spoiled = True
            raise OutOfMemory(f"the result is larger than {most >> 20} MB")

    def _failure(self, event: dict[str, Any]) -> RunError:
        self.spoiled = True
        return BY_NAME.get(event["failed"], RunError).told(event["message"], event["step"])

    def _crash(self) -> Crashed:
        self.spoiled = True
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(timeout=GRACE)
        code = self._child.returncode
        how = "broke the protocol" if code is None else f"ended by signal {-code}" if code < 0 else f"ended with {code}"
        return Crashed(f"the evaluator {how}{self._last_words()}")

    def _last_words(self) -> str:
        errors = self.folder / "errors.txt"
        lines = errors.read_text(errors="replace")[-2000:].strip().splitlines() if errors.exists() else []
        return f": {lines[-1]}" if lines else ""
