"""The root of every failure that can be foreseen.

Each room adds one class for each failure of its own, beside the code that raises it. A message names the file, the
row or line and the field, and says what to do.
"""

import unicodedata
from dataclasses import dataclass
from pathlib import Path


class XiezhiError(Exception):
    """A foreseen failure, worded for the person who can mend it."""


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in a file. Lines and columns count from 1; 0 means the whole file."""

    path: Path
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return ``path:line:column`` without the parts that are not known."""
        parts = [str(self.path)]
        if self.line:
            parts.append(str(self.line))
        if self.line and self.column:
            parts.append(str(self.column))
        return ":".join(parts)


@dataclass(frozen=True, order=True)
class Issue:
    """One thing wrong in a text that an author wrote: where, what, and what to write instead."""

    place: Place
    code: str
    message: str
    instead: str = ""

    def __str__(self) -> str:
        """Return one line for a terminal."""
        tail = f" — {self.instead}" if self.instead else ""
        return "".join(map(_plain, f"{self.place}: {self.code}: {self.message}{tail}"))


def _plain(character: str) -> str:
    """Return a character, or its escape where it would break the line, hide, or turn the text around."""
    shown = character.isprintable() or unicodedata.category(character) == "Zs"
    return character if shown else character.encode("unicode_escape").decode("ascii")


class AuthorError(XiezhiError):
    """Texts of a pack, a mapping or a draft are refused; carries every issue found, in order of place."""

    def __init__(self, issues: "list[Issue]") -> None:
        self.issues = sorted(issues)
        super().__init__("\n".join(str(issue) for issue in self.issues))
