"""`xiezhi reproduce FINDING.json FILE…`: compute a saved finding again, and say whether it is the same."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
import orjson

from xiezhi.cli.surroundings import find_pack
from xiezhi.engine.check.reproduce import differences, saved_finding
from xiezhi.engine.check.run import Request, run_check
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.findings.finding import digest_of


class NotAFinding(XiezhiError):  # noqa: N818  named by what it says
    """The file holds no finding."""


@click.command("reproduce")
@click.argument("finding", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Mapping file.")
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Key of the identity tokens.")
def reproduce_command(finding: Path, files: tuple[Path, ...], mapping: Path | None, key: Path | None) -> None:
    """Compute the saved FINDING again from FILES; print `same` and the digest, or what differs."""
    saved = _read(finding)
    request = Request(
        pack=find_pack(saved["field"]),
        files=files,
        mapping=mapping,
        as_of=date.fromisoformat(saved["as_of"]) if saved["as_of"] else None,
        key=key.read_bytes() if key else None,
        only=(saved["indicator"],),
        trial=True,
    )
    with run_check(request) as outcome:
        told = differences(saved, outcome)
    if told:
        click.echo("\n".join(told))
        sys.exit(1)
    click.echo(f"same {saved['digest']}")


def _read(path: Path) -> dict[str, Any]:
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        saved = orjson.loads(lines[0]) if len(lines) == 1 else orjson.loads("\n".join(lines))
    except (ValueError, IndexError) as error:
        raise NotAFinding(f"{path}: no finding in it ({error}) — save one line of `xiezhi check --json`") from error
    try:
        saved = saved_finding(saved)
        changed = digest_of(saved) != saved["digest"]
        date.fromisoformat(saved["as_of"] or "2000-01-01")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotAFinding(f"{path}: not one finding ({error}) — save one line of `xiezhi check --json`") from error
    if changed:
        click.echo(
            "note: the saved line does not have the digest it names; it was changed after it was written", err=True
        )
    return saved
