"""`xiezhi lint`, `new-platform`, `new-indicator`: write packs, and be told what is wrong with them."""

import sys
from pathlib import Path

import click

from xiezhi.cli.surroundings import overlays
from xiezhi.engine.errors import AuthorError
from xiezhi.engine.lint import lint_pack
from xiezhi.engine.packs.load import load_pack, pack_folder
from xiezhi.engine.packs.scaffold import new_indicator, new_platform


@click.command("lint")
@click.argument("pack", type=click.Path(path_type=Path))
def lint_command(pack: Path) -> None:
    """Check a PACK (a folder, or the id of a field): texts, SQL, rules, and every example executed."""
    folder = pack if pack.is_dir() else pack_folder(str(pack), overlays())
    loaded = load_pack(folder)
    report = lint_pack(loaded)
    if report.issues:
        raise AuthorError(list(report.issues))
    click.echo(f"{folder}: {len(loaded.indicators)} indicators, {report.examples} examples, all as they should be")


@click.command("new-platform")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("name")
@click.option("--zh", default="新领域", show_default=True, help="Name in Chinese.")
@click.option("--en", default="New field", show_default=True, help="Name in English.")
def new_platform_command(folder: Path, name: str, zh: str, en: str) -> None:
    """Write a new field NAME into FOLDER: a small pack that passes its own lint."""
    click.echo(str(new_platform(folder, name, zh=zh, en=en)))


@click.command("new-indicator")
@click.argument("pack", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("name")
@click.option("--zh", default="新指标", show_default=True, help="Name in Chinese.")
@click.option("--en", default="New indicator", show_default=True, help="Name in English.")
def new_indicator_command(pack: Path, name: str, zh: str, en: str) -> None:
    """Write a new indicator NAME into PACK: SQL and page, with examples that pass."""
    for path in new_indicator(pack, name, zh=zh, en=en):
        click.echo(str(path))
    sys.stdout.flush()
