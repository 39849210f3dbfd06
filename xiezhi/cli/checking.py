"""`xiezhi check FIELD FILE…`: files in, findings out, no server."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from xiezhi.cli import outputs
from xiezhi.cli.arriving import until_closed
from xiezhi.cli.reporting import report_of, resolved
from xiezhi.cli.surroundings import find_pack
from xiezhi.cli.terminal import print_findings, print_summary
from xiezhi.cli.terminal import progress as progress_bar
from xiezhi.engine.check.outcome import Outcome
from xiezhi.engine.check.run import Request, run_check
from xiezhi.engine.packs.model import Level
from xiezhi.engine.run.jobs import Limits

REFUSED, STRICT = 3, 4
_ORDER = list(Level)


@click.command("check")
@click.argument("field")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Mapping file.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day open cases are judged on.")
@click.option("--json", "form", flag_value="json", help="One finding a line.")
@click.option("--csv", "form", flag_value="csv", help="Findings as CSV.")
@click.option("--parquet", type=click.Path(path_type=Path), help="Write findings to a Parquet file.")
@click.option("--html", type=click.Path(path_type=Path), help="Write one self-contained report.")
@click.option("--engine", type=click.Choice(["duckdb"]), default="duckdb", show_default=True)
@click.option("--fail-on", type=click.Choice([str(level) for level in Level]), help="Exit 1 at this level or worse.")
@click.option("--strict", is_flag=True, help="Exit 4 when rows were quarantined.")
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Key of the identity tokens.")
@click.option("--trial", is_flag=True, help="Run trial rules too, marked.")
@click.option("--reveal", is_flag=True, help="Show names in full.")
@click.option("--quarantine", type=click.Path(path_type=Path), help="Keep the records that were not accepted, as CSV.")
@click.option("--threads", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--memory-mb", type=click.IntRange(256), default=2048, show_default=True)
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def check_command(field: str, files: tuple[Path, ...], **options: Any) -> None:
    """Check FILES by the rules of FIELD and print the findings."""
    day: datetime | None = options["as_of"]
    for name in ("parquet", "html", "quarantine"):
        if options[name]:
            outputs.check_writable(options[name])
    request = Request(
        pack=find_pack(field),
        files=files,
        mapping=options["mapping"],
        as_of=day.date() if day else None,
        trial=options["trial"],
        key=options["key"].read_bytes() if options["key"] else None,
        reveal=options["reveal"],
        limits=Limits(memory_mb=options["memory_mb"], threads=options["threads"]),
    )
    with progress_bar(sys.stderr) as progress, run_check(request, progress=progress) as outcome:
        _write(outcome, options)
        code = _verdict(outcome, fail_on=options["fail_on"], strict=options["strict"])
    sys.exit(code)


def _write(outcome: Outcome, options: dict[str, Any]) -> None:
    findings, report = outcome.findings, report_of(outcome)
    if options["parquet"]:
        outputs.write_parquet(findings, options["parquet"])
    if options["html"]:
        from xiezhi.cli.report import render_report  # noqa: PLC0415  templates are read only when asked for

        outputs.write_text(
            render_report(resolved(report, outcome.display), language=options["language"]), options["html"]
        )
    if options["quarantine"]:
        outputs.write_quarantine(outcome.batch.quarantine, options["quarantine"])
    with until_closed():
        if options["form"] == "json":
            outputs.write_json(findings, sys.stdout)
        elif options["form"] == "csv":
            outputs.write_csv(findings, sys.stdout)
        else:
            print_findings(findings, sys.stdout, language=options["language"])
    print_summary(report, sys.stderr, language=options["language"])


def _verdict(outcome: Outcome, *, fail_on: str | None, strict: bool) -> int:
    quarantined = any(outcome.batch.quarantined.values())
    if quarantined and not any(outcome.batch.accepted.values()):
        return REFUSED  # not one row could be read
    if strict and quarantined:
        return STRICT
    if fail_on is not None:
        worst = {Level(finding["level"]) for finding in outcome.findings}
        return int(any(_ORDER.index(level) >= _ORDER.index(Level(fail_on)) for level in worst))
    return 0
