"""What killed processes left behind: files that no manifest names, deliveries that nobody goes on receiving."""

import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings

from xiezhi.kernel.fields import fields
from xiezhi.kernel.intake import leases
from xiezhi.kernel.intake.committing import store_lease
from xiezhi.kernel.intake.compaction import compacting_lease
from xiezhi.kernel.intake.importing import settle, source_lease
from xiezhi.kernel.intake.models import Batch, FactFile
from xiezhi.kernel.intake.scratch import sweep
from xiezhi.kernel.intake.shapes import relative
from xiezhi.kernel.ledger.author import SYSTEM

_SECONDS = 60.0


def remove_orphans(at: datetime) -> int:
    """Remove what no living process will use; return how many things. A field somebody is writing to is left alone."""
    return sweep() + _interrupted(at) + _decided() + sum(_files(field) for field in fields().packs)


def _decided() -> int:
    """Remove the files of deliveries that waited for a decision and have it."""
    found = list(
        (Path(settings.DATA) / "waiting").glob("*")
    )  # before the batches: a folder is made for a held one only
    held = {str(number) for number in Batch.objects.filter(state=Batch.State.HELD).values_list("pk", flat=True)}
    decided = [folder for folder in found if folder.name not in held]
    for folder in decided:
        shutil.rmtree(folder, ignore_errors=True)
    return len(decided)


def _files(field: str) -> int:
    folder = Path(settings.FACTS) / field
    if not folder.exists():
        return 0
    writing = leases.claim(store_lease(field), seconds=_SECONDS)
    if writing is None:
        return 0
    rewriting = leases.claim(compacting_lease(field), seconds=_SECONDS)
    if rewriting is None:
        leases.release(writing)
        return 0
    try:
        found = [path for path in folder.rglob("*") if path.is_file()]  # before the manifest: files only become known
        known = set(FactFile.objects.filter(field=field).values_list("path", flat=True))
        orphans = [path for path in found if relative(path) not in known]
        for path in orphans:
            path.unlink(missing_ok=True)
    finally:
        leases.release(rewriting)
        leases.release(writing)
    return len(orphans)


def _interrupted(at: datetime) -> int:
    """Close the deliveries whose process died while it received them: nothing of them was stored."""
    closed = 0
    for batch in Batch.objects.filter(state=Batch.State.RECEIVING).select_related("source").order_by("pk"):
        held = leases.claim(source_lease(batch.source), seconds=_SECONDS)
        if held is None:
            continue
        try:
            batch.refresh_from_db(fields=["state"])
            if batch.state == Batch.State.RECEIVING:
                settle(batch, Batch.State.REFUSED, note="interrupted", by=SYSTEM, at=at)
                closed += 1
        finally:
            leases.release(held)
    return closed
