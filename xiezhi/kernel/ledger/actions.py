"""Writing the ledger: one entry, in the transaction of the change that it records."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from xiezhi.engine.canonical import canonical
from xiezhi.engine.errors import XiezhiError
from xiezhi.kernel.ledger.author import Author
from xiezhi.kernel.ledger.kinds import kind as known
from xiezhi.kernel.ledger.leaf import leaf_of
from xiezhi.kernel.ledger.models import Entry


class OutsideTransaction(XiezhiError):  # noqa: N818  named by what it says
    """An entry outside the transaction of its change could stay when the change does not."""


class WithoutZone(XiezhiError):  # noqa: N818  named by what it says
    """A moment without a zone is not a moment."""


def record(
    *,
    kind: str,
    about: tuple[str, str],
    by: Author,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    organisation: str = "",
    field: str = "",
) -> Entry:
    """Write one entry.

    Args:
        kind: a registered kind of event.
        about: kind and id of the object, such as ("alert", "YJ-2026-00417").
        by: who did it.
        at: when; aware.
        data: JSON: old and new values, tokens in place of direct identifiers. Texts, integers below 2^53, booleans.
        organisation, field: what the object belongs to, for who may read the entry.

    Raises:
        OutsideTransaction: when no transaction is open.
        UnknownKind: when no room has registered the kind.
        WithoutZone: when ``at`` has no zone.
        NotCanonical: when ``data`` holds what has no canonical form, such as a float.
    """
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction(f"{kind}: write the entry inside the transaction of what it records")
    if timezone.is_naive(at):
        raise WithoutZone(f"{kind}: {at} has no zone; pass timezone.now() from the edge")
    content: dict[str, Any] = {
        "kind": known(kind).name,
        "object_kind": about[0],
        "object_id": about[1],
        "by": by.account,
        "by_name": by.name,
        "organisation": organisation,
        "field": field,
        "data": _stored(data or {}),
    }
    return Entry.objects.create(at=at, leaf=leaf_of(at=at, **content), **content)


def _stored(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return data as the database gives it back, so that the leaf is that of what can be read again."""
    stored: dict[str, Any] = json.loads(canonical(dict(data)))
    return stored
