"""Reads ``laws/<abbr>.toml`` and holds it, word by word, against the library."""

from typing import Any

from xiezhi.engine.packs import library
from xiezhi.engine.packs.citations import is_mark, item_lines, parse_citation
from xiezhi.engine.packs.model import Article, Law
from xiezhi.engine.packs.section import Section

Articles = dict[tuple[str, str, str], Article]


def read_laws(root: Section) -> Articles:
    """Return (title, version, number) → article for one law."""
    law, abbr, version = root.string("law"), root.string("abbr"), root.string("version")
    source = root.string("source")
    if abbr and abbr != root.text.path.stem:
        root.refuse("abbr", "name", f'"abbr" is "{abbr}" in {root.text.path.name}', f"call the file {abbr}.toml")
    found: Articles = {}
    for section in root.sections("articles", required=True):
        article = _article(section, law=law, abbr=abbr, version=version, source=source)
        if (law, version, article.article) in found:
            section.refuse("article", "duplicate", f"article {article.article} stands twice", "write it once")
        found[law, version, article.article] = article
        _compare(section, article)
        section.done()
    root.done()
    return found


def _article(section: Section, *, law: str, abbr: str, version: str, source: str) -> Article:
    number = section.string("article")
    cited = parse_citation(number)
    if number and (cited is None or cited.item is not None):
        section.refuse("article", "citation", f'"{number}" is no number of an article', 'write one such as "42"')
    return Article(law, abbr, version, number, section.string("title"), _paragraphs(section), source)


def _paragraphs(section: Section) -> tuple[tuple[str, ...], ...]:
    written = section.values["paragraphs"] if section.has("paragraphs") else None
    lines: list[Any] = written if isinstance(written, list) else []
    if not lines or not all(isinstance(p, list) and p and all(isinstance(x, str) and x for x in p) for p in lines):
        message = f"{section.title} has no paragraphs, or not as lists of lines"
        section.refuse("paragraphs", "missing", message, 'write paragraphs = [["…", "（一）…"], ["…"]]')
        return ()
    return tuple(tuple(p) for p in lines)


def _compare(section: Section, article: Article) -> None:
    """Note where an article that the library holds is written otherwise."""
    shipped = library.laws().get((article.law, article.version))
    if shipped is None:
        return
    same = shipped.get(article.article)
    if same is None:
        message = f"{article.law} ({article.version}) has no article {article.article}"
        section.refuse("article", "law-text", message, f"it has articles 1 to {len(shipped)}")
        return
    if article.title and article.title != same.title:
        section.refuse("title", "law-text", f'article {article.article} is titled "{same.title}"', "write that")
    if article.paragraphs and article.paragraphs != same.paragraphs:
        _say_where(section, article, same)


def _say_where(section: Section, article: Article, same: Article) -> None:
    for number, lines in enumerate(article.paragraphs):
        true = same.paragraphs[number] if number < len(same.paragraphs) else ()
        for place, line in enumerate(lines):
            if place >= len(true) or line != true[place]:
                at = (*section.at, "paragraphs", number, place)
                message = f"article {article.article} of {article.law} reads otherwise in the library"
                instead = f"write: {true[place]}" if place < len(true) else "the library has no such line: leave it out"
                section.text.refuse(at, "law-text", message, instead)
                return
        if len(lines) < len(true):
            at = (*section.at, "paragraphs", number)
            message = f"article {article.article} of {article.law} lacks a line"
            section.text.refuse(at, "law-text", message, f"write: {true[len(lines)]}")
            return
    message = f"article {article.article} of {article.law} lacks a paragraph"
    section.refuse("paragraphs", "law-text", message, f"write: {same.paragraphs[len(article.paragraphs)][0]}")


def read_law(section: Section, *, mark: str | None = None) -> Law:
    """Return the citation written in a table: law, article, version, mark, note.

    A citation marked T rests on a text read in full, so it must say which. A design of our own (D) cites nothing.
    """
    law = Law(
        law=section.loose("law"),
        article=section.loose("article"),
        version=section.loose("version"),
        mark=check_mark(section) if mark is None else mark,
        note=section.loose("note"),
    )
    if "T" in law.mark:
        for key in ("law", "article", "version"):
            if not section.values.get(key):
                section.refuse(
                    key, "missing", f'a citation marked T has no "{key}"', f'write {key} = "…", or mark it K'
                )
    check_citation(section, "article", law)
    return law


def check_mark(section: Section) -> str:
    """Return the mark of evidence of a table."""
    mark = section.string("mark")
    if mark and not is_mark(mark):
        section.refuse("mark", "choice", f'"{mark}" is no mark of evidence', "write one of: A, T, S, C, K, D, or T/D")
    return mark


def check_citation(section: Section, key: str, law: Law, *, number: int | None = None) -> None:
    """Note a citation of an article, or of an item, that a law of the library does not have."""
    shipped = library.laws().get((law.law, law.version))
    if shipped is None or not law.article:
        return
    at = (*section.at, key) if number is None else (*section.at, key, number)
    article = library.article(law.law, law.version, law.article)
    if article is None:
        message = f'{law.law} ({law.version}) has no article "{law.article}"'
        section.text.refuse(at, "citation", message, f"write a number from 1 to {len(shipped)}, or 32(4) for an item")
        return
    cited = parse_citation(law.article)
    if cited is not None and cited.item is not None and not item_lines(article, cited.item):
        message = f"article {cited.article} of {law.law} has no item {cited.item}"
        section.text.refuse(at, "citation", message, f'write "{cited.article}"')
