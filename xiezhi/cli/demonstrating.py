"""`xiezhi demo`: an invented log, checked; and how the findings compare with what was planted."""

import sys
from pathlib import Path
from typing import Any

import click
import orjson

from xiezhi.cli import outputs
from xiezhi.cli.report import render_report
from xiezhi.cli.reporting import report_of, resolved
from xiezhi.cli.surroundings import data_folder, find_pack
from xiezhi.cli.terminal import print_findings, print_summary
from xiezhi.cli.terminal import progress as progress_bar
from xiezhi.demo.generate import TRUTH_FILE, generate
from xiezhi.demo.score import score
from xiezhi.demo.truth import read_truth
from xiezhi.engine.check.run import Request, run_check

FIELD = "approvals"


@click.group("demo", invoke_without_command=True)
@click.option("--scale", type=click.FloatRange(0.01, 100), default=1.0, show_default=True, help="Size of the city.")
@click.option("--seed", type=int, default=2026, show_default=True, help="The same seed gives the same log.")
@click.option("--no-serve", is_flag=True, help="Build and check only (the web room is not there yet: no effect).")
@click.pass_context
def demo_group(context: click.Context, /, scale: float, seed: int, **_: Any) -> None:
    """Write the log of an invented city, check it, and write a report beside it."""
    if context.invoked_subcommand is not None:
        return
    folder = data_folder() / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    generate(folder, seed=seed, scale=scale)
    click.echo(f"An invented city's permit log: {folder}", err=True)
    with progress_bar(sys.stderr) as progress, run_check(_request(folder), progress=progress) as outcome:
        report = report_of(outcome)
        outputs.write_text(render_report(resolved(report, outcome.display), language="zh"), folder / "report.html")
        outputs.write_findings(outcome.findings, folder / "findings.jsonl")
        print_findings(outcome.findings[:20], sys.stdout, language="zh")
        print_summary(report, sys.stderr, language="zh")
    click.echo(f"Findings: {folder / 'findings.jsonl'}\nReport:   {folder / 'report.html'}", err=True)


@demo_group.command("score")
@click.option("--json", "as_json", is_flag=True, help="One object a rule.")
def score_command(as_json: bool) -> None:  # noqa: FBT001  click passes it by name
    """Compare the findings of the demo with the planted truth."""
    folder = data_folder() / "demo"
    findings = [orjson.loads(line) for line in (folder / "findings.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in score(findings, read_truth(folder / TRUTH_FILE)):
        if as_json:
            click.echo(orjson.dumps(row).decode())
        else:
            click.echo("  ".join(f"{name} {value}" for name, value in row.items()))


def _request(folder: Path) -> Request:
    return Request(pack=find_pack(FIELD), files=tuple(sorted(folder.glob("*.csv"))))
