"""What becomes of a row in quarantine: corrected and handed in again, or dismissed with a reason."""

import fnmatch
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from django.db import transaction

from xiezhi.engine.canonical import digest
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.intake.mapping import default_mapping
from xiezhi.engine.intake.model import ColumnMap, DatasetMap, SourceMap
from xiezhi.kernel.fields import pack_of
from xiezhi.kernel.intake import leases
from xiezhi.kernel.intake.importing import open_batch, receive, settle, sha256_of, source_lease
from xiezhi.kernel.intake.mappings import read_mapping
from xiezhi.kernel.intake.models import Batch, QuarantinedRow
from xiezhi.kernel.intake.permissions import permit
from xiezhi.kernel.intake.quarantine import BY_KEY
from xiezhi.kernel.intake.scratch import arriving
from xiezhi.kernel.intake.vault import resolve
from xiezhi.kernel.ledger.actions import record
from xiezhi.kernel.ledger.author import Author

_SECONDS, _PATIENCE = 3600.0, 900.0
_TOKEN = re.compile(r"p:[0-9a-f]{16}")


class AlreadySettled(XiezhiError):  # noqa: N818  named by what it says
    """Somebody has corrected or dismissed the row already."""


class Erased(XiezhiError):  # noqa: N818  named by what it says
    """The row names a person whose value was erased: it must be typed again."""


class NotALine(XiezhiError):  # noqa: N818  named by what it says
    """A record that could not be taken apart can be handed in alone only where the heading of its file is known."""


def resubmit(row: QuarantinedRow, content: Mapping[str, str | None], *, by: Author, at: datetime) -> Batch:
    """Hand in a corrected row, through the same door, as a batch of its own.

    A token (``p:…``) left as it was stands for the value it stands for. Whether the row is accepted now, the batch
    says: what is still wrong is a new row in quarantine.

    Raises:
        NotAllowed: ``by`` may not mend rows of this source.
        AlreadySettled, Erased, NotALine: see there.
        XiezhiError: the row cannot be read at all.
    """
    permit(by, "intake.mend", row)
    if row.state != QuarantinedRow.State.OPEN:
        raise AlreadySettled(f"{row.file}:{row.line} was settled before")
    source = row.batch.source
    with leases.held(source_lease(source), seconds=_SECONDS, patience=_PATIENCE), arriving() as folder:
        path = written(row, content, folder)
        mapping = correcting(row, content, path)
        told = digest({"row": row.pk, "content": sha256_of(path)})
        batch = open_batch(source, kind="correction", digest=told, by=by, at=at)
        try:
            return receive(
                batch,
                source,
                [path],
                by=by,
                at=at,
                mapping=mapping,
                beside=lambda made: _resubmitted(row, made, by=by, at=at),
            )
        except XiezhiError as error:
            settle(batch, Batch.State.REFUSED, note=f"refused\t{error}", by=by, at=at)
            raise


def dismiss(row: QuarantinedRow, *, reason: str, by: Author, at: datetime) -> None:
    """Decide that a row is not to be corrected, with the reason.

    Raises:
        NotAllowed: ``by`` may not mend rows of this source.
        AlreadySettled: somebody was first.
        XiezhiError: no reason is given.
    """
    permit(by, "intake.mend", row)
    if not reason.strip():
        raise XiezhiError("say why the row is dismissed")
    with transaction.atomic():
        _settled(row, QuarantinedRow.State.DISMISSED, note=reason.strip(), batch=None, by=by, at=at)
        _tell(row, "quarantine.dismissed", {"reason": reason.strip()}, by=by, at=at)


