"""No file makes intake take more memory than it was given: neither many rows nor one row without end."""

import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

PROBE = Path(__file__).with_name("memory_probe.py")
SOAK = bool(os.environ.get("XIEZHI_SOAK"))
MB = 1 << 20
LONG = (10_000 if SOAK else 50) * MB
HEADING = b"case_no,activity,happened_at,actor,fee,ended_on\n"
GOOD = b"A1,x,2020-01-01,,1.50,\n"
Probe = Callable[[str, Iterator[bytes]], dict[str, Any]]


@pytest.fixture
def probe(tmp_path: Path) -> Probe:
    def run(name: str, content: Iterator[bytes]) -> dict[str, Any]:
        path = tmp_path / name
        pack = zlib.compressobj(wbits=31)
        with path.open("wb") as file:
            for piece in content:
                file.write(pack.compress(piece) if name.endswith(".gz") else piece)
            if name.endswith(".gz"):
                file.write(pack.flush())
        done = subprocess.run(  # noqa: S603  our own script
            [sys.executable, str(PROBE), str(path), str(tmp_path / "out")], capture_output=True, check=True, text=True
        )
        told: dict[str, Any] = json.loads(done.stdout)
        assert told["peak_mb"] <= 400, told
        return told

    return run


def repeated(piece: bytes, size: int) -> Iterator[bytes]:
    block = piece * (MB // len(piece))
    for _ in range(size // MB):
        yield block


def between(before: bytes, middle: Iterator[bytes], after: bytes) -> Iterator[bytes]:
    yield before
    yield from middle
    yield after


def test_one_csv_line_without_end(probe: Probe) -> None:
    told = probe("case_events.csv.gz", between(HEADING + GOOD + b"A2,", repeated(b"x", LONG), b"\n" + GOOD))
    assert (told["accepted"], told["reasons"]) == (2, [[3, "too_long", told["reasons"][0][2]]])


def test_one_quoted_field_without_end(probe: Probe) -> None:
    told = probe("case_events.csv.gz", between(HEADING + GOOD + b'A2,"', repeated(b"x,\n", LONG), b'",,,,\n' + GOOD))
    assert (told["accepted"], [reason[:2] for reason in told["reasons"]]) == (2, [[3, "too_long"]])


def test_one_json_line_without_end(probe: Probe) -> None:
    good = b'{"case_no":"A1","activity":"x","happened_at":"2020-01-01"}\n'
    told = probe("case_events.jsonl.gz", between(good + b'{"case_no":"', repeated(b"x", LONG), b'"}\n' + good))
    assert (told["accepted"], [reason[:2] for reason in told["reasons"]]) == (2, [[2, "too_long"]])


@pytest.mark.parametrize(
    "opening", [b'<log><trace><string key="concept:name" value="', b'<log><!-- --><trace><string key="a" value="']
)
def test_one_xes_attribute_without_end(probe: Probe, opening: bytes) -> None:
    told = probe("case_events.xes.gz", between(opening, repeated(b"x", LONG), b'"/></trace></log>'))
    assert "a tag is longer than 1 MiB" in told["refused"]


def test_one_xes_text_without_end(probe: Probe) -> None:
    told = probe("case_events.xes.gz", between(b"<log>", repeated(b"x", LONG), b"</log>"))
    assert "holds no trace" in told["refused"]


@pytest.mark.parametrize("piece", [b"\n", b",", b"a\n", b'"\n'])
def test_chunks_of_nothing_but_marks(probe: Probe, piece: bytes) -> None:
    told = probe("case_events.csv.gz", between(HEADING, repeated(piece, 5 * MB), b"\n"))
    assert told["accepted"] == 0


def test_many_rows(probe: Probe) -> None:
    def rows() -> Iterator[bytes]:
        yield HEADING
        for n in range(0, 8_000_000 if SOAK else 300_000, 1000):
            yield b"".join(
                b"2020-%07d,activity %d,2020-01-%02dT10:00:00+08:00,officer %d,%d.50,2020-02-01\n"
                % (m // 6, m % 27, m % 28 + 1, m % 50, m % 1000)
                for m in range(n, n + 1000)
            )

    told = probe("case_events.csv", rows())
    assert (told["accepted"], told["quarantined"]) == (8_000_000 if SOAK else 300_000, {})


def test_many_rows_of_scattered_cases(probe: Probe, tmp_path: Path) -> None:
    rows = 8_000_000 if SOAK else 400_000
    cases = rows // 8

    def scattered() -> Iterator[bytes]:
        yield HEADING
        for n in range(0, rows, 1000):
            yield b"".join(
                b"2020-%07d,activity %d,2020-01-%02dT10:00:00+08:00,officer %d,%d.50,2020-02-01\n"
                % (m * 7919 % cases, m // cases, m % 28 + 1, m % 50, m % 1000)
                for m in range(n, n + 1000)
            )

    told = probe("case_events.csv", scattered())
    assert (told["accepted"], told["quarantined"]) == (rows, {})
    stored = f"read_parquet('{tmp_path / 'out' / 'case_events.parquet'}', file_row_number = true)"
    with duckdb.connect(config={"threads": 1, "memory_limit": "1GB", "temp_directory": str(tmp_path)}) as connection:
        found = connection.sql(
            "SELECT count(*) FILTER (place <= before), count(DISTINCT place.case_id), min(place.case_id),"
            f" max(place.case_id), count(*) FILTER (place._row <= {cases} AND place.case_id <> place._row),"
            " count(DISTINCT place._row), max(place._row)"
            " FROM (SELECT place, lag(place) OVER (ORDER BY file_row_number) AS before"
            f" FROM (SELECT {{case_id: case_id, _row: _row}} AS place, file_row_number FROM {stored}))"
        ).fetchall()
    assert found == [(0, cases, 1, cases, 0, rows, rows)]  # clustered by case, numbered by first appearance
