"""Every local link of every page leads somewhere, to the anchor too."""

import re
import subprocess
import unicodedata
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[(?:[^\[\]\\]|\\.)*\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)


def pages() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)  # noqa: S603
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def prose(text: str) -> str:
    """Return a page without its code."""
    return re.sub(r"`[^`\n]*`", lambda code: code[0] if "](" not in code[0] else "", FENCE.sub("", text))


def anchors(text: str) -> set[str]:
    """Return the anchors of headings as forges make them: letters, digits, ``_`` and ``-``, blanks made ``-``."""
    found: dict[str, int] = {}
    made = set()
    for title in HEADING.findall(FENCE.sub("", text)):
        kept = [c for c in title.lower() if c in "-_ " or unicodedata.category(c)[0] in "LNM"]
        name = "".join(kept).replace(" ", "-")
        number = found.get(name, 0)
        found[name] = number + 1
        made.add(f"{name}-{number}" if number else name)
    return made


def broken(page: Path) -> list[str]:
    """Return the links of a page that lead nowhere."""
    wrong = []
    for target in LINK.findall(prose(page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        to = (page.parent / path).resolve() if path else page
        there = to.exists() and to.is_relative_to(ROOT)
        if there and anchor and to.suffix == ".md":
            there = anchor in anchors(to.read_text(encoding="utf-8"))
        if not there:
            wrong.append(target)
    return wrong


def test_every_local_link_leads_somewhere() -> None:
    found = {page.relative_to(ROOT).as_posix(): broken(page) for page in pages()}
    assert {name: links for name, links in found.items() if links} == {}


def test_a_broken_link_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One `two`\n[a](page.md#gone) [b](nowhere.md) [`c`](#one-two)\n```\n[d](e.md)\n```\n", "utf-8")
    assert LINK.findall(prose(page.read_text("utf-8"))) == ["page.md#gone", "nowhere.md", "#one-two"]
    assert anchors(page.read_text("utf-8")) == {"one-two"}
    assert anchors("# A\n## A\n## 范围 Scope (x)") == {"a", "a-1", "范围-scope-x"}
