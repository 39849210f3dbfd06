"""A measurement in a process of its own: how long it took by its own clock, and the most memory its tree held.

``python -m benchmarks.cell MODULE FUNCTION JSON`` runs one; ``measure`` starts it and watches.
"""

import importlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_POLL = 0.02  # seconds
CHECKOUT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Reading:
    """What came of a cell: its own figures, and the most MB that it and its children held at one look."""

    figures: dict[str, Any]
    peak_mb: float

    @property
    def seconds(self) -> float:
        """The time that the cell itself took for what is measured."""
        return float(self.figures["seconds"])


def measure(module: str, function: str, *, python: str = sys.executable, **arguments: Any) -> Reading:
    """Run ``benchmarks.<module>.<function>(**arguments)`` in a fresh process.

    Shared pages count once for each process that maps them, so the peak is an upper bound.

    Raises:
        RuntimeError: the cell failed; carries what it wrote.
    """
    command = [python, "-m", "benchmarks.cell", f"benchmarks.{module}", function, json.dumps(arguments)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, _tree_kb(process.pid))
            time.sleep(_POLL)
        out, err = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{module}.{function} failed:\n{err[-4000:]}")
    return Reading(json.loads(out.splitlines()[-1]), peak / 1024)


def _tree_kb(root: int) -> int:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue  # it ended while we looked
    wanted, found = {root}, 0
    for pid in sorted(parents):  # parents come before their children but for wrapped numbers
        if parents[pid] in wanted:
            wanted.add(pid)
    for pid in wanted:
        found += _resident_kb(pid)
    return found


def _resident_kb(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


if __name__ == "__main__":
    run = getattr(importlib.import_module(sys.argv[1]), sys.argv[2])
    print(json.dumps(run(**json.loads(sys.argv[3]))))
