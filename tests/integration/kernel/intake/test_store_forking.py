"""Processes that are killed, and processes side by side, on one installation in a file."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SOAK = os.environ.get("XIEZHI_SOAK") == "1"
ROOT = Path(__file__).parents[4]


def run(folder: Path, *arguments: str) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if name != "XIEZHI_FACTS"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "tests.integration.kernel.intake.forking", *arguments],
        env=environment | {"XIEZHI_DATA": str(folder / "data")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=3000 if SOAK else 240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_kill_at_any_moment_loses_no_accepted_fact_and_doubles_none(tmp_path: Path) -> None:
    trials = 300 if SOAK else 6
    told = run(tmp_path, "killed", str(trials), "417")
    ends = told.pop("ends")
    assert sum(ends.values()) == trials + 1
    assert ends["killed"] > 0
    assert told == {
        "facts": True,
        "subjects": True,
        "numbers": True,
        "names": True,
        "files": True,
        "bytes": True,
        "entries": True,
        "versions": True,
        "open": 0,
        "scratch": 0,
    }


def test_importers_side_by_side_take_consecutive_versions_and_share_nothing(tmp_path: Path) -> None:
    importers, deliveries = (4, 20) if SOAK else (2, 3)
    told = run(tmp_path, "beside", str(importers), str(deliveries))
    count = importers * deliveries
    assert told == {
        "ends": [0] * (importers + 1),
        "versions": list(range(1, count + 1)),
        "batches": list(range(1, count + 1)),
        "states": ["accepted"],
        "departments": [f"第{deliveries - 1}批"],
        "rows": importers * 20,
        "numbers": list(range(1, importers * 20 + 1)),
        "files": list(range(1, count + 1)),
    }
