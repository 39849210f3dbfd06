"""What crosses the border comes back as what it was."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from xiezhi.engine.run import wire
from xiezhi.engine.run.jobs import DeriveStep, Job, Limits, Part, Query, Source, Touched, ViewStep

ARGUMENTS = {"from": date(2025, 1, 2), "share": Decimal("0.10"), "by": ["post"], "deep": {"n": 3, "no": None}}
JOB = Job(
    sources=(
        Source(
            "calendar",
            ("a.parquet", "b.parquet"),
            (("day", "DATE"), ("n", "BIGINT")),
            clean=False,
            constants=(("n", "7"),),
        ),
    ),
    steps=(ViewStep("v", "SELECT '办件'"), DeriveStep("d", "clock", (("cases", "v"),), ARGUMENTS)),
    queries=(Query("q", "SELECT 1"), Query("r", "SELECT 2")),
    limits=Limits(memory_mb=64, threads=1, seconds=2.5, rows=None),
)


def sent(verb: str, job: Job) -> io.BytesIO:
    stream = io.BytesIO()
    for kind, payload in wire.request_frames(verb, job):
        wire.write_frame(stream, kind, payload)
    stream.seek(0)
    return stream


@pytest.mark.parametrize("bounds", [None, (-3, 1 << 62)])
def test_a_part_comes_back_whole(bounds: tuple[int, int] | None) -> None:
    job = replace(JOB, part=Part(2, 5, (("calendar", ("n",)), ("other", ("a", "b"))), bounds))
    assert wire.read_request(sent("run", job)) == wire.Request("run", job)


def test_a_job_comes_back_whole() -> None:
    stream = sent("describe", JOB)
    assert wire.read_request(stream) == wire.Request("describe", JOB)
    assert wire.read_request(stream) is None


def test_touched_keys_travel_as_arrow() -> None:
    keys = pa.table({"case_id": [3, 1], "step": ["x", None]})
    touched = Touched(keys=keys, restrict=(("cases", ("id", "step")),))
    request = wire.read_request(sent("run", Job(sources=(), touched=touched)))
    assert request is not None
    assert request.job.touched is not None
    assert (request.job.touched.keys, request.job.touched.restrict) == (keys, touched.restrict)


def test_bytes_that_are_no_arrow_stream_are_an_error_and_not_a_table() -> None:
    whole = bytes(wire.arrow_bytes(pa.table({"n": [1, 2, 3]})))
    assert wire.read_arrow(whole).num_rows == 3
    with pytest.raises((pa.ArrowException, OSError)):
        wire.read_arrow(whole[: len(whole) // 2])


def test_text_that_is_not_utf8_is_found_by_validation() -> None:
    raw = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")])
    stream = bytes(wire.arrow_bytes(pa.table({"s": raw})))
    with pytest.raises(pa.ArrowInvalid):
        wire.read_arrow(stream)
