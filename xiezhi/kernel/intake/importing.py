"""Files of a source through the one door: known again or read, mapped, typed, accepted or put in quarantine."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.canonical import digest
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.intake.batch import Progress, read_batch
from xiezhi.engine.intake.model import Batch as Received
from xiezhi.engine.intake.model import InputFile, SourceMap
from xiezhi.engine.packs.model import Pack
from xiezhi.kernel.fields import pack_of
from xiezhi.kernel.intake import leases
from xiezhi.kernel.intake.absence import TooManyAbsent
from xiezhi.kernel.intake.arrival import Arrival, delivery_of
from xiezhi.kernel.intake.committing import Beside, commit
from xiezhi.kernel.intake.headings import heading_of
from xiezhi.kernel.intake.mappings import mapping_of
from xiezhi.kernel.intake.models import Batch, Source
from xiezhi.kernel.intake.norms import check_norm
from xiezhi.kernel.intake.permissions import permit
from xiezhi.kernel.intake.scratch import arriving
from xiezhi.kernel.intake.vault import installation_key
from xiezhi.kernel.ledger.actions import record
from xiezhi.kernel.ledger.author import Author

_SECONDS, _PATIENCE = 3600.0, 900.0
_CHUNK = 1 << 20
State = Batch.State


class NotHeld(XiezhiError):  # noqa: N818  named by what it says
    """Only a delivery that is held waits for a yes or no."""


def import_files(
    source: Source,
    files: Sequence[Path],
    *,
    by: Author,
    at: datetime,
    progress: Callable[[Progress], None] | None = None,
    confirm: bool = False,
) -> Batch:
    """Take one delivery of a source.

    Returns the batch: ``accepted``; ``unchanged`` where the files are those of the latest accepted batch; ``held``
    where they are those of an earlier one, or leave out too many rows, until the same is said with ``confirm``.

    Raises:
        NotAllowed: ``by`` may not import for this source.
        XiezhiError: the delivery is refused, and kept as a refused batch with the reason.
    """
    permit(by, "intake.import", source)
    with leases.held(source_lease(source), seconds=_SECONDS, patience=_PATIENCE):
        source.refresh_from_db()
        told = digest_of(source, files)
        batch = open_batch(source, kind="file", digest=told, by=by, at=at)
        try:
            before = _seen_before(source, told, batch)
            if before is not None and (before[1] or not confirm):
                return _known_again(batch, *before, by=by, at=at)
            return receive(batch, source, files, by=by, at=at, progress=progress, confirm=confirm)
        except TooManyAbsent as error:
            note = f"many_absent\t{error.dataset}\t{error.absent}\t{error.live}"
            return settle(batch, State.HELD, note=note, by=by, at=at)
        except XiezhiError as error:
            settle(batch, State.REFUSED, note=f"refused\t{error}", by=by, at=at)
            raise


def turn_down(batch: Batch, *, reason: str, by: Author, at: datetime) -> Batch:
    """Say no to a delivery that is held, with the reason.

    Raises:
        NotAllowed: ``by`` may not import for this source.
        NotHeld: it is not held, or no more.
    """
    permit(by, "intake.import", batch.source)
    if not reason.strip():
        raise XiezhiError("say why the delivery is not taken")
    with transaction.atomic():
        kept = Batch.objects.select_for_update().select_related("source").get(pk=batch.pk)
        if kept.state != State.HELD:
            raise NotHeld(f"batch {batch.pk} is not held: it is {kept.state}")
        return settle(kept, State.REFUSED, note=f"turned_down\t{reason.strip()}", by=by, at=at)


def receive(
    batch: Batch,
    source: Source,
    files: Sequence[Path],
    *,
    by: Author,
    at: datetime,
    mapping: SourceMap | None = None,
    progress: Callable[[Progress], None] | None = None,
    confirm: bool = False,
    beside: Beside | None = None,
) -> Batch:
    """Read files and store what they say, under an open batch; ``mapping`` in place of the source's own.

    Raises:
        XiezhiError: nothing of the delivery is stored.
    """
    pack = pack_of(source.field)
    with arriving() as folder:
        used = mapping or mapping_of(source, pack, files)
        if mapping is None:
            check_norm(source.field, used.norm, mapping=f"{source.code}.toml")
        calendar = _calendar(used.norm.calendar)
        received = read_batch(
            files,
            source=used,
            datasets=pack.datasets,
            folder=folder,
            key=installation_key(),
            first_day=calendar.first,
            last_day=calendar.last,
            progress=progress,
        )
        norm = used.norm if mapping is None else None
        arrival = replace(arrival_of(source, pack, received, used), norm=norm)
        return commit(arrival, batch, by=by, at=at, confirm=confirm, beside=beside)


@cache
def _calendar(code: str) -> Calendar:
    """Return the shipped calendar of a country, whose first and last day bound the dates of events."""
    return load_calendar(code)


def arrival_of(source: Source, pack: Pack, received: Received, mapping: SourceMap) -> Arrival:
    """Return what intake read as an arrival at the store."""
    return Arrival(
        source=source,
        files={name: received.folder / names[0] for name, names in received.datasets.items()},
        deliveries={name: delivery_of(pack.datasets[name], mapping) for name in received.datasets},
        fed=received.fed,
        inputs=tuple(_input(file, received, mapping) for file in received.files),
        accepted=received.accepted,
        quarantined=received.quarantined,
        unresolved=received.unresolved,
        newest_event=received.newest_event,
        quarantine=received.quarantine,
        vault=received.vault,
        opened=received.open_tokens,
        mapping=mapping,
    )


def _input(file: InputFile, received: Received, mapping: SourceMap) -> dict[str, Any]:
    """Return what is kept of a file; its heading where lines could not be taken apart, to read corrected ones by."""
    told = {"number": file.number, "path": Path(file.path).name, "sha256": file.sha256, "records": file.records}
    heading = heading_of(Path(file.path), mapping.encoding) if received.quarantined.get("") else ""
    return told | {"heading": heading} if heading else told


def digest_of(source: Source, files: Sequence[Path]) -> str:
    """Return the digest of a delivery: of the bytes of its files, in any order, and of the mapping they are read by."""
    mapping = hashlib.sha256(source.mapping.encode()).hexdigest()
    return digest({"files": sorted(sha256_of(path) for path in files), "mapping": mapping})


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        XiezhiError: it cannot be read.
    """
    found = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                found.update(chunk)
    except OSError as error:
        raise XiezhiError(f"{path}: cannot be read: {error.strerror}") from error
    return found.hexdigest()


