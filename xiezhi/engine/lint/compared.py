"""What an example expects against what came out, cell by cell, and how a difference is told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xiezhi.engine.errors import Issue, Place
from xiezhi.engine.findings.texts import json_value
from xiezhi.engine.intake.tokens import token_of
from xiezhi.engine.packs.model import Example
from xiezhi.engine.packs.names import nearest

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """The page an example stands on. ``kind``: indicator or view. ``mend``: what may be wrong, for messages."""

    path: Path
    kind: str
    mend: str

    def issue(self, example: Example, message: str, instead: str = "") -> Issue:
        """Return an issue at the title of an example."""
        return Issue(Place(self.path, example.line), "example", f"“{example.title}” {message}", instead or self.mend)


def differences(
    page: Page,
    example: Example,
    rows: Sequence[Row],
    *,
    tokens: frozenset[str],
    columns: Sequence[str],
    usual: Sequence[str],
) -> list[Issue]:
    """Return what the example says otherwise; empty when they agree.

    Args:
        page: where the example stands.
        example: its ``expect`` is compared, in the columns that it names.
        rows: what came out.
        tokens: columns that hold tokens; an example writes the text itself.
        columns: what can be expected.
        usual: the columns told where the example expects nothing.
    """
    names = tuple(example.expect[0]) if example.expect else tuple(usual)
    for name in names:
        if name not in columns:
            message = f"expects the column {name}, which the {page.kind} does not give"
            return [page.issue(example, message, nearest(name, columns) or f"it gives: {', '.join(columns)}")]
    found = sorted(tuple(shown(row[name], token=name in tokens) for name in names) for row in rows)
    wanted = sorted(tuple(_wanted(name, row[name], tokens) for name in names) for row in example.expect)
    if found == wanted:
        return []
    return [page.issue(example, f"found {_told(names, found)}; expected {_told(names, wanted)}")]


def shown(value: Any, *, token: bool = False) -> str:
    """Return a value as a cell of an example is written."""
    text = json_value(value, token=token)
    return "" if text is None else str(text).lower() if isinstance(text, bool) else str(text)


def _wanted(name: str, cell: str, tokens: frozenset[str]) -> str:
    return str(json_value(token_of(cell), token=True)) if name in tokens and cell else cell


def _told(names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return "nothing"
    return "; ".join(", ".join(f"{name}={cell}" for name, cell in zip(names, row, strict=True)) for row in rows)


def repeated(page: Page, example: Example, rows: Sequence[Row], key: Sequence[str], what: str) -> list[Issue]:
    """Return an issue where two rows have one key; ``what`` says what the key is."""
    counts = Counter(tuple(shown(row[name]) for name in key) for row in rows)
    twice = sorted(cells for cells, number in counts.items() if number > 1)
    if not twice:
        return []
    told = ", ".join(f"{name}={cell}" for name, cell in zip(key, twice[0], strict=True))
    return [page.issue(example, f"gives two rows with the {what} {told}", f"group or filter, or lengthen the {what}")]
