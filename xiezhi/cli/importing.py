"""`xiezhi import FIELD FILE…`: one delivery of a source into the installed system."""

import getpass
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xiezhi.cli.installed import open_installation
from xiezhi.cli.terminal import progress as progress_bar
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.visible import visible

if TYPE_CHECKING:
    from xiezhi.kernel.intake.models import Batch, Source
    from xiezhi.kernel.ledger.author import Author

HELD, STRICT = 3, 4


class NoSource(XiezhiError):  # noqa: N818  named by what it says
    """A source that does not exist cannot be told from a slip of the pen without a mapping or a name."""


@click.command("import")
@click.argument("field")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Mapping file.")
@click.option("--source", "code", help="Code of the source; by default what the mapping calls it, else the field.")
@click.option("--name", help="Name of a new source.")
@click.option("--owner", default="", help="Code of the organisation that answers for the data of a new source.")
@click.option("--live", is_flag=True, help="A new source hands over facts as they happen.")
@click.option("--confirm", is_flag=True, help="Take a delivery that was held: seen before, or with many rows absent.")
@click.option("--strict", is_flag=True, help="Exit 4 when rows were quarantined.")
def import_command(field: str, files: tuple[Path, ...], **options: Any) -> None:
    """Import FILES into FIELD of the installed system."""
    open_installation(migrate=True)
    from django.utils import timezone  # noqa: PLC0415  the installed system only

    from xiezhi.kernel.intake.importing import import_files  # noqa: PLC0415
    from xiezhi.kernel.ledger.author import Author  # noqa: PLC0415

    at = timezone.now()
    by = Author(None, f"command line ({getpass.getuser()})")
    source = _source(field, options, by=by, at=at)
    with progress_bar(sys.stderr) as progress:
        batch = import_files(source, files, by=by, at=at, progress=progress, confirm=options["confirm"])
    for line in _told(batch):
        click.echo(visible(line), err=True)
    if batch.state == "held":
        sys.exit(HELD)
    if options["strict"] and any(batch.quarantined.values()):
        sys.exit(STRICT)


def _source(field: str, options: dict[str, Any], *, by: "Author", at: datetime) -> "Source":
    """Return the source, made or given a new mapping where the command line says so."""
    from xiezhi.kernel.fields import pack_of  # noqa: PLC0415  the installed system only
    from xiezhi.kernel.intake.actions import add_source, change_source  # noqa: PLC0415
    from xiezhi.kernel.intake.mappings import read_mapping  # noqa: PLC0415
    from xiezhi.kernel.intake.models import Source  # noqa: PLC0415

    text = options["mapping"].read_text(encoding="utf-8") if options["mapping"] else ""
    pack = pack_of(field)
    told = read_mapping(options["mapping"].stem, text, pack).source if text else _only_source(field)
    code = options["code"] or told
    known = Source.objects.filter(code=code).first()
    if known is None:
        name = options["name"] or code
        new = {"mapping": text, "owner": options["owner"], "live": options["live"]}
        return add_source(code=code, field=field, name_zh=name, name_en=name, by=by, at=at, **new)
    if known.field != field:
        raise NoSource(f"source {code!r} is one of {known.field}, not of {field}: name another with --source")
    return change_source(known, by=by, at=at, mapping=text) if text and text != known.mapping else known


def _only_source(field: str) -> str:
    """Return the code of the field's one source of files, else the field's own name."""
    from xiezhi.kernel.intake.models import Source  # noqa: PLC0415  the installed system only
    from xiezhi.kernel.intake.publishing import PREFIX  # noqa: PLC0415

    codes = list(Source.objects.filter(field=field).exclude(code__startswith=PREFIX).values_list("code", flat=True))
    return codes[0] if len(codes) == 1 else field


def _told(batch: "Batch") -> list[str]:
    from xiezhi.kernel.intake.wording import told_of  # noqa: PLC0415  the installed system only

    words = told_of(batch)
    lines = [f"{words.zh} / {words.en}"]
    names = dict.fromkeys([*batch.accepted, *batch.quarantined])
    for name in names:
        accepted, kept = batch.accepted.get(name, 0), batch.quarantined.get(name, 0)
        stored = batch.stored.get(name, 0)
        lines.append(f"  {name or '?'}: accepted {accepted:,}, new or changed {stored:,}, quarantined {kept:,}")
    lines += [f"  {name}: {rows:,} rows refer to nothing known yet" for name, rows in batch.unresolved.items()]
    return lines
