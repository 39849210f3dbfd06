"""Reads a page: TOML between ``+++`` lines, then Markdown, with its examples. Keeps the line of everything."""

import re
from dataclasses import dataclass
from pathlib import Path

from xiezhi.engine.errors import Issue
from xiezhi.engine.packs.examples import ParsedExample, read_examples
from xiezhi.engine.packs.section import Section, Text, parse_toml, read_utf8

FENCE = "+++"

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_CODE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True)
class Heading:
    """A heading of the Markdown part: ``level`` 1 to 6."""

    level: int
    title: str
    line: int


@dataclass(frozen=True)
class Page:
    """A page as read: front matter (ask its section for keys), Markdown from ``body_line`` on, headings, examples."""

    front: Section
    body: str
    body_line: int
    headings: tuple[Heading, ...]
    examples: tuple[ParsedExample, ...]


def read_page(path: Path, issues: list[Issue]) -> Page | None:
    """Return the page of a file; None, with an issue noted, where there is no front matter that can be read."""
    written = read_utf8(path, issues)
    return None if written is None else parse_page(path, written, issues)


def parse_page(path: Path, written: str, issues: list[Issue]) -> Page | None:
    """Return the page of a text; see `read_page`."""
    text = Text(path, issues)
    lines = written.split("\n")
    if lines[0].rstrip() != FENCE:
        text.refuse_line(1, "front-matter", "the page does not begin with front matter", f"write {FENCE} on line 1")
        return None
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() == FENCE), None)
    if end is None:
        text.refuse_line(1, "front-matter", "the front matter does not end", f"write {FENCE} on a line after it")
        return None
    front = parse_toml(path, "\n".join(lines[1:end]) + "\n", issues, first_line=2)
    if front is None:
        return None
    body = lines[end + 1 :]
    first = end + 2
    headings = _headings(body, first)
    return Page(front, "\n".join(body), first, headings, _examples(text, body, first, headings))


def _headings(body: list[str], first: int) -> tuple[Heading, ...]:
    found = []
    fence = ""
    for number, line in enumerate(body):
        mark = _CODE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and line.strip().startswith(fence) and not line.strip(" `~"):
            fence = ""
        elif not fence and (heading := _HEADING.fullmatch(line)):
            found.append(Heading(len(heading[1]), heading[2], number + first))
    return tuple(found)


def _examples(text: Text, body: list[str], first: int, headings: tuple[Heading, ...]) -> tuple[ParsedExample, ...]:
    starts = [heading for heading in headings if heading.level == 2 and heading.title == "Examples"]
    for again in starts[1:]:
        text.refuse_line(again.line, "example", "the page has two headings Examples", "write one")
    if not starts:
        return ()
    start = starts[0].line
    end = next((h.line for h in headings if h.level <= 2 and h.line > start), first + len(body))
    return read_examples(text, [(n, body[n - first]) for n in range(start + 1, end)])
