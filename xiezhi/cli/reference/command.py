"""`xiezhi reference --out DIR [FIELD…]`: write the reference documentation from the packs."""

from collections.abc import Mapping
from pathlib import Path

import click

from xiezhi.cli.reference.markdown import MARK
from xiezhi.cli.reference.pages import reference_pages
from xiezhi.cli.surroundings import find_pack, overlays
from xiezhi.engine.packs.load import find_packs


@click.command("reference")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write into.")
@click.argument("fields", nargs=-1)
@click.pass_context
def reference_command(context: click.Context, out: Path, fields: tuple[str, ...]) -> None:
    """Write Markdown pages for FIELDS (all there are, when none is named), the commands and the settings."""
    names = fields or tuple(find_packs(overlays()))
    pages = reference_pages([find_pack(name) for name in names], context.find_root().command)
    write_pages(pages, out)
    click.echo(f"{out}: {len(pages)} pages")


def write_pages(pages: Mapping[str, str], out: Path) -> None:
    """Write pages; take away those generated earlier that are no longer among them, and nothing else."""
    for path, text in pages.items():
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    for old in sorted(out.rglob("*.md")):
        if old.relative_to(out).as_posix() not in pages and generated(old):
            old.unlink()


def generated(path: Path) -> bool:
    """Whether a page was written by this command."""
    return path.read_text(encoding="utf-8").startswith(MARK)
