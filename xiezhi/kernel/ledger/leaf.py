"""The leaf of an entry: what anyone can compute again from the entry's own columns."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from xiezhi.engine.canonical import digest


def leaf_of(
    *,
    at: datetime,
    kind: str,
    object_kind: str,
    object_id: str,
    by: int | None,
    by_name: str,
    organisation: str,
    field: str,
    data: Mapping[str, Any],
) -> str:
    """Return SHA-256 over the RFC 8785 canonical JSON of an entry, as 64 hex digits.

    ``at`` is written in UTC with microseconds, so that neither the zone of the writer nor that of the database shows.
    The number of the entry is no part: its place in the tree says it.
    """
    return digest(
        {
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "kind": kind,
            "object_kind": object_kind,
            "object_id": object_id,
            "by": by,
            "by_name": by_name,
            "organisation": organisation,
            "field": field,
            "data": dict(data),
        }
    )
