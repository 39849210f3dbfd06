"""The protocol between an engine and its evaluator: length-prefixed frames over two pipes.

A frame is one kind byte, eight bytes of length, and the payload: JSON, or one Arrow IPC stream. Nothing is ever
unpickled on either side, and the engine reads no frame larger than it allows.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO, Any

import orjson
import pyarrow as pa

from xiezhi.engine.run.jobs import DeriveStep, Job, Limits, Part, Query, Source, Touched, ViewStep

HEAD = struct.Struct(">cQ")
JSON, ARROW = b"J", b"A"


@dataclass(frozen=True)
class Request:
    """A job and what is wanted of it: ``run`` or ``describe``."""

    verb: str
    job: Job


def write_frame(stream: IO[bytes], kind: bytes, payload: bytes | pa.Buffer) -> None:
    """Write one frame and flush it."""
    stream.write(HEAD.pack(kind, len(payload)))
    stream.write(payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """Read one frame; None at the end of the stream."""
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    kind, length = HEAD.unpack(head)
    return kind, stream.read(length)


def arrow_bytes(batch: pa.RecordBatch | pa.Table) -> pa.Buffer:
    """Return one batch, or a whole table, as a complete IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write(batch)
    return sink.getvalue()


def read_arrow(payload: bytes | bytearray) -> pa.Table:
    """Return the table of one IPC stream, fully validated: the bytes are another process's word."""
    table = pa.ipc.open_stream(pa.py_buffer(payload)).read_all()
    table.validate(full=True)
    return table


def request_frames(verb: str, job: Job) -> list[tuple[bytes, bytes | pa.Buffer]]:
    """Return the frames of a request: its JSON, and the touched keys where it has some."""
    frames: list[tuple[bytes, bytes | pa.Buffer]] = [(JSON, orjson.dumps(_request_json(verb, job)))]
    if job.touched is not None:
        frames.append((ARROW, arrow_bytes(job.touched.keys)))
    return frames


def read_request(stream: IO[bytes]) -> Request | None:
    """Read the next request; None when the engine has gone."""
    frame = read_frame(stream)
    if frame is None:
        return None
    told = orjson.loads(frame[1])
    touched = None
    if told["restrict"] is not None:
        keys = read_frame(stream)
        if keys is None:
            return None
        restrict = tuple((name, tuple(columns)) for name, columns in told["restrict"])
        touched = Touched(keys=read_arrow(keys[1]), restrict=restrict)
    return Request(told["verb"], _job(told, touched))


def _request_json(verb: str, job: Job) -> dict[str, Any]:
    limits = job.limits
    return {
        "verb": verb,
        "sources": [[s.name, s.files, s.columns, s.clean, s.constants] for s in job.sources],
        "steps": [_step_json(step) for step in job.steps],
        "queries": [[query.id, query.sql] for query in job.queries],
        "restrict": None if job.touched is None else job.touched.restrict,
        "part": None if job.part is None else [job.part.number, job.part.of, job.part.restrict, job.part.bounds],
        "limits": [limits.memory_mb, limits.threads, limits.seconds, limits.rows],
    }


def _step_json(step: ViewStep | DeriveStep) -> list[Any]:
    if isinstance(step, ViewStep):
        return ["view", step.name, step.sql]
    return ["derive", step.name, step.derivation, step.inputs, _tagged(step.arguments)]


def _job(told: Mapping[str, Any], touched: Touched | None) -> Job:
    return Job(
        sources=tuple(
            Source(name=name, files=tuple(files), columns=_pairs(columns), clean=clean, constants=_pairs(constants))
            for name, files, columns, clean, constants in told["sources"]
        ),
        steps=tuple(_step(step) for step in told["steps"]),
        queries=tuple(Query(id=one, sql=sql) for one, sql in told["queries"]),
        touched=touched,
        part=None if told["part"] is None else _part(*told["part"]),
        limits=Limits(*told["limits"]),
    )


def _part(number: int, of: int, restrict: list[Any], bounds: list[int] | None) -> Part:
    low_high = None if bounds is None else (bounds[0], bounds[1])
    return Part(number, of, tuple((name, tuple(columns)) for name, columns in restrict), low_high)


def _step(told: list[Any]) -> ViewStep | DeriveStep:
    if told[0] == "view":
        return ViewStep(name=told[1], sql=told[2])
    return DeriveStep(name=told[1], derivation=told[2], inputs=_pairs(told[3]), arguments=_untagged(told[4]))


def _pairs(told: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in told)


def _tagged(value: object) -> object:
    """Write days and decimals so that they come back as what they were."""
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, Mapping):
        return {key: _tagged(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_tagged(item) for item in value]
    return value


def _untagged(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"$date"}:
            return date.fromisoformat(value["$date"])
        if value.keys() == {"$decimal"}:
            return Decimal(value["$decimal"])
        return {key: _untagged(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_untagged(item) for item in value]
    return value
