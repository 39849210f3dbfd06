"""Strict reading of a table of TOML: every key is asked for, what nobody asked for is an error, each error has a line.

A reader never stops at the first error: it notes an issue, takes an empty value and goes on, and the loader refuses
the pack at the end with all of them.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from xiezhi.engine.errors import Issue, Place
from xiezhi.engine.packs.locate import KeyPath, Spot, locate
from xiezhi.engine.packs.names import LONGEST, NAME, nearest
from xiezhi.engine.words import NOTHING, Words

_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # they turn the order of what is shown
_LARGEST = 16 << 20  # bytes of a text that a person wrote
_DEEPEST = 40  # tables in each other
_T = TypeVar("_T")


@dataclass(frozen=True)
class Text:
    """A file being read: its path, where its keys stand, and the list that issues are noted in."""

    path: Path
    issues: list[Issue]
    spots: Mapping[KeyPath, Spot] = field(default_factory=dict)

    def refuse(self, at: KeyPath, code: str, message: str, instead: str = "") -> None:
        """Note an issue at a key, or at the nearest enclosing key that stands in the text."""
        while at and at not in self.spots:
            at = at[:-1]
        spot = self.spots.get(at, Spot(0, 0))
        self.issues.append(Issue(Place(self.path, *spot), code, message, instead))

    def refuse_line(self, line: int, code: str, message: str, instead: str = "", column: int = 0) -> None:
        """Note an issue at a line."""
        self.issues.append(Issue(Place(self.path, line, column), code, message, instead))


def read_utf8(path: Path, issues: list[Issue]) -> str | None:
    """Return a file's text with line ends made ``\\n``, or None with an issue noted."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        reason = error.strerror or "cannot be read"
        issues.append(Issue(Place(path), "file", f"cannot be read: {reason}", "make it a file that may be read"))
        return None
    if len(raw) > _LARGEST:
        issues.append(
            Issue(Place(path), "too-large", f"larger than {_LARGEST >> 20} MiB", "divide it, or deliver it as data")
        )
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        issues.append(Issue(Place(path, line), "encoding", f"not UTF-8 at byte {error.start}", "save it as UTF-8"))
        return None
    if text.startswith("\ufeff"):
        issues.append(
            Issue(Place(path, 1), "encoding", "starts with a byte order mark", "save it as UTF-8 without one")
        )
        return None
    turned = _TURNS.search(text)
    if turned:
        line = text.count("\n", 0, turned.start()) + 1
        column = turned.start() - text.rfind("\n", 0, turned.start())
        message = f"the character U+{ord(turned[0]):04X} makes the text look other than it is"
        issues.append(Issue(Place(path, line, column), "character", message, "delete it"))
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_toml(path: Path, text: str, issues: list[Issue], *, first_line: int = 1) -> "Section | None":
    """Return the root section of a TOML text, decimals exact; or None with the syntax error noted."""
    try:
        values = tomllib.loads(text, parse_float=Decimal)
        _measure(values)
        spots = locate(text, first_line=first_line)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        message = _AT_LINE.sub("", str(error))
        line = int(found[1]) if found and found[1] else text.rstrip("\n").count("\n") + 1
        column = int(found[2]) if found and found[2] else 0
        issues.append(Issue(Place(path, line + first_line - 1, column), "toml", message, "write valid TOML"))
        return None
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets nested by the thousand
        place = Place(path, first_line)
        issues.append(Issue(place, "toml", "a number too long or tables too deep to be read", "write plain TOML"))
        return None
    return Section(Text(path, issues, spots), (), values)