def source_lease(source: Source) -> str:
    """Return the lease under which the deliveries of a source are taken, one after the other."""
    return f"source:{source.pk}"


def open_batch(source: Source, *, kind: str, digest: str, by: Author, at: datetime) -> Batch:
    """Give a delivery its number. Until it is stored nothing of it can be seen."""
    return Batch.objects.create(
        source=source,
        received_at=at,
        by=by.account,
        by_name=by.name,
        kind=kind,
        state=State.RECEIVING,
        digest=digest,
    )


def settle(batch: Batch, state: str, *, note: str, by: Author, at: datetime) -> Batch:
    """Say what became of a delivery that was not stored."""
    batch.state, batch.note = state, note
    source = batch.source
    with transaction.atomic():
        batch.save(update_fields=["state", "note"])
        data = {"source": source.code, "batch": batch.pk, "digest": batch.digest, "note": note}
        about = ("batch", str(batch.pk))
        record(
            kind=f"batch.{state}", about=about, by=by, at=at, data=data, organisation=source.owner, field=source.field
        )
    return batch


def _seen_before(source: Source, told: str, batch: Batch) -> tuple[int, bool] | None:
    """Return the latest accepted batch of the same files, and whether it is the source's latest one at all."""
    accepted = Batch.objects.filter(source=source, state=State.ACCEPTED).exclude(pk=batch.pk).order_by("-pk")
    same = accepted.filter(digest=told).values_list("pk", flat=True).first()
    if same is None:
        return None
    return same, accepted.values_list("pk", flat=True).first() == same


def _known_again(batch: Batch, same: int, latest: bool, *, by: Author, at: datetime) -> Batch:  # noqa: FBT001
    if latest:
        return settle(batch, State.UNCHANGED, note=f"unchanged\t{same}", by=by, at=at)
    return settle(batch, State.HELD, note=f"seen_before\t{same}", by=by, at=at)
