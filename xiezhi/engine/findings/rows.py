"""A row of a dataset as evidence: its key, its content, and the digest over all that its dataset declares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xiezhi.engine.canonical import digest
from xiezhi.engine.columns import Kind, Privacy
from xiezhi.engine.findings.texts import Text, digest_value, json_value
from xiezhi.engine.packs.model import Column, Dataset


@dataclass(frozen=True)
class Row:
    """One row behind a finding. ``raw`` holds the stored values."""

    dataset: str
    key: dict[str, Text]
    digest: str
    file: str
    line: int
    content: dict[str, Text]
    raw: Mapping[str, Any]


def stored_names(column: Column) -> tuple[str, ...]:
    """Return the stored columns that a digest sees: never a surrogate, which is storage only."""
    return () if column.type.kind is Kind.SURROGATE else tuple(column.stored)


def make_row(dataset: Dataset, raw: Mapping[str, Any], files: Mapping[int, str]) -> Row:
    """Return the evidence form of a stored row.

    Args:
        dataset: what the row belongs to.
        raw: stored columns with ``_file`` and ``_line``.
        files: file number → path.
    """
    content: dict[str, Text] = {}
    seen: dict[str, str | bool | None] = {}
    for column in dataset.columns.values():
        token = column.privacy is Privacy.DIRECT
        for name in stored_names(column):
            instant = name != column.name
            content[name] = json_value(raw.get(name), token=token, instant=instant)
            seen[name] = digest_value(raw.get(name), token=token, instant=instant)
    return Row(
        dataset=dataset.name,
        key={name: content[name] for name in dataset.key},
        digest=digest(seen),
        file=files.get(raw.get("_file") or 0, ""),
        line=raw.get("_line") or 0,
        content={name: value for name, value in content.items() if value is not None},
        raw=raw,
    )
