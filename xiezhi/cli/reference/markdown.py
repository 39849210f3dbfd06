"""Markdown that every forge renders alike: headings, tables, code, quotations; nothing of one dialect only."""

from collections.abc import Iterable, Sequence

from xiezhi.engine.words import Words

MARK = "<!-- xiezhi reference: generated, do not edit -->"
_ESCAPES = str.maketrans({"|": "\\|", "\n": " ", "<": "&lt;", "[": "\\[", "*": "\\*"})


def page(title: str, *blocks: str) -> str:
    """Return a page: the mark that it is generated, its title, and the blocks that are not empty."""
    return "\n\n".join((MARK, f"# {title}", *(block for block in blocks if block))) + "\n"


def plain(text: object) -> str:
    """Return a text that means nothing to Markdown, on one line."""
    return str(text).translate(_ESCAPES)


def both(words: Words) -> str:
    """Return a name in both languages, Chinese first."""
    return plain(words.zh if words.zh == words.en or not words.en else f"{words.zh} · {words.en}")


def code(text: object) -> str:
    """Return a text as code on one line, fit for a table; nothing for an empty one."""
    line = " ".join(str(text).split()).replace("|", "\\|")
    if not line:
        return ""
    return f"`` {line} ``" if "`" in line else f"`{line}`"


def codes(texts: Iterable[object]) -> str:
    """Return texts as code with commas between."""
    return ", ".join(code(text) for text in texts)


def link(text: str, target: str) -> str:
    """Return a link. ``text`` is Markdown already."""
    return f"[{text}]({target})"


def anchor(heading: str) -> str:
    """Return the anchor that forges give a heading of letters, digits, ``_`` and ``-``."""
    return "#" + heading.lower()


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, or nothing where it would have no row. Cells are Markdown already."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if not lines:
        return ""
    return "\n".join((f"| {' | '.join(heads)} |", "|" + "---|" * len(heads), *lines))


def side_by_side(rows: Iterable[tuple[str, Words]]) -> str:
    """Return texts in two columns, one a language; those that nobody wrote are left out."""
    return table(("", "中文", "English"), ((name, plain(w.zh), plain(w.en)) for name, w in rows if w))


def titled(title: str, *blocks: str, level: int = 2) -> str:
    """Return a section, or nothing where all its blocks are empty."""
    kept = [block for block in blocks if block]
    return "\n\n".join((f"{'#' * level} {title}", *kept)) if kept else ""


def bullets(lines: Iterable[str]) -> str:
    """Return a list. Lines are Markdown already."""
    return "\n".join(f"* {line}" for line in lines)


def fenced(text: str, language: str = "") -> str:
    """Return a block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def quoted(lines: Iterable[str]) -> str:
    """Return a quotation, a paragraph a line."""
    return "\n>\n".join(f"> {plain(line)}" for line in lines)
