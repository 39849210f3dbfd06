"""The one way into the store: files on the disk first, then everything about them in one transaction.

What is killed before the commit leaves files that no manifest names; a job removes them. Commits to a field are
serial by a lease; the transaction makes sure that the lease is still held and that every file the plan was made
against is still live, and where either fails the plan is made again.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from xiezhi.engine.snapshot.files import FileInfo
from xiezhi.kernel.fields import pack_of
from xiezhi.kernel.intake import leases, quarantine, subjects, vault
from xiezhi.kernel.intake.arrival import Arrival
from xiezhi.kernel.intake.models import Batch, FactFile, Source, Version
from xiezhi.kernel.intake.norms import set_norm
from xiezhi.kernel.intake.planning import Planned, live_of, plan
from xiezhi.kernel.intake.shapes import relative
from xiezhi.kernel.intake.store import next_version
from xiezhi.kernel.ledger.actions import record
from xiezhi.kernel.ledger.author import Author

_SECONDS, _PATIENCE = 300.0, 900.0
_AGAIN = 20

Beside = Callable[[Batch], None]


class Overtaken(leases.LeaseLost):
    """A file that the plan was made against is live no more."""


def commit(
    arrival: Arrival,
    batch: Batch,
    *,
    by: Author,
    at: datetime,
    confirm: bool = False,
    beside: Beside | None = None,
) -> Batch:
    """Store what arrived under an open batch, and make it visible at once, or not at all.

    ``beside`` runs inside the same transaction, last.

    Raises:
        KeysShared, TooManyAbsent: see `plan`.
        TokenCollision: a token stands for another value already.
        LeaseLost: others came between too often.
    """
    pack = pack_of(arrival.source.field)
    for attempt in range(_AGAIN):
        with leases.held(store_lease(pack.id), seconds=_SECONDS, patience=_PATIENCE) as held:
            first = _first_file(pack.id)
            planned = plan(pack, arrival, number=batch.pk, first_file=first, at=at, confirm=confirm)
            try:
                with transaction.atomic():
                    leases.still_held(held)
                    _still_live(planned, arrival)
                    _store(arrival, batch, planned, first_file=first, by=by, at=at)
                    if beside is not None:
                        beside(batch)
            except leases.LeaseLost:
                planned.discard()
                if attempt + 1 == _AGAIN:
                    raise
                continue
            except BaseException:
                planned.discard()
                raise
        return batch
    raise AssertionError


def store_lease(field: str) -> str:
    """Return the lease under which new files of a field are written, one delivery after the other."""
    return f"store:{field}"


def _first_file(field: str) -> int:
    """Return the highest number that a file of the field's batches has."""
    newest = Batch.objects.filter(source__field=field, version__isnull=False).exclude(files=[])
    files = newest.order_by("-version_id").values_list("files", flat=True).first()
    return max((file["number"] for file in files or ()), default=0)


def _still_live(planned: Planned, arrival: Arrival) -> None:
    live = live_of(pack_of(arrival.source.field), arrival)
    if planned.read != {file.pk for files in live.values() for file in files}:
        raise Overtaken(f"{arrival.source.field}: the facts changed while a batch was planned; it is planned again")


def _store(arrival: Arrival, batch: Batch, planned: Planned, *, first_file: int, by: Author, at: datetime) -> None:
    source = Source.objects.select_for_update().get(pk=arrival.source.pk)
    feeds_more = _feed(source, arrival)
    norm_set = arrival.norm is not None and set_norm(source.field, arrival.norm, by=by, at=at)
    version = None
    if planned.deltas or feeds_more or norm_set:
        version = next_version(cause="batch", field=source.field, at=at)
        _list_files(planned, batch, version, field=source.field)
    batch.state = Batch.State.ACCEPTED
    batch.files = [{**file, "number": file["number"] + first_file} for file in arrival.inputs]
    batch.accepted, batch.quarantined = dict(arrival.accepted), dict(arrival.quarantined)
    batch.stored = {name: info.rows for name, info in planned.deltas.items()}
    batch.unresolved, batch.newest_event, batch.version = dict(arrival.unresolved), arrival.newest_event, version
    batch.save()
    _confirm_held(batch)
    if arrival.quarantine is not None:
        quarantine.keep(batch, arrival.quarantine, pack_of(source.field).datasets)
    vault.keep(arrival.vault, arrival.opened)
    subjects.keep(source.field, {name: info.path for name, info in planned.deltas.items()}, at=at)
    data = {
        "source": source.code,
        "batch": batch.pk,
        "kind": batch.kind,
        "digest": batch.digest,
        "version": version.number if version else None,
        "accepted": batch.accepted,
        "quarantined": batch.quarantined,
        "stored": batch.stored,
    }
    about = ("batch", str(batch.pk))
    record(kind="batch.accepted", about=about, by=by, at=at, data=data, organisation=source.owner, field=source.field)


def _confirm_held(batch: Batch) -> None:
    """Close the deliveries of the same files that waited for this word."""
    waiting = Batch.objects.filter(source=batch.source_id, state=Batch.State.HELD, digest=batch.digest)
    waiting.update(state=Batch.State.REFUSED, note=f"confirmed\t{batch.pk}")


def _feed(source: Source, arrival: Arrival) -> bool:
    """Note what the source feeds; whether that is more than before."""
    told = {name: set(columns) for name, columns in source.fed.items()}
    for name, columns in arrival.fed.items():
        told[name] = told.get(name, set()) | columns
    fed = {name: sorted(columns) for name, columns in sorted(told.items())}
    if fed == source.fed:
        return False
    source.fed = fed
    source.save(update_fields=["fed"])
    return True


def _list_files(planned: Planned, batch: Batch, version: Version, *, field: str) -> None:
    FactFile.objects.bulk_create(
        fact_file(info, field=field, dataset=name, batch=batch, version=version)
        for files in (planned.deltas, planned.numbers)
        for name, info in files.items()
    )


def fact_file(
    info: FileInfo, *, field: str, dataset: str, batch: Batch | None, version: Version, graves: bool = False
) -> FactFile:
    """Return the line of the manifest for a file that was written."""
    return FactFile(
        field=field,
        dataset=dataset,
        path=relative(info.path),
        rows=info.rows,
        sha256=info.sha256,
        replaced=info.replaced,
        withdrawn=info.withdrawn,
        min_row=info.min_row,
        max_row=info.max_row,
        graves=graves,
        batch=batch,
        from_version=version.number,
    )
