"""The documents about a subject: those that its data name, and those attached to its alerts."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from xiezhi.engine.packs.screens import Component
from xiezhi.engine.words import Words
from xiezhi.kernel.dispositions.papers import papers_about
from xiezhi.kernel.findings.reading import Rows
from xiezhi.web.components.showing import Cell, Head, Page, Shown, Table, cell_of
from xiezhi.web.language import moment_words

_NONE = Words("没有文书，也没有附件。", "No documents and no attachments.")


def draw(page: Page, component: Component) -> Shown:
    """Return documents in order: those on record with the source first."""
    binding = component.bindings.get("rows")
    rows = page.rows(component)
    source = _source(page, component)
    cells = [
        (
            cell_of(page, rows, binding.roles["name_of"], row.get(binding.roles["name_of"])),
            Cell(source),
            _day(page, rows, binding.roles.get("day", ""), row),
        )
        for row in (rows.rows if binding is not None else ())
        if binding is not None
    ]
    subject = page.subject
    papers = papers_about(page.actor, subject.field, subject.type, subject.key) if subject is not None else ()
    for paper in papers:
        words = Words(paper.name, paper.name)
        where = Words(f"{paper.by}，预警{paper.alert}", f"{paper.by}, alert {paper.alert}")
        url = reverse("document", args=[paper.id])
        cells.append((Cell(words, url=url), Cell(where), Cell(moment_words(paper.at))))
    heads = (Head(Words("文书", "Document")), Head(Words("来自", "From")), Head(Words("时间", "When")))
    return Shown(component, None, Table(heads, tuple(cells)), component.note, _NONE)


def _source(page: Page, component: Component) -> Words:
    binding = component.bindings.get("rows")
    known = page.pack.datasets.get(binding.source) if binding is not None else None
    return known.words if known is not None else Words("来源登记", "on record with the source")


def _day(page: Page, rows: Rows, name: str, row: Mapping[str, Any]) -> Cell:
    return cell_of(page, rows, name, row.get(name)) if name else Cell(Words("–", "–"))
