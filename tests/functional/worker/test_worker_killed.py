"""A worker killed at any moment loses no finding, alert or entry, and doubles none."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.kernel.intake.delivering import write_csv

KILLS = 200 if os.environ.get("XIEZHI_SOAK") else 3
HEADS = ("case_no", "department", "accepted_at", "decided_at", "closed_at", "extension_days")
MAPPING = """
source = "hall"
[norm]
calendar = "CN"
indicators = ["decision_late"]
[cases.columns]
case_no = "case_no"
department = "department"
accepted_at = "accepted_at"
decided_at = "decided_at"
closed_at = "closed_at"
extension_days = "extension_days"
"""
CASES = 400


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make an installation with one delivery of late cases that nobody has evaluated."""
    (tmp_path / "hall.toml").write_text(MAPPING, encoding="utf-8")
    rows = [
        {"case_no": f"PS-{n}", "department": "市住建局", "accepted_at": "2020-01-02 09:00", "extension_days": "0"}
        for n in range(CASES)
    ]
    path = write_csv(tmp_path / "cases.csv", HEADS, rows)
    command("import", "approvals", str(path), "--map", str(tmp_path / "hall.toml"), home=tmp_path / "data")
    return tmp_path / "data"


def command(*words: str, home: Path) -> None:
    subprocess.run(  # noqa: S603  ourselves
        [sys.executable, "-m", "xiezhi.cli", *words], env=surroundings(home), check=True, capture_output=True
    )


def surroundings(home: Path) -> dict[str, str]:
    return {**os.environ, "XIEZHI_DATA": str(home), "XIEZHI_EVALUATOR_THREADS": "1"}


@contextmanager
def worker(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(
        [sys.executable, "-m", "xiezhi.cli", "worker", "--once"],
        env=surroundings(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "xiezhi.sqlite3") as connection:
        return connection.execute(sql).fetchall()


def test_nothing_is_lost_and_nothing_doubled(home: Path) -> None:
    chance = random.Random(20261124)  # noqa: S311  moments, no secrets
    with worker(home) as first:
        begun = time.monotonic()
        first.wait(timeout=120)
        whole = time.monotonic() - begun
    assert rows(home, "SELECT count(*) FROM alerts_alert") == [(CASES,)]
    for sql in ("alerts_move", "dispositions_deadline", "alerts_alert", "findings_finding", "findings_evaluation"):
        with sqlite3.connect(home / "xiezhi.sqlite3") as connection:
            connection.execute(f"DELETE FROM {sql}")
    entered = rows(home, "SELECT count(*) FROM ledger_entry")[0][0]
    assert isinstance(entered, int)
    for _ in range(KILLS):
        with worker(home) as killed:
            time.sleep(chance.uniform(0.3, 1.1) * whole)
            killed.send_signal(signal.SIGKILL)
        check(home, entered)
    with worker(home) as last:
        assert last.wait(timeout=120) == 0
    check(home, entered)
    assert rows(home, "SELECT count(*) FROM alerts_alert") == [(CASES,)]


def check(home: Path, entered: int) -> None:
    """Whatever moment it was: findings, alerts, moves, deadlines and entries are all there, or none is."""
    counts = {
        table: rows(home, f"SELECT count(*) FROM {table}")[0][0]
        for table in ("findings_finding", "alerts_alert", "alerts_move", "dispositions_deadline")
    }
    assert set(counts.values()) in ({0}, {CASES}), json.dumps(counts)
    told = rows(
        home,
        f"SELECT count(*), count(DISTINCT object_id) FROM ledger_entry WHERE kind = 'alert.raised' AND id > {entered}",
    )
    assert told == [(counts["alerts_alert"],) * 2]
    assert rows(home, "SELECT count(DISTINCT number) FROM alerts_alert") == [(counts["alerts_alert"],)]
