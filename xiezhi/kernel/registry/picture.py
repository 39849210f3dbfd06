"""The tree of organisations as one frozen picture, so that a page of a thousand rows asks the database once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from xiezhi.engine.words import Words
from xiezhi.kernel.registry.models import Organisation, Stamp


@dataclass(frozen=True)
class Body:
    """An organisation of the picture. ``texts``: all by which sources name it, its code first."""

    code: str
    words: Words
    short: Words
    parent: str
    successor: str
    valid_from: date
    valid_to: date | None
    texts: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Picture:
    """All organisations by code."""

    bodies: Mapping[str, Body]

    @cached_property
    def by_text(self) -> Mapping[str, tuple[str, ...]]:
        """Text → codes of the bodies that it names: several, when a name passed from one to another."""
        found: dict[str, list[str]] = {}
        for body in self.bodies.values():
            for text in dict.fromkeys(body.texts):
                found.setdefault(text.casefold(), []).append(body.code)
        return {text: tuple(codes) for text, codes in found.items()}

    @cached_property
    def below(self) -> Mapping[str, tuple[str, ...]]:
        """Code → what stands directly under it: its children, and the bodies that it succeeded."""
        found: dict[str, list[str]] = {}
        for body in self.bodies.values():
            for above in dict.fromkeys((body.parent, body.successor)):
                if above:
                    found.setdefault(above, []).append(body.code)
        return {code: tuple(codes) for code, codes in found.items()}

    @cached_property
    def subtrees(self) -> dict[str, frozenset[str]]:
        """Subtrees asked for so far."""
        return {}

    def subtree(self, code: str) -> frozenset[str]:
        """Return the body and all under it, those that it succeeded included."""
        if code not in self.subtrees:
            seen: set[str] = set()
            waiting = [code]
            while waiting:
                at = waiting.pop()
                if at not in seen:
                    seen.add(at)
                    waiting += self.below.get(at, ())
            self.subtrees[code] = frozenset(seen)
        return self.subtrees[code]


_KEPT: dict[int, Picture] = {}  # the newest, by its stamp
_PINNED: ContextVar[Picture | None] = ContextVar("registry_picture", default=None)


def picture() -> Picture:
    """Return the picture: the pinned one, else that of the newest stamp."""
    pinned = _PINNED.get()
    if pinned is not None:
        return pinned
    stamp = Stamp.objects.values_list("number", flat=True).first()
    if stamp is None:  # nothing has been changed by an action yet: nothing to recognise an old picture by
        return _read()
    if stamp not in _KEPT:
        _KEPT.clear()
        _KEPT[stamp] = _read()
    return _KEPT[stamp]


@contextmanager
def pinned() -> Iterator[None]:
    """Let one picture serve a whole request, or a whole round of the worker."""
    token = _PINNED.set(picture())
    try:
        yield
    finally:
        _PINNED.reset(token)


def _read() -> Picture:
    rows = Organisation.objects.select_related("parent", "succeeded_by").order_by("code")
    return Picture({row.code: _body(row) for row in rows})


def _body(row: Organisation) -> Body:
    words = Words(row.name_zh, row.name_en or row.name_zh)
    return Body(
        code=row.code,
        words=words,
        short=Words(row.short_zh or words.zh, row.short_en or words.en),
        parent=row.parent.code if row.parent else "",
        successor=row.succeeded_by.code if row.succeeded_by else "",
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        texts=tuple(
            text for text in (row.code, row.name_zh, row.name_en, row.short_zh, row.credit_code, *row.aliases) if text
        ),
    )
