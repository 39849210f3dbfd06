"""Citations with the article behind them, verbatim: of the pack, else of the engine's library."""

from collections.abc import Iterable
from dataclasses import dataclass

from xiezhi.engine.packs.library import article
from xiezhi.engine.packs.model import Law, Pack
from xiezhi.engine.telling.law import Citation
from xiezhi.engine.words import NOTHING, Words

_FIGURES = "〇一二三四五六七八九十"
OURS = "本平台设计"  # what packs write in place of a law
MARKS = {
    "T": Words("已核全文", "full text read"),
    "S": Words("只见摘录", "seen as an excerpt"),
    "K": Words("一般知识，未核实", "general knowledge, unverified"),
    "D": Words("本平台设计，不是法律", "our own design, no law"),
    "A": Words("文章写明", "stated in the article followed"),
    "C": Words("计算得出", "computed"),
}


@dataclass(frozen=True)
class Line:
    """A line of an article. ``is_cited``: it is the paragraph or item that the citation names."""

    text: str
    is_cited: bool


@dataclass(frozen=True)
class Cited:
    """A citation, how far it was checked, and the lines of its article where they are at hand."""

    law: str
    words: Words
    version: str
    mark: Words
    lines: tuple[Line, ...]


def cited(pack: Pack, basis: Iterable[Law]) -> tuple[Cited, ...]:
    """Return the articles of a basis, each once, in order."""
    found: dict[tuple[str, str, str], Cited] = {}
    for law in basis:
        if law.law:  # a norm of practice cites none
            found.setdefault((law.law, law.article, law.version), citation(pack, law))
    return tuple(found.values())


def citation(pack: Pack, law: Law) -> Cited:
    """Return one citation."""
    number, _, item = law.article.partition("(")
    known = (
        pack.laws.get((law.law, law.version, law.article))
        or pack.laws.get((law.law, law.version, number))
        or article(law.law, law.version, law.article)
    )
    wanted = _item(item.rstrip(")"))
    lines = [line for paragraph in known.paragraphs for line in paragraph] if known is not None else []
    words = Citation(law.law, law.article, law.version, law.mark).words
    told = tuple(Line(line, bool(wanted) and line.strip().startswith(wanted)) for line in lines)
    mark = MARKS.get(law.mark, NOTHING)
    if law.law == OURS:  # the mark says it
        words, mark = mark, NOTHING
    return Cited(law.law, words, law.version, mark, told)


def _item(number: str) -> str:
    """Return how the law numbers an item: "4" → （四）; empty for any other form."""
    if not number.isdigit() or not 0 < int(number) <= 10:
        return ""
    return f"（{_FIGURES[int(number)]}）"
