"""The evaluator's loop: one request, its answers, the next. Runs behind the walls of ``confine``."""

from pathlib import Path
from typing import IO

import orjson
import pyarrow as pa

from xiezhi.engine.run import confine, wire
from xiezhi.engine.run.answering import describe_query, stream_query
from xiezhi.engine.run.binding import bind_job
from xiezhi.engine.run.failing import failure_of
from xiezhi.engine.run.jobs import Limits
from xiezhi.engine.run.session import Database, Session


def serve(requests: IO[bytes], answers: IO[bytes], *, scratch: Path, scratch_mb: int, walled: bool) -> None:
    """Say ready, then answer requests until they end. ``walled``: whether the kernel forbids writing elsewhere."""
    pa.set_cpu_count(1)  # answers are written one batch after the other; a pool would only reserve memory
    _tell(answers, {"ready": True, "walled": walled})
    kept: Database | None = None
    while (request := wire.read_request(requests)) is not None:
        if kept is not None and not kept.serves(request.job):
            kept.close()
            kept = None
        try:
            confine.limit_job(*_most(request.job.limits))
            kept = kept or Database(request.job, scratch=scratch, scratch_mb=scratch_mb)
            _answer(request, answers, kept)
        except Exception as error:  # whatever a job does, its engine is told
            failure = failure_of(error)
            _tell(answers, {"failed": type(failure).__name__, "message": str(failure), "step": failure.step})
            return  # what a failed job left behind serves nobody
        _tell(answers, {"done": True})
        del request
    if kept is not None:
        kept.close()


def _most(limits: Limits) -> tuple[int, float]:
    """Return the memory in MB and the processor's seconds that a job may take."""
    return limits.memory_mb, limits.seconds * (limits.threads + 1) + 5


def _answer(request: wire.Request, answers: IO[bytes], database: Database) -> None:
    with database.session(request.job) as session:
        bind_job(session, request.job, empty=request.verb == "describe")
        for query in request.job.queries:
            if request.verb == "describe":
                _tell(answers, {"query": query.id, "types": describe_query(session, query)})
            else:
                _send_rows(session, request, query.id, query.sql, answers)


def _send_rows(session: Session, request: wire.Request, name: str, sql: str, answers: IO[bytes]) -> None:
    limits = request.job.limits
    _tell(answers, {"query": name})
    for batch in stream_query(session, name=name, sql=sql, limits=limits):
        wire.write_frame(answers, wire.ARROW, wire.arrow_bytes(batch))
    _tell(answers, {"end": name})


def _tell(answers: IO[bytes], event: dict[str, object]) -> None:
    wire.write_frame(answers, wire.JSON, orjson.dumps(event))
