"""RESULTS.md: each line a ratio out of one run, with the machine and the versions it was taken on."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_OURS = ("duckdb", "pyarrow", "numpy", "sqlglot")


@dataclass(frozen=True)
class Line:
    """One measurement: what, ours, the peer or None, how they compare, and what was asked for."""

    what: str
    ours: str
    peer: str
    ratio: str
    wanted: str
    met: bool | None  # None: nothing was asked for


def write(path: Path, lines: Sequence[Line], *, peers: Mapping[str, str], load: tuple[float, float]) -> None:
    """Write the table. ``load``: the machine's load at the beginning and at the end."""
    text = [
        "# Measurements",
        "",
        "Written by `make bench`; do not edit. Each line is one run: product and peer on the same machine, one after",
        "the other, each in a process of its own. Peaks of memory count the whole tree of processes, shared pages once",
        "for each. Seconds by themselves say little on another machine; the ratios say more. *Warm* is the best of",
        "some runs by an evaluator that has read the footers, and the small files of the deltas, once; the *first run*",
        "on new files pays for that. Ratios are those of the warm runs.",
        "",
        f"- taken: {datetime.now(tz=UTC):%Y-%m-%d %H:%M} UTC",
        f"- machine: {_machine()}; load {load[0]:.1f} at the beginning, {load[1]:.1f} at the end",
        f"- versions: Python {platform.python_version()}, "
        + ", ".join([*(f"{name} {_version(name)}" for name in _OURS), *(f"{n} {v}" for n, v in peers.items())]),
        "",
        "| what | xiezhi | peer | ratio | wanted | met |",
        "|---|---|---|---|---|---|",
        *(f"| {one.what} | {one.ours} | {one.peer} | {one.ratio} | {one.wanted} | {_met(one)} |" for one in lines),
        "",
    ]
    path.write_text("\n".join(text), encoding="utf-8")


def _met(line: Line) -> str:
    return "" if line.met is None else "yes" if line.met else "no"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _machine() -> str:
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
    memory = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()[0].split()[1]
    name = names[0] if names else platform.machine()
    return f"{len(names)} × {name}, {int(memory) / 1024 / 1024:.0f} GB, {platform.system()}"
