"""Citations, and the articles behind them word for word."""

from collections.abc import Iterable

from xiezhi.cli.reference.markdown import both, code, plain, quoted, titled
from xiezhi.engine.packs import library
from xiezhi.engine.packs.citations import parse_citation
from xiezhi.engine.packs.model import Article, Law, Pack
from xiezhi.engine.telling.law import Citation


def cited(law: Law) -> str:
    """Return a citation with version and mark, as Markdown."""
    words = both(Citation(law.law, law.article, law.version, law.mark).words) if law.article else plain(law.law)
    version = f"({plain(law.version)})" if law.version else ""
    said = " ".join(part for part in (words, version, code(law.mark)) if part)
    return f"{said}; {plain(law.note)}" if law.note else said


def article_of(pack: Pack, law: Law) -> Article | None:
    """Return the article cited: of the pack, else of the library; None where neither has its text."""
    found = parse_citation(law.article)
    number = found.article if found else law.article
    return pack.laws.get((law.law, law.version, number)) or library.article(law.law, law.version, law.article)


def with_text(pack: Pack, basis: Iterable[Law]) -> str:
    """Return citations, each with the text of its article; an article cited twice stands once."""
    blocks: list[str] = []
    shown: set[Article] = set()
    for law in dict.fromkeys(basis):
        article = article_of(pack, law)
        blocks.append(f"* {cited(law)}")
        if article is None:
            blocks.append("  全文不在法律库中。 The text is not in the library.")
        elif article not in shown:
            shown.add(article)
            text = [line for paragraph in article.paragraphs for line in paragraph]
            blocks.append(quoted([f"{article.title}　{text[0]}" if text else article.title, *text[1:]]))
    return "\n\n".join(blocks)


def basis_section(pack: Pack, basis: Iterable[Law]) -> str:
    """Return the section of an indicator's or a norm's legal basis."""
    return titled("依据 Basis", with_text(pack, basis))
