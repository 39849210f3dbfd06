"""From texts to typed columns. What depends on the distinct texts alone is done here, the rest in one SELECT."""

import importlib
from collections.abc import Callable
from typing import Protocol, cast

import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.intake.refusals import REASONS
from xiezhi.engine.intake.sections import Feed
from xiezhi.engine.intake.tokens import Vault
from xiezhi.engine.packs.model import Dataset

REASON = {code: number for number, code in enumerate(REASONS, start=1)}
REASON_AT = tuple(REASONS)  # REASON_AT[number - 1]
_SPACE = " \t\r\n\v\f\u00a0\u3000\ufeff"
_REMEMBERED = 100_000  # distinct texts kept between batches


class NoSuchCheck(XiezhiError):  # noqa: N818  named by what is wrong
    """A dataset declares a check that python-stdnum does not know."""


class _Number(Protocol):
    def validate(self, number: str) -> str: ...


def cleaned(texts: pa.Array) -> pa.Array:
    """Return texts without outer white space (ideographic space included); what is then empty is null."""
    trimmed = pc.utf8_trim(texts, characters=_SPACE)
    empty = pc.equal(pc.binary_length(trimmed), 0)
    return pc.if_else(empty, pa.scalar(None, pa.string()), trimmed) if pc.any(empty).as_py() else trimmed


class Cell:
    """How the texts of one feed become values where a look at each distinct text is needed."""

    def __init__(self, feed: Feed, dataset: Dataset, vault: Vault) -> None:
        column = feed.column
        self.feed = feed
        self.codes = dict(feed.map.codes)
        self.listed = {c.value for c in dataset.codes[column.codes]} if column.codes is not None else None
        self.validate = validator(column.check) if column.check else None
        self.vault = vault
        self.opened = feed.map.privacy == "none"
        self.memory: dict[str, tuple[str | int | None, int]] = {}
        self.distinct = bool(
            self.codes or feed.map.other is not None or self.listed is not None or column.check or feed.direct
        )

    @property
    def type(self) -> pa.DataType:
        """The Arrow type of what goes into the SELECT."""
        return pa.int64() if self.feed.direct else pa.string()

    def values(self, texts: pa.Array) -> tuple[pa.Array, pa.Array | None]:
        """Return values and, where there can be any, the numbers of reasons (0 = none)."""
        if "" in self.codes:
            texts = pc.fill_null(texts, "")
        if not self.distinct:
            return texts, None
        coded = texts.dictionary_encode()
        pairs = [self._remembered(text) for text in coded.dictionary.to_pylist()]
        values = pa.array([value for value, _ in pairs], self.type)
        reasons = pa.array([reason for _, reason in pairs], pa.int8())
        return values.take(coded.indices), pc.fill_null(reasons.take(coded.indices), 0)

    def _remembered(self, text: str) -> tuple[str | int | None, int]:
        found = self.memory.get(text)
        if found is None:
            if len(self.memory) >= _REMEMBERED:
                self.memory.clear()
            found = self.memory[text] = self._value(text)
        return found

    def _value(self, text: str) -> tuple[str | int | None, int]:
        value = self.codes.get(text, text if self.feed.map.other is None else self.feed.map.other)
        reason = 0
        if self.listed is not None and value not in self.listed and value:
            reason = REASON["not_in_list"]
        if self.validate is not None and value:
            normal = self.validate(value)
            value, reason = (value, REASON["check_digit"]) if normal is None else (normal, reason)
        if not value:
            return None, 0
        return (self.vault.token(value, opened=self.opened) if self.feed.direct else value), reason


def validator(check: str) -> Callable[[str], str | None]:
    """Return a function that gives the compact form of a number, or None where its check digit is wrong.

    Raises:
        NoSuchCheck: python-stdnum has no such module.
    """
    try:
        module = importlib.import_module(f"stdnum.{check}")
        errors = importlib.import_module("stdnum.exceptions").ValidationError
    except ImportError as error:
        raise NoSuchCheck(f"check = {check!r}: python-stdnum has no module of this name") from error
    number = cast("_Number", module)

    def normal(text: str) -> str | None:
        try:
            return number.validate(text)
        except errors:
            return None

    return normal
