"""Findings as rows: what an evaluation found is held against what is live, and only what differs is written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xiezhi.engine.canonical import canonical, digest
from xiezhi.engine.findings.texts import json_value
from xiezhi.engine.packs.model import Indicator
from xiezhi.kernel.findings.changes import Body
from xiezhi.kernel.findings.models import Finding

_CHUNK = 500  # bound values of one statement


@dataclass(frozen=True)
class Found:
    """A finding of this evaluation. ``scope``: canonical JSON of the values of its scope columns."""

    identity: str
    scope: str
    body: Body
    trial: bool


@dataclass(frozen=True)
class Kept:
    """What differs: identity → body."""

    before: dict[str, Body]
    after: dict[str, Body]


def identity_of(body: Body) -> str:
    """Return the identity of a finding: field, indicator, rule, subject, period and part."""
    names = ("field", "indicator", "rule", "subject_type", "subject_id", "period", "part")
    return digest({name: _plain(body[name]) for name in names})


def found(
    indicator: Indicator, rows: Iterable[Mapping[str, Any]], bodies: Iterable[Body], *, trial: bool
) -> Iterator[Found]:
    """Yield the findings of flagged rows, with the scope that each stands in."""
    for row, body in zip(rows, bodies, strict=True):
        yield Found(identity_of(body), scope_text(row[name] for name in indicator.scope), body, trial)


def scope_text(values: Iterable[Any]) -> str:
    """Return scope values as one text."""
    return canonical([_plain(json_value(value)) for value in values]).decode()


def live_of(field: str, indicator: str, scopes: Iterable[str] | None) -> Iterator[Finding]:
    """Yield the live findings of an indicator, of these scopes only where any are named."""
    rows = Finding.objects.filter(field=field, indicator=indicator, until_version=None)
    if scopes is None:
        yield from rows.order_by("pk")
        return
    wanted = sorted(scopes)
    for first in range(0, len(wanted), _CHUNK):
        yield from rows.filter(scope__in=wanted[first : first + _CHUNK]).order_by("pk")


def keep(live: Iterable[Finding], now: Iterable[Found], *, version: int) -> Kept:
    """Write what differs, inside the transaction of the evaluation; trial findings are kept, and not told."""
    old = {row.identity: row for row in live}
    new = {item.identity: item for item in now}
    ended = [row for identity, row in old.items() if identity not in new]
    moved = [(old[i], item) for i, item in new.items() if i in old and old[i].digest != item.body["digest"]]
    fresh = [item for identity, item in new.items() if identity not in old]
    before = {row.identity: row.body for row in (*ended, *(row for row, _ in moved)) if not row.trial}
    after = {item.identity: item.body for item in (*fresh, *(item for _, item in moved)) if not item.trial}
    _end(ended, version)
    _move(moved)
    Finding.objects.bulk_create((_row(item, version) for item in fresh), batch_size=_CHUNK)
    return Kept(before, after)


def _end(rows: list[Finding], version: int) -> None:
    keys = [row.pk for row in rows]
    for first in range(0, len(keys), _CHUNK):
        Finding.objects.filter(pk__in=keys[first : first + _CHUNK]).update(until_version=version)


def _move(rows: list[tuple[Finding, Found]]) -> None:
    """Bring figures up to date: the finding is the same one, its day or its values went on."""
    for row, item in rows:
        row.level, row.digest, row.fingerprint = item.body["level"], item.body["digest"], item.body["fingerprint"]
        row.body, row.scope, row.trial = item.body, item.scope, item.trial
    fields = ("level", "digest", "fingerprint", "body", "scope", "trial")
    Finding.objects.bulk_update([row for row, _ in rows], fields, batch_size=100)


def _row(item: Found, version: int) -> Finding:
    body = item.body
    return Finding(
        field=body["field"],
        indicator=body["indicator"],
        rule=body["rule"],
        subject_type=body["subject_type"],
        subject_id=body["subject_id"],
        period=body["period"] or "",
        identity=item.identity,
        scope=item.scope,
        level=body["level"],
        digest=body["digest"],
        fingerprint=body["fingerprint"],
        trial=item.trial,
        body=body,
        since_version=version,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
