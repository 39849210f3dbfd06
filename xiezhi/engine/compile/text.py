"""An author's SQL text: where a node of its tree stands, and how it is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from xiezhi.engine.compile import forms
from xiezhi.engine.errors import Issue, Place, XiezhiError


class Refused(XiezhiError):  # noqa: N818  named by what it says
    """Issues of one text, on their way to the list that the author gets."""

    def __init__(self, *issues: Issue) -> None:
        self.issues = issues
        super().__init__("\n".join(str(issue) for issue in issues))


@dataclass(frozen=True)
class Text:
    """A text with its file. ``line``: the line of the file where the text begins, 0 where it is not known."""

    path: Path
    sql: str
    line: int = 1
    column: int = 1

    def at(self, offset: int) -> Place:
        """Return the place of a character."""
        before = self.sql[:offset]
        row = before.count("\n")
        column = offset - (before.rfind("\n") + 1)
        if not self.line:
            return Place(self.path)
        return Place(self.path, self.line + row, column + (1 if row else self.column))

    def place(self, node: exp.Expr | None) -> Place:
        """Return the place of a node: its first character, or that of the nearest node that has one."""
        while node is not None:
            starts = [start for start in _starts(node) if start < len(self.sql)]
            if starts:
                return self.at(min(starts))
            node = node.parent
        return self.at(0)

    def refuse(self, node: exp.Expr | int | None, code: str, message: str = "", instead: str = "") -> Refused:
        """Return the refusal of a node or offset; words left out come from the table of forms."""
        place = self.at(node) if isinstance(node, int) else self.place(node)
        form = forms.refused(code)
        if form is not None:
            message, instead = message or form.why, instead or form.instead
        return Refused(Issue(place, code, message, instead))


def _starts(node: exp.Expr) -> Iterator[int]:
    for part in node.walk():
        start = part.meta.get("start") if part.meta else None
        if isinstance(start, int):
            yield start
