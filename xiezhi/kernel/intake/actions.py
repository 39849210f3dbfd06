"""What people and other rooms do to sources, rows in quarantine and single facts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from xiezhi.engine.canonical import digest
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.intake.tokens import Vault
from xiezhi.engine.packs.model import Dataset
from xiezhi.kernel.fields import pack_of
from xiezhi.kernel.intake import leases
from xiezhi.kernel.intake.arrival import Arrival, Delivery
from xiezhi.kernel.intake.committing import commit
from xiezhi.kernel.intake.importing import open_batch, settle, source_lease
from xiezhi.kernel.intake.mappings import read_mapping
from xiezhi.kernel.intake.mending import dismiss, resubmit
from xiezhi.kernel.intake.models import Batch, Source, TailRow
from xiezhi.kernel.intake.permissions import permit
from xiezhi.kernel.intake.scratch import arriving
from xiezhi.kernel.intake.tables import as_table, stage
from xiezhi.kernel.intake.vault import installation_key
from xiezhi.kernel.ledger.actions import record
from xiezhi.kernel.ledger.author import Author

__all__ = ["add_source", "change_source", "commit_table", "dismiss", "put_facts", "resubmit", "withdraw_facts"]

_SECONDS, _PATIENCE = 3600.0, 900.0


class SourceTaken(XiezhiError):  # noqa: N818  named by what it says
    """There is a source with this code already."""


class UnknownDataset(XiezhiError):  # noqa: N818  named by what it says
    """A field has no such dataset, or a dataset no such column."""


def add_source(
    *,
    code: str,
    field: str,
    name_zh: str,
    by: Author,
    at: datetime,
    name_en: str = "",
    mapping: str = "",
    live: bool = False,
    owner: str = "",
    rhythm_days: int | None = None,
    least_rows: int | None = None,
) -> Source:
    """Make a system known that hands over facts of one field.

    Where nothing is said of its rhythm and volume, what the field's own `feeds.toml` expects of this code holds.

    Raises:
        NotAllowed: ``by`` may not set sources up.
        SourceTaken: the code is one of another source.
        AuthorError: the mapping is wrong; each issue names its line.
    """
    permit(by, "intake.set_up", field)
    pack = pack_of(field)
    if mapping.strip():
        read_mapping(code, mapping, pack)
    expected = pack.feeds.get(code)
    if expected is not None:
        rhythm_days = expected.rhythm_days if rhythm_days is None else rhythm_days
        least_rows = expected.least_rows if least_rows is None else least_rows
    with transaction.atomic():
        if Source.objects.filter(code=code).exists():
            raise SourceTaken(f"there is a source {code!r} already: choose another code, or change that source")
        source = Source.objects.create(
            code=code,
            field=field,
            name_zh=name_zh,
            name_en=name_en,
            mapping=mapping,
            live=live,
            owner=owner,
            rhythm_days=rhythm_days,
            least_rows=least_rows,
            made_at=at,
        )
        _tell(source, "source.added", by=by, at=at, data={"mapping": digest(mapping)})
    return source


def change_source(source: Source, *, by: Author, at: datetime, **changes: Any) -> Source:
    """Change what is expected of a source, its names, its owner or its mapping; anything else is refused.

    Raises:
        NotAllowed: ``by`` may not set sources up.
        AuthorError: the mapping is wrong; each issue names its line.
    """
    permit(by, "intake.set_up", source.field)
    known = {"name_zh", "name_en", "mapping", "live", "owner", "rhythm_days", "least_rows"}
    unknown = sorted(changes.keys() - known)
    if unknown:
        raise XiezhiError(f"{source.code}: {', '.join(unknown)} of a source cannot be changed")
    if changes.get("mapping", "").strip():
        read_mapping(source.code, changes["mapping"], pack_of(source.field))
    with transaction.atomic():
        kept = Source.objects.select_for_update().get(pk=source.pk)
        told = {}
        for name, value in changes.items():
            before = getattr(kept, name)
            if before != value:
                as_told = digest if name == "mapping" else _same
                told[name] = [as_told(before), as_told(value)]
                setattr(kept, name, value)
        if told:
            kept.save(update_fields=list(told))
            _tell(kept, "source.changed", by=by, at=at, data={"changed": told})
    return kept


def put_facts(
    source: Source, dataset: str, rows: Sequence[Mapping[str, str | None]], *, by: Author, at: datetime
) -> tuple[int, ...]:
    """Note facts typed on a page, by column and as they were written; the worker makes a batch of them within seconds.

    Raises:
        NotAllowed: ``by`` may not hand in data of this source.
        UnknownDataset: no such dataset or column.
    """
    permit(by, "intake.import", source)
    declared = _dataset(source, dataset)
    for row in rows:
        unknown = sorted(row.keys() - declared.columns.keys())
        if unknown:
            raise UnknownDataset(f"{source.field}.{dataset} has no column {', '.join(unknown)}")
    with transaction.atomic():
        made = [
            TailRow.objects.create(source=source, dataset=dataset, row=dict(row), at=at, by=by.account or 0)
            for row in rows
        ]
        _tell(source, "facts.typed", by=by, at=at, data={"dataset": dataset, "rows": len(made)})
    return tuple(row.pk for row in made)


def commit_table(
    field: str, dataset: str, table: pa.Table, *, source: Source, by: Author, at: datetime, delivery: str = "rows"
) -> Batch:
    """Store a table that is typed already: the registry's core datasets come in by this door.

    Args:
        field, dataset: where it belongs.
        table: by column name: texts, whole numbers (money in 分), truth values, days and aware times.
        source: whose rows they are.
        by, at: who hands it over, and when.
        delivery: ``rows``, or ``snapshot``: the source's rows that are absent are withdrawn, however many.

    Raises:
        KeysShared: a row has the key of another source's.
    """
    if source.field != field:
        raise UnknownDataset(f"{source.code} is a source of {source.field}, not of {field}")
    declared = _dataset(source, dataset)
    told = digest({"dataset": dataset, "rows": [str(row) for row in table.to_pylist()]})
    with leases.held(source_lease(source), seconds=_SECONDS, patience=_PATIENCE), arriving() as folder:
        vault = Vault(installation_key())
        path = folder / f"{dataset}.parquet"
        fed = stage(declared, table, path, vault=vault)
        batch = open_batch(source, kind="registry", digest=told, by=by, at=at)
        arrival = Arrival(
            source=source,
            files={dataset: path},
            deliveries={dataset: Delivery(delivery, guarded=False)},
            fed={dataset: fed},
            accepted={dataset: table.num_rows},
            vault=vault.texts,
        )
        return _committed(arrival, batch, by=by, at=at)


def withdraw_facts(
    source: Source, dataset: str, keys: Sequence[Mapping[str, Any]], *, reason: str, by: Author, at: datetime
) -> Batch:
    """Withdraw rows of a source by their keys, in so many words; a key that is not live is passed over.

    Raises:
        NotAllowed: ``by`` may not hand in data of this source.
        XiezhiError: no reason is given, or a key is not whole.
    """
    permit(by, "intake.import", source)
    declared = _dataset(source, dataset)
    if not reason.strip():
        raise XiezhiError("say why the rows are withdrawn")
    for key in keys:
        missing = sorted(set(declared.key) - key.keys())
        if missing:
            raise XiezhiError(f"{dataset}: a key without {', '.join(missing)}")
    with leases.held(source_lease(source), seconds=_SECONDS, patience=_PATIENCE), arriving() as folder:
        path, named = folder / f"{dataset}.parquet", folder / "keys.parquet"
        vault = Vault(installation_key())
        stage(declared, as_table(declared, []), path, vault=vault)
        stage(declared, as_table(declared, keys), named, vault=vault)
        gone = pq.read_table(named, columns=list(declared.key))
        told = digest({"withdrawn": [str(key) for key in gone.to_pylist()]})
        batch = open_batch(source, kind="correction", digest=told, by=by, at=at)
        arrival = Arrival(
            source=source,
            files={dataset: path},
            deliveries={dataset: Delivery("rows")},
            fed={},
            gone={dataset: gone},
        )
        data = {"dataset": dataset, "rows": len(keys), "reason": reason}
        return _committed(
            arrival,
            batch,
            by=by,
            at=at,
            beside=lambda made: _tell(source, "facts.withdrawn", by=by, at=at, data={**data, "batch": made.pk}),
        )


def _committed(arrival: Arrival, batch: Batch, *, by: Author, at: datetime, beside: Any = None) -> Batch:
    try:
        return commit(arrival, batch, by=by, at=at, beside=beside)
    except XiezhiError as error:
        settle(batch, Batch.State.REFUSED, note=f"refused\t{error}", by=by, at=at)
        raise


def _dataset(source: Source, name: str) -> Dataset:
    found = pack_of(source.field).datasets.get(name)
    if found is None:
        raise UnknownDataset(f"{source.field} has no dataset {name!r}")
    return found


def _tell(source: Source, kind: str, *, by: Author, at: datetime, data: dict[str, Any]) -> None:
    told = {"source": source.code, **data}
    about = ("source", source.code)
    record(kind=kind, about=about, by=by, at=at, data=told, organisation=source.owner, field=source.field)


def _same(value: Any) -> Any:
    return value
