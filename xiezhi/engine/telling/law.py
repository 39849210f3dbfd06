"""Citations, and the articles behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from xiezhi.engine.words import Words

Laws: TypeAlias = "Mapping[tuple[str, str, str], LawText]"
_DIGITS = "零一二三四五六七八九"
_MARKS = ("T", "S", "K", "D", "A", "C")


class LawText(Protocol):
    """An article verbatim: a pack's, the library's, or a report's."""

    @property
    def law(self) -> str:
        """Return its full title."""

    @property
    def version(self) -> str:
        """Return the version, as a citation writes it."""

    @property
    def article(self) -> str:
        """Return its number."""

    @property
    def title(self) -> str:
        """Return what it is called: 第四十二条."""

    @property
    def paragraphs(self) -> tuple[tuple[str, ...], ...]:
        """Return its paragraphs: each a tuple of lines, line 0 the paragraph, then its items."""


@dataclass(frozen=True)
class Citation:
    """A law, an article and a version as a finding cites them; ``text`` where the article is at hand."""

    law: str
    article: str
    version: str
    mark: str
    text: LawText | None = None

    @property
    def words(self) -> Words:
        """The citation in both languages: 《行政许可法》第四十二条 / 行政许可法 Art. 42."""
        short = self.law.removeprefix("中华人民共和国")
        if not self.article:
            return Words(f"《{short}》", short)
        if not is_chinese(self.law):
            return Words(f"{short} {self.article}", f"{short}, {_english(self.article)}")
        return Words(f"《{short}》{article_zh(self.article)}", f"《{short}》, {_english(self.article)}")

    @property
    def mark_key(self) -> str:
        """The key of the text that says how well the basis was checked, or "" for a mark of no meaning here."""
        return f"mark_{self.mark}" if self.mark in _MARKS else ""


def citations(basis: Iterable[Mapping[str, Any]], laws: Laws) -> list[Citation]:
    """Return the basis of a finding, each article once, in its order."""
    found: dict[tuple[str, str, str], Citation] = {}
    for item in basis:
        law, article, version = (str(item.get(name) or "") for name in ("law", "article", "version"))
        text = laws.get((law, version, article)) or laws.get((law, version, article.split("(")[0]))
        found.setdefault((law, version, article), Citation(law, article, version, str(item.get("mark") or ""), text))
    return list(found.values())


def cited(findings: Iterable[Mapping[str, Any]], laws: Laws) -> list[Citation]:
    """Return every article that the findings cite, once, in order of first mention."""
    found: dict[tuple[str, str, str], Citation] = {}
    for finding in findings:
        for one in citations(finding.get("basis") or (), laws):
            found.setdefault((one.law, one.version, one.article), one)
    return list(found.values())


def by_article(laws: Iterable[LawText]) -> dict[tuple[str, str, str], LawText]:
    """Return the articles by (law, version, article)."""
    return {(law.law, law.version, law.article): law for law in laws}


def is_chinese(text: str) -> bool:
    """Whether a title is written in Chinese characters."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def article_zh(article: str) -> str:
    """Return an article as the law numbers it: "42" → 第四十二条, "32(4)" → 第三十二条（4）; other forms unchanged."""
    head, bracket, tail = article.partition("(")
    if not head.isdigit() or not 0 < int(head) < 10_000:
        return article
    return f"第{_chinese(int(head))}条" + (f"（{tail.rstrip(')')}）" if bracket else "")


def _chinese(value: int) -> str:
    """Return a number below 10,000 in Chinese figures."""
    written = ""
    zero = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit == 0:
            zero = bool(written)
            continue
        if zero:
            written += "零"
            zero = False
        written += _DIGITS[digit] + name
    return written.removeprefix("一") if written.startswith("一十") else written


def _english(article: str) -> str:
    return f"Art. {article}" if article[:1].isdigit() else article
