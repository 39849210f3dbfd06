"""Entries about an alert: each says which alert, and what it belongs to, in the same way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.ledger.actions import record
from xiezhi.kernel.ledger.author import SYSTEM, Author


def enter(alert: Alert, kind: str, data: Mapping[str, Any] | None = None, *, at: datetime, by: Author = SYSTEM) -> None:
    """Write an entry about an alert, in the caller's transaction; by the system where nobody did it."""
    record(
        kind=kind,
        about=("alert", alert.number),
        by=by,
        at=at,
        organisation=alert.organisation,
        field=alert.field,
        data=data,
    )