def _measure(values: dict[str, Any]) -> None:
    """Raise a RecursionError for tables too deep for readers that walk by recursion; does not recurse itself."""
    level: list[Any] = [values]
    for _ in range(_DEEPEST):
        level = [
            inner
            for table in level
            for inner in (table.values() if isinstance(table, dict) else table)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise RecursionError


def read_toml(path: Path, issues: list[Issue]) -> "Section | None":
    """Return the root section of a TOML file, or None with an issue noted."""
    text = read_utf8(path, issues)
    return None if text is None else parse_toml(path, text, issues)


class Section:
    """One table. Ask for each key once, then call `done`, which refuses the keys that were not asked for."""

    def __init__(self, text: Text, at: KeyPath, values: dict[str, Any]) -> None:
        self.text = text
        self.at = at
        self.values = values
        self._asked: list[str] = []

    @property
    def title(self) -> str:
        """How a message calls this table: ``[columns.case_no]``, ``[rules] number 2``, ``this file``."""
        if not self.at:
            return "this file"
        names = ".".join(part for part in self.at if isinstance(part, str))
        last = self.at[-1]
        return f"[{names}]" if isinstance(last, str) else f"[{names}] number {last + 1}"

    def refuse(self, key: str, code: str, message: str, instead: str = "") -> None:
        """Note an issue at one of this table's keys."""
        self.text.refuse((*self.at, key), code, message, instead)

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        self._asked.append(key)
        return key in self.values

    def done(self) -> None:
        """Refuse every key that was not asked for."""
        for key in self.values:
            if key not in self._asked:
                near = nearest(key, self._asked)
                known = ", ".join(sorted(set(self._asked)))
                self.refuse(key, "unknown-key", f'unknown key "{key}" in {self.title}', near or f"known keys: {known}")

    def string(self, key: str, default: str | None = None) -> str:
        """Return a text that is not blank; without a default it must be written."""
        if not self.has(key):
            if default is None:
                self._missing(key, f'write {key} = "…"')
            return default or ""
        value = self._typed(key, str, "a text in quotes")
        if value is not None and not value.strip():
            self.refuse(key, "missing", f'"{key}" of {self.title} is empty', f'write {key} = "…"')
        return value or ""

    def loose(self, key: str) -> str:
        """Return a text that may be empty or absent."""
        return (self._typed(key, str, "a text in quotes") if self.has(key) else None) or ""

    def choice(self, key: str, options: Iterable[str], default: str | None = None) -> str:
        """Return one of the options; another text is refused."""
        if default is not None and not self.has(key):
            return default
        known = list(options)
        value = self.string(key)
        if value and value not in known:
            self.refuse(key, "choice", f'"{key}" of {self.title} is "{value}"', f"write one of: {', '.join(known)}")
        return value if value in known else known[0]

    def flag(self, key: str) -> bool:
        """Return a boolean, false when absent."""
        return bool(self._typed(key, bool, "true or false")) if self.has(key) else False

    def integer(self, key: str, default: int) -> int:
        """Return a whole number."""
        value = self._typed(key, int, "a whole number") if self.has(key) else None
        return default if value is None else value

    def day(self, key: str) -> date | None:
        """Return a date, or None when absent."""
        return self._typed(key, date, "a date such as 2026-01-01, without quotes") if self.has(key) else None

    def name(self, key: str, default: str | None = None) -> str:
        """Return a text that is a name of the engine: small letters, digits, underscores."""
        value = self.string(key, default)
        if value:
            check_name(self.text, (*self.at, key), value, f'"{key}" of {self.title}')
        return value

    def strings(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Return a list of texts without repetition."""
        if not self.has(key):
            if required:
                self._missing(key, f'write {key} = ["…"]')
            return ()
        value = self.values[key]
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.refuse(key, "type", f'"{key}" of {self.title} is not a list of texts', f'write {key} = ["…"]')
            return ()
        if required and not value:
            self._missing(key, f'write {key} = ["…"]')
        for number, item in enumerate(value):
            if item in value[:number]:
                self.text.refuse(
                    (*self.at, key, number), "duplicate", f'"{item}" stands twice in "{key}"', "write once"
                )
        return tuple(dict.fromkeys(value))

    def words(self, key: str, *, required: bool = True) -> Words:
        """Return ``key = {zh = "…", en = "…"}``; where it is written neither language may be empty."""
        inner = self.section(key, required=required)
        if inner is None:
            return NOTHING
        words = inner.both()
        inner.done()
        return words

    def both(self) -> Words:
        """Return the keys ``zh`` and ``en`` of this very table."""
        return Words(self._language("zh", "Chinese"), self._language("en", "English"))

    def section(self, key: str, *, required: bool = False) -> "Section | None":
        """Return an inner table, or None when absent."""
        if not self.has(key):
            if required:
                self._missing(key, self._table_form(key))
            return None
        value = self.values[key]
        if not isinstance(value, dict):
            self.refuse(key, "type", f'"{key}" of {self.title} is not a table', self._table_form(key))
            return None
        return Section(self.text, (*self.at, key), value)

    def sections(self, key: str, *, required: bool = False) -> "list[Section]":
        """Return an array of tables, empty when absent."""
        if not self.has(key):
            if required:
                self._missing(key, f"write [[{self._dotted(key)}]]")
            return []
        value = self.values[key]
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.refuse(
                key, "type", f'"{key}" of {self.title} is not a list of tables', f"write [[{self._dotted(key)}]]"
            )
            return []
        return [Section(self.text, (*self.at, key, number), item) for number, item in enumerate(value)]

    def tables(self) -> "dict[str, Section]":
        """Return this table's entries, each of which must be a table."""
        found = {key: self.section(key) for key in self.values}
        return {key: section for key, section in found.items() if section is not None}

    def _dotted(self, key: str) -> str:
        return ".".join(part for part in (*self.at, key) if isinstance(part, str))

    def _table_form(self, key: str) -> str:
        return f"write {key} = {{…}} or [{self._dotted(key)}]"

    def _language(self, key: str, language: str) -> str:
        self._asked.append(key)
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            return value
        message = f'{self.title} has no {language} ("{key}")'
        self.refuse(key, "language", message, f'write {key} = "…" in {language}')
        return ""

    def _typed(self, key: str, kind: type[_T], said: str) -> _T | None:
        value = self.values[key]
        if isinstance(value, kind) and not _stranger(value, kind):
            return value
        self.refuse(key, "type", f'"{key}" of {self.title} is not {said}', f"write {said}")
        return None

    def _missing(self, key: str, instead: str) -> None:
        self.refuse(key, "missing", f'{self.title} has no "{key}"', instead)


def _stranger(value: object, kind: type) -> bool:
    """Python counts a boolean as an integer and a time stamp as a date; an author does not."""
    return (kind is int and isinstance(value, bool)) or (kind is date and isinstance(value, datetime))


def check_name(text: Text, at: KeyPath, name: str, what: str) -> bool:
    """Note an issue when a name is not of small letters, digits and underscores, or is too long."""
    if NAME.fullmatch(name) and len(name) <= LONGEST:
        return True
    instead = f"use at most {LONGEST} small letters, digits and underscores, a letter first"
    text.refuse(at, "name", f'{what}: "{name}" is not a name', instead)
    return False
