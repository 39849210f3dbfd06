"""Why a finding ended: the situation is over, a fact was changed or withdrawn, the calendar or the rule changed.

A fact is *changed* where a value that was there became another one; a value that was empty and is now known is how
things ordinarily go on. Editing data is how an insider would clear his name, so the old and the new value are kept.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from xiezhi.engine.canonical import canonical
from xiezhi.engine.findings.build import subject_of
from xiezhi.engine.findings.rows import Row, make_row
from xiezhi.engine.packs.model import Pack
from xiezhi.kernel.findings.changes import Body
from xiezhi.kernel.findings.reach import Since
from xiezhi.kernel.intake.models import Batch

Versions = dict[str, list[tuple[Row, Row | None]]]  # key → (new, the one it replaced)


class Causes:
    """Tells causes for one evaluation; looks into the changed rows only when the first finding has ended."""

    def __init__(self, pack: Pack, since: Since, fingerprints: Mapping[str, str]) -> None:
        self._pack, self._since, self._now = pack, since, fingerprints

    def of(self, body: Body) -> tuple[str, dict[str, Any]]:
        """Return the cause, and what shows it."""
        if self._now.get(body["indicator"], body["fingerprint"]) != body["fingerprint"]:
            return "rule", {"fingerprint": self._now[body["indicator"]]}
        corrected: dict[str, Any] | None = None
        for dataset, key in _facts(self._pack, body):
            for new, old in self._versions.get(dataset, {}).get(_named(key), ()):
                if new.raw["_withdrawn"]:
                    return "withdrawn", self._told(dataset, new)
                corrected = corrected or self._edited(dataset, new, old)
        if corrected is not None:
            return "corrected", corrected
        return ("calendar", {}) if "calendar" in self._since.causes else ("ended", {})

    @cached_property
    def _versions(self) -> dict[str, Versions]:
        return {
            dataset: _by_key(make_row(self._pack.datasets[dataset], raw, {}) for raw in rows.to_pylist())
            for dataset, rows in self._since.rows.items()
        }

    def _edited(self, dataset: str, new: Row, old: Row | None) -> dict[str, Any] | None:
        if old is None:
            return None
        edits = {
            name: {"old": value, "new": new.content.get(name)}
            for name, value in old.content.items()
            if new.content.get(name) != value and not name.endswith("_utc")
        }
        return {**self._told(dataset, new), "edits": edits} if edits else None

    def _told(self, dataset: str, row: Row) -> dict[str, Any]:
        number = row.raw["_row"] >> 32
        batch = Batch.objects.filter(pk=number).first()
        return {
            "dataset": dataset,
            "key": row.key,
            "batch": number,
            "by": batch.by_name if batch else "",
            "at": batch.received_at.isoformat() if batch else "",
        }


def _facts(pack: Pack, body: Body) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what a finding rests on: its evidence, and the row of its subject."""
    for item in body["evidence"]:
        yield item["dataset"], item["key"]
    declared = subject_of(pack, body["subject_type"])
    if declared is not None:
        yield declared[0], {declared[1].key: body["subject_id"]}


def _by_key(rows: Iterator[Row]) -> Versions:
    every = list(rows)
    by_row = {row.raw["_row"]: row for row in every}
    found: Versions = {}
    for row in every:
        replaced = row.raw["_replaces"]
        if replaced != row.raw["_row"] and (replaced is not None or row.raw["_withdrawn"]):
            found.setdefault(_named(row.key), []).append((row, by_row.get(replaced)))
    return found


def _named(key: Mapping[str, Any]) -> str:
    return canonical({name: str(value) for name, value in key.items()}).decode()