def written(row: QuarantinedRow, content: Mapping[str, str | None], folder: Path) -> Path:
    """Write a corrected row as a file of one record, named after the dataset and the row.

    A line that had not been taken apart is written as a line again, under the heading of its file.

    Raises:
        NotALine: there is no heading to read it by.
    """
    stem = f"{row.dataset or row.file.partition('.')[0]}.correction-{row.pk}"
    if set(content) != {""}:
        path = folder / f"{stem}.jsonl"
        path.write_bytes(orjson.dumps(_with_values(content)) + b"\n")
        return path
    line = content[""] or ""
    heading = next((file.get("heading") for file in row.batch.files if file["path"] == row.file), None)
    if heading is None and not line.lstrip().startswith("{"):
        raise NotALine(f"{row.file}:{row.line}: this line cannot be read by itself; hand in the corrected file")
    path = folder / f"{stem}{'.jsonl' if heading is None else '.csv'}"
    path.write_text("".join(f"{text}\n" for text in (heading, line) if text is not None), encoding="utf-8")
    return path


def correcting(row: QuarantinedRow, content: Mapping[str, str | None], path: Path) -> SourceMap:
    """Return the mapping under which one corrected row of a source is read: its own dataset, that row alone.

    Headings are those of the source; a row that had been taken apart already is told by column names.
    """
    source = row.batch.source
    pack = pack_of(source.field)
    if not source.mapping.strip():
        return default_mapping([path], pack.datasets)
    mapping = read_mapping(source.code, source.mapping, pack)
    sections = {
        name: replace(section, files="*", delivery="rows", unit="", within="", columns=_columns(section, row, content))
        for name, section in mapping.datasets.items()
        if row.dataset == name or (not row.dataset and fnmatch.fnmatchcase(row.file, section.files))
    }
    prefix = "" if row.reason_code in BY_KEY else mapping.prefix
    return replace(mapping, datasets=sections, prefix=prefix, encoding=None)


def _columns(section: DatasetMap, row: QuarantinedRow, content: Mapping[str, str | None]) -> dict[str, ColumnMap]:
    if row.reason_code not in BY_KEY:
        return dict(section.columns)
    return {
        name: ColumnMap(column=name, privacy=told.privacy, reason=told.reason)
        for name, told in section.columns.items()
        if name in content
    }


def _with_values(content: Mapping[str, str | None]) -> dict[str, str]:
    texts = [told for told in content.values() if told is not None and _TOKEN.fullmatch(told)]
    tokens = {told: int.from_bytes(bytes.fromhex(told.removeprefix("p:")), "big") for told in texts}
    values = resolve(tokens.values())
    found = {}
    for heading, told in content.items():
        if told in tokens:
            if tokens[told] not in values:
                raise Erased(f"{heading}: the value behind {told} was erased; type it again")
            found[heading] = values[tokens[told]]
        else:
            found[heading] = told or ""
    return found


def _resubmitted(row: QuarantinedRow, batch: Batch, *, by: Author, at: datetime) -> None:
    _settled(row, QuarantinedRow.State.RESUBMITTED, note="", batch=batch, by=by, at=at)
    _tell(row, "quarantine.resubmitted", {"batch": batch.pk}, by=by, at=at)


def _settled(row: QuarantinedRow, state: str, *, note: str, batch: Batch | None, by: Author, at: datetime) -> None:
    kept = QuarantinedRow.objects.select_for_update().get(pk=row.pk)
    if kept.state != QuarantinedRow.State.OPEN:
        raise AlreadySettled(f"{row.file}:{row.line} was settled before")
    kept.state, kept.note, kept.settled_batch = state, note, batch
    kept.settled_by, kept.settled_at = by.account, at
    kept.save(update_fields=["state", "note", "settled_batch", "settled_by", "settled_at"])
    row.refresh_from_db()


def _tell(row: QuarantinedRow, kind: str, data: dict[str, Any], *, by: Author, at: datetime) -> None:
    source = row.batch.source
    told = {"source": source.code, "file": row.file, "line": row.line, "reason_code": row.reason_code, **data}
    about = ("quarantined_row", str(row.pk))
    record(kind=kind, about=about, by=by, at=at, data=told, organisation=source.owner, field=source.field)
