"""``python -m benchmarks``: run the measurements and write ``benchmarks/RESULTS.md``."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cell import CHECKOUT, Reading, measure
from benchmarks.report import Line, write

_LOG = "Road_Traffic_Fine_Management_Process.xes.gz"
_MILLION = 1_000_000
_CSV_MB = 340  # what intake is given, so that the whole process stays under 400


@dataclass
class Run:
    """What the measurements share: where logs and scratch files are, which Python has the peers, and their versions."""

    logs: Path
    folder: Path
    peers: str
    events: int
    versions: dict[str, str] = field(default_factory=dict)

    def peer(self, name: str, function: str, **arguments: object) -> Reading:
        """Measure a peer and note its version."""
        reading = measure(f"peer_{name}", function, python=self.peers, **arguments)
        self.versions[name] = reading.figures["version"]
        return reading


def fines(run: Run) -> Iterator[Line]:
    """Eleven rules on a snapshot of 101 files, one thread."""
    events = measure("facts", "read_fines", log=str(run.logs / _LOG), folder=str(run.folder)).figures["events"]
    peer = run.peer("pm4py", "rules", events=events)
    for copies in (1, 20):
        made = measure(
            "facts", "write_snapshot", events=events, folder=str(run.folder), copies=copies, deltas=100
        ).figures
        rows = made["rows"]
        readings = {
            kind: measure(
                "rules", "fines", files=made[files], threads=1, memory_mb=1024, repeat=5 if copies == 1 else 3
            )
            for kind, files in (("100 deltas", "files"), ("compacted", "compacted"))
        }
        same = {reading.figures["digest"] for reading in readings.values()}
        if len(same) != 1:
            raise RuntimeError("deltas and the compacted file gave different findings")
        if copies == 1 and readings["compacted"].figures["rules"] != _without_zero(peer):
            raise RuntimeError("pm4py and the engine found different cases")
        for kind, reading in readings.items():
            rate = rows / reading.seconds
            first = reading.figures["first"]
            speed = f"{rate / _MILLION:.2f} M events/s, {reading.peak_mb:.0f} MB"
            ours = f"warm {reading.seconds:.3f} s (first run {first:.2f} s), {speed}"
            what = f"11 rules, {rows:,} events, {kind}, 1 thread"
            if copies == 1:
                times = peer.seconds / reading.seconds
                told = f"pm4py {peer.seconds:.1f} s, {peer.peak_mb:.0f} MB"
                yield Line(what, ours, told, f"{times:.0f} ×", "≥ 80 ×", times >= 80)
            else:
                least = 1.7 if kind == "100 deltas" else 2.3
                met = rate >= least * _MILLION and reading.peak_mb <= 1200
                yield Line(what, ours, "", "", f"≥ {least} M events/s, ≤ 1.2 GB", met)


def _without_zero(peer: Reading) -> dict[str, int]:
    return {rule: number for rule, number in peer.figures["rules"].items() if number}


def csv(run: Run) -> Iterator[Line]:
    """CSV: typed, keyed, validated and tokenised, on two threads; memory must not grow with the file."""
    for rows, order, told in (
        (run.events // 10, "case_id", "case by case"),
        (run.events, "case_id", "case by case"),
        (run.events, "activity", "cases scattered"),
    ):
        path = measure("intake", "write_csv", folder=str(run.folder), rows=rows, order=order).figures["path"]
        ours = measure("intake", "read_csv", path=path, threads=2, memory_mb=_CSV_MB)
        peer = run.peer("polars", "read", path=path)
        what, wanted = f"CSV intake, {peer.figures['rows']:,} rows, {told}, 2 threads", "≥ 300 k rows/s, ≤ 400 MB"
        if "refused" in ours.figures:
            yield Line(what, ours.figures["refused"], "", "", wanted, met=False)
            continue
        if ours.figures["rows"] != peer.figures["rows"]:
            raise RuntimeError("polars and intake read different numbers of rows")
        rate = ours.figures["rows"] / ours.seconds
        theirs = peer.figures["rows"] / peer.seconds
        yield Line(
            what,
            f"{rate / 1000:,.0f} k rows/s, {ours.peak_mb:.0f} MB",
            f"polars read_csv {theirs / 1000:,.0f} k rows/s, {peer.peak_mb:.0f} MB",
            f"{rate / theirs:.2f} ×",
            wanted,
            rate >= 300_000 and ours.peak_mb <= 400,
        )


def xes(run: Run) -> Iterator[Line]:
    """XES: the same log by intake and by a reader in Rust."""
    path = str(run.logs / _LOG)
    ours = measure("intake", "read_xes", path=path, threads=2, memory_mb=400)
    peer = run.peer("r4pm", "read", path=path)
    if ours.figures["rows"] != peer.figures["rows"]:
        raise RuntimeError("r4pm and intake read different numbers of events")
    rate, theirs = ours.figures["rows"] / ours.seconds, peer.figures["rows"] / peer.seconds
    yield Line(
        f"XES intake, {ours.figures['rows']:,} events",
        f"{rate / 1000:,.0f} k events/s, {ours.peak_mb:.0f} MB",
        f"r4pm {theirs / 1000:,.0f} k events/s, {peer.peak_mb:.0f} MB",
        f"{rate / theirs:.2f} ×",
        "≥ 0.5 ×",
        rate >= theirs / 2,
    )


def touched(run: Run) -> Iterator[Line]:
    """10,000 touched cases out of all, every indicator that is local to a case."""
    facts = measure("approvals", "write_city", folder=str(run.folder), events=run.events).figures["facts"]
    reading = measure("approvals", "touched", facts=facts, keys=10_000, threads=2, memory_mb=2048, repeat=3)
    everything = measure("approvals", "whole", facts=facts, threads=2, memory_mb=2048, scratch=str(run.folder))
    whole = everything.seconds
    for where, seconds in (("of the newest 5 %", reading.seconds), ("of all", reading.figures["scattered_seconds"])):
        yield Line(
            f"{reading.figures['indicators']} indicators, 10,000 cases touched {where}, {run.events:,} events",
            f"{seconds:.2f} s, {reading.peak_mb:.0f} MB",
            f"the same for all cases, one by one {whole:.1f} s, {everything.peak_mb:.0f} MB",
            f"{whole / seconds:.0f} ×",
            "< 1 s",
            seconds < 1,
        )


def large(run: Run) -> Iterator[Line]:
    """All indicators over ten times as many events, in 2 GB: it must end, and say the same as in 8 GB."""
    facts = measure("approvals", "write_city", folder=str(run.folder), events=run.events * 10).figures["facts"]
    readings = [
        measure("approvals", "large", facts=facts, threads=2, memory_mb=memory, scratch=str(run.folder))
        for memory in (2048, 8192)
    ]
    for name in {Path(file).parent for files in facts.values() for file in files}:
        shutil.rmtree(name)
    little, much = readings
    failed = little.figures["failed"] | much.figures["failed"]
    for name, told in failed.items():
        print(f"{name} failed: {told}", file=sys.stderr)
    same = little.figures["digests"] == much.figures["digests"]
    yield Line(
        f"{len(little.figures['digests'])} indicators, {run.events * 10:,} events, 2 GB",
        f"{little.seconds:.0f} s, {little.peak_mb:.0f} MB, {little.figures['flagged']:,} flagged,"
        f" {'same digests' if same else 'OTHER DIGESTS'}" + (f", failed: {', '.join(failed)}" if failed else ""),
        f"with 8 GB {much.seconds:.0f} s, {much.peak_mb:.0f} MB",
        f"{little.seconds / much.seconds:.2f} ×",
        "ends, same digests",
        same and not failed,
    )


MEASUREMENTS: dict[str, Callable[[Run], Iterator[Line]]] = {
    "fines": fines,
    "csv": csv,
    "xes": xes,
    "touched": touched,
    "large": large,
}


def main(arguments: list[str]) -> int:
    """Measure and write the table; the exit code says nothing of the figures."""
    asked = _parser().parse_args(arguments)
    names = asked.only or [name for name in MEASUREMENTS if name != "large"]
    names += ["large"] if asked.large and "large" not in names else []
    asked.folder.mkdir(parents=True, exist_ok=True)
    run = Run(asked.logs, asked.folder.resolve(), asked.peers, asked.events)
    lines, before = [], os.getloadavg()[0]
    for name in names:
        for line in MEASUREMENTS[name](run):
            print(f"{line.what}: {line.ours} | {line.peer} | {line.ratio} | {line.wanted}", file=sys.stderr, flush=True)
            lines.append(line)
    write(asked.results, lines, peers=run.versions, load=(before, os.getloadavg()[0]))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(MEASUREMENTS), help="measure this; repeatable")
    parser.add_argument(
        "--large", action="store_true", help="add the run over ten times the events (a quarter of an hour, 3 GB)"
    )
    parser.add_argument("--events", type=int, default=10 * _MILLION, help="size of the invented facts")
    parser.add_argument(
        "--logs", type=Path, default=CHECKOUT.parent / "shared" / "data", help="folder of the public logs"
    )
    parser.add_argument("--folder", type=Path, default=CHECKOUT / "build" / "bench", help="scratch, kept between runs")
    parser.add_argument("--peers", default=sys.executable, help="a Python that has pm4py, polars and r4pm")
    parser.add_argument("--results", type=Path, default=CHECKOUT / "benchmarks" / "RESULTS.md")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
