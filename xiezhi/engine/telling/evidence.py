"""The facts behind a finding, in words: role, content with the names of the columns, dataset and row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from xiezhi.engine.findings.wording import Manner
from xiezhi.engine.findings.written import written
from xiezhi.engine.visible import visible
from xiezhi.engine.words import Words

Labelled: TypeAlias = tuple[Words, Words]
_CELL = 80  # characters


@dataclass(frozen=True)
class Fact:
    """A row of evidence. ``content``: label and text of each column that is not empty; ``empty``: the others."""

    role: Words
    dataset: Words
    key: tuple[Labelled, ...]
    place: str
    line: str
    digest: str
    content: tuple[Labelled, ...]
    empty: tuple[Words, ...]


@dataclass(frozen=True)
class Naming:
    """What datasets, their columns and the roles of an indicator's evidence are called."""

    datasets: Mapping[str, Words]
    columns: Mapping[str, Mapping[str, Manner]]
    roles: Mapping[str, Words]


def fact(item: Mapping[str, Any], naming: Naming) -> Fact:
    """Return a row of evidence in words."""
    dataset, role = str(item.get("dataset") or ""), str(item.get("role") or "")
    manners = naming.columns.get(dataset, {})
    known = item.get("content") or {}
    content = [(name, value) for name, value in known.items() if not _is_instant(name, known)]
    return Fact(
        role=naming.roles.get(role) or spaced(role),
        dataset=naming.datasets.get(dataset) or spaced(dataset),
        key=tuple(labelled(name, value, manners) for name, value in (item.get("key") or {}).items()),
        place=_text(item.get("file"), _CELL),
        line=_text(item.get("line"), _CELL),
        digest=_text(item.get("row_digest"), 64),
        content=tuple(labelled(name, value, manners) for name, value in content if value not in (None, "")),
        empty=tuple(labelled(name, None, manners)[0] for name, value in content if value in (None, "")),
    )


def labelled(name: str, value: Any, manners: Mapping[str, Manner]) -> Labelled:
    """Return what a column is called, and its value as it is written."""
    manner = manners.get(name)
    if manner is None:
        return spaced(name), written(value, "")
    return manner.words or spaced(name), written(value, manner.unit, manner.codes)


def spaced(name: str) -> Words:
    """Return a name that nobody has worded, as words."""
    text = name.replace("_", " ")
    return Words(text, text)


def _is_instant(name: str, content: Mapping[str, Any]) -> bool:
    """Whether a column is the instant of a local time beside it, which says the same to a reader."""
    return name.endswith("_utc") and name.removesuffix("_utc") in content


def _text(value: Any, most: int) -> str:
    return "" if value is None else visible(value, most=most)
