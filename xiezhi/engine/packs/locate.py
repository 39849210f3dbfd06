"""Where each key of a TOML text stands. ``tomllib`` forgets lines; a message to an author must not.

The text has been parsed by ``tomllib`` before it comes here, so this scanner walks valid TOML only and checks nothing.
"""

import re
import tomllib
from typing import NamedTuple

KeyPath = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")
_BASIC = re.compile(r'"(?:[^"\\]|\\.)*"')
_LITERAL = re.compile(r"'[^']*'")
_LONG_BASIC = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''(?:[^']|'(?!''))*'{3,5}", re.DOTALL)
_BLANK = re.compile(r"[ \t]*")
_BETWEEN = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")


class Spot(NamedTuple):
    """A line and a column, both from 1."""

    line: int
    column: int


def locate(text: str, *, first_line: int = 1) -> dict[KeyPath, Spot]:
    """Return the spot of each key path of a valid TOML text, items of arrays included.

    ``("columns", "case_no", "type")`` is where that key is written; ``("rules", 1)`` the second ``[[rules]]`` header
    or the second item of the array; ``()`` the first line. ``first_line`` is the number of the first line.
    """
    scanner = _Scanner(text)
    scanner.document()
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    spots: dict[KeyPath, Spot] = {(): Spot(first_line, 1)}
    line = 0
    for path, at in sorted(scanner.found.items(), key=lambda item: item[1]):
        while line + 1 < len(starts) and starts[line + 1] <= at:
            line += 1
        spots[path] = Spot(line + first_line, at - starts[line] + 1)
    return spots


class _Scanner:
    """One walk over the text: ``at`` is the next character, ``found`` the offset at which each path first stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[KeyPath, int] = {}
        self.tables: dict[KeyPath, int] = {}  # arrays of tables: how many headers so far

    def document(self) -> None:
        table: KeyPath = ()
        while True:
            self._pass(_BETWEEN)
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> KeyPath:
        many = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 2 if many else 1
        path: KeyPath = ()
        parts = self._key()
        for part, _ in parts[:-1]:
            path = self._into((*path, part))
            self._note(path, start)
        path = (*path, parts[-1][0])
        self._note(path, start)
        if many:
            self.tables[path] = self.tables.get(path, 0) + 1
        path = self._into(path)
        self._note(path, start)
        self._pass(_BLANK)
        self.at += 2 if many else 1
        return path

    def _into(self, path: KeyPath) -> KeyPath:
        return (*path, self.tables[path] - 1) if path in self.tables else path

    def _pair(self, table: KeyPath) -> None:
        path = table
        for part, start in self._key():
            path = (*path, part)
            self._note(path, start)
        self._pass(_BLANK)
        self.at += 1  # the equals sign
        self._pass(_BLANK)
        self._value(path)

    def _key(self) -> list[tuple[str, int]]:
        parts = []
        while True:
            self._pass(_BLANK)
            start = self.at
            parts.append((self._key_part(), start))
            self._pass(_BLANK)
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def _key_part(self) -> str:
        first = self.text[self.at]
        if first == "'":
            return self._take(_LITERAL)[1:-1]
        if first == '"':
            return str(tomllib.loads(f"key = {self._take(_BASIC)}")["key"])
        return self._take(_BARE)

    def _value(self, path: KeyPath) -> None:
        first = self.text[self.at]
        if first == "[":
            self._array(path)
        elif first == "{":
            self._inline(path)
        elif first == '"':
            self._take(_LONG_BASIC if self.text.startswith('"""', self.at) else _BASIC)
        elif first == "'":
            self._take(_LONG_LITERAL if self.text.startswith("'''", self.at) else _LITERAL)
        else:
            self._take(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        count = 0
        while self._more("]"):
            self._note((*path, count), self.at)
            self._value((*path, count))
            count += 1

    def _inline(self, path: KeyPath) -> None:
        self.at += 1
        while self._more("}"):
            self._pair(path)

    def _more(self, end: str) -> bool:
        """Step over commas, blanks and comments; at the end sign, step over it and return False."""
        self._pass(_BETWEEN)
        if self.text[self.at] == ",":
            self.at += 1
            self._pass(_BETWEEN)
        if self.text[self.at] != end:
            return True
        self.at += 1
        return False

    def _note(self, path: KeyPath, start: int) -> None:
        self.found.setdefault(path, start)

    def _pass(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"not TOML at offset {self.at}")
        self.at = found.end()
        return found.group()
