"""Reading the ledger: what happened to one thing, and the leaves in order, for whoever proves the whole."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiezhi.engine.words import Language, Words
from xiezhi.kernel.ledger.kinds import kinds
from xiezhi.kernel.ledger.leaf import leaf_of
from xiezhi.kernel.ledger.models import Entry


@dataclass(frozen=True)
class EntryView:
    """An entry as it is read: ``sentence`` is its kind's, with the values of its data filled in."""

    number: int
    at: datetime
    by: int | None
    by_name: str
    kind: str
    sentence: Words
    object_kind: str
    object_id: str
    organisation: str
    field: str
    data: dict[str, Any]
    leaf: str


@dataclass(frozen=True)
class Leaf:
    """A leaf of the tree over all entries, by the entry's number."""

    number: int
    leaf: str


def told(entry: Entry) -> EntryView:
    """Return an entry as it is read. An entry of a kind that is no longer known tells its kind's name."""
    known = kinds().get(entry.kind)
    pattern = known.sentence if known else Words(entry.kind, entry.kind)
    codes = known.codes if known else {}
    return EntryView(
        number=entry.pk,
        at=entry.at,
        by=entry.by,
        by_name=entry.by_name,
        kind=entry.kind,
        sentence=Words(
            pattern.zh.format_map(_said(entry.data, codes, "zh")), pattern.en.format_map(_said(entry.data, codes, "en"))
        ),
        object_kind=entry.object_kind,
        object_id=entry.object_id,
        organisation=entry.organisation,
        field=entry.field,
        data=dict(entry.data),
        leaf=entry.leaf,
    )


def _said(data: Mapping[str, Any], codes: Mapping[str, Mapping[str, Words]], language: Language) -> Mapping[str, str]:
    """Return the values of an entry in one language; what is missing or null is a dash."""
    said = {name: _value(value, codes.get(name, {}), language) for name, value in data.items()}
    return defaultdict(lambda: "–", said)


def _value(value: Any, codes: Mapping[str, Words], language: Language) -> str:
    if value is None:
        return "–"
    return codes[value].in_(language) if isinstance(value, str) and value in codes else str(value)


def entries_about(object_kind: str, object_id: str) -> tuple[EntryView, ...]:
    """Return all that was recorded about one thing, in order."""
    found = Entry.objects.filter(object_kind=object_kind, object_id=object_id).order_by("pk")
    return tuple(told(entry) for entry in found)


def leaves(*, after: int = 0) -> Iterator[Leaf]:
    """Yield the leaves in order of their entries, beyond a number, in constant memory."""
    found = Entry.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "leaf")
    for number, leaf in found.iterator(chunk_size=2000):
        yield Leaf(number, leaf)


def differing(*, after: int = 0) -> Iterator[int]:
    """Yield the numbers of entries whose leaf is not that of what they say: somebody went past the database."""
    for entry in Entry.objects.filter(pk__gt=after).order_by("pk").iterator(chunk_size=2000):
        if entry.leaf != _leaf_again(entry):
            yield entry.pk


def _leaf_again(entry: Entry) -> str:
    return leaf_of(
        at=entry.at,
        kind=entry.kind,
        object_kind=entry.object_kind,
        object_id=entry.object_id,
        by=entry.by,
        by_name=entry.by_name,
        organisation=entry.organisation,
        field=entry.field,
        data=entry.data,
    )
