"""`xiezhi try FIELD DRAFT.sql FILE…`: compile one draft and run it in the sandbox over these files."""

import csv
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from xiezhi.cli.surroundings import find_pack
from xiezhi.cli.terminal import progress as progress_bar
from xiezhi.engine.check.draft import try_draft
from xiezhi.engine.check.run import Request
from xiezhi.engine.findings.texts import json_value
from xiezhi.engine.run.jobs import Limits


@click.command("try")
@click.argument("field")
@click.argument("draft", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Mapping file.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day open cases are judged on.")
@click.option("--seconds", type=click.FloatRange(0.1), default=60.0, show_default=True, help="Time limit.")
@click.option("--memory-mb", type=click.IntRange(128), default=1024, show_default=True, help="Memory limit.")
@click.option("--rows", type=click.IntRange(1), default=10_000, show_default=True, help="Most rows it may return.")
def try_command(field: str, draft: Path, files: tuple[Path, ...], **options: Any) -> None:
    """Run one DRAFT.sql over FILES and print its rows, or why it is refused."""
    day: datetime | None = options["as_of"]
    request = Request(
        pack=find_pack(field),
        files=files,
        mapping=options["mapping"],
        as_of=day.date() if day else None,
        limits=Limits(memory_mb=options["memory_mb"], seconds=options["seconds"], rows=options["rows"]),
    )
    with progress_bar(sys.stderr) as progress:
        table = try_draft(draft, request, progress=progress)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(table.column_names)
    writer.writerows([json_value(value) for value in row.values()] for row in table.to_pylist())
    click.echo(f"{table.num_rows} rows", err=True)
