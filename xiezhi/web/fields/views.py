"""The overview of a field, the lists of its subjects, and the page of one subject."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.findings.masking import Display
from xiezhi.engine.packs.screens import Component, Screen
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.access.may import may
from xiezhi.kernel.alerts.about import alerts_about, open_in, subjects_with_alerts
from xiezhi.kernel.fields import pack_of
from xiezhi.kernel.findings.figures import figures_of
from xiezhi.kernel.findings.reading import Facts, read_facts
from xiezhi.kernel.intake.looking import SubjectRow, find_subject
from xiezhi.kernel.intake.vault import About, open_tokens, resolve
from xiezhi.kernel.registry.picture import pinned
from xiezhi.web.components.exporting import table_file
from xiezhi.web.components.kinds import draw
from xiezhi.web.components.showing import Page, Shown
from xiezhi.web.fields.opening import field_for, opened, subject_types
from xiezhi.web.fields.sentence import overview_sentence, sentence
from xiezhi.web.lists.export import FORMS
from xiezhi.web.lists.view import list_page

_ALERTS = Component("alerts", "alerts", Words("由此产生的预警", "Alerts that came of it"), form="list")


@opened
def overview(request: HttpRequest, field: str) -> HttpResponseBase:
    """Show a field as a whole: the figures of its board, open alerts, its lists."""
    pack, actor = field_for(request, field)
    screen = pack.overview or Screen("overview", "overview", pack.words, NOTHING, "", (), pack.path)
    page = Page(actor, pack, screen, figures=figures_of(field))
    with pinned():
        shown = [draw(page, component) for component in screen.components]
    if (answer := _export(request, page, shown)) is not None:
        return answer
    as_of = next((kept.as_of for kept in page.figures.values() if kept.as_of is not None), None)
    count = open_in(actor, field)
    context = {
        "pack": pack,
        "sentence": overview_sentence(pack.words, count),
        "shown": shown,
        "subjects": subject_types(pack),
        "as_of": as_of,
        "open_alerts": count,
    }
    return render(request, "fields/overview.html", context)


@opened
def subjects(request: HttpRequest, field: str, kind: str) -> HttpResponseBase:
    """List the subjects of a type."""
    pack, actor = field_for(request, field)
    if kind not in dict(subject_types(pack)):
        raise Http404(f"{field} has no subjects {kind}")
    listing = subjects_with_alerts(field, kind, actor)
    return list_page(request, listing, template="fields/subjects.html", extra={"pack": pack, "kind": kind})


@opened
def subject(request: HttpRequest, field: str, kind: str, key: str) -> HttpResponseBase:
    """Show one subject: the components of its page, over facts that are read by its key."""
    pack, actor = field_for(request, field)
    row = find_subject(actor, field, kind, key)
    screen = pack.screen_of(kind) or Screen(kind, "subject", Words(kind, kind), NOTHING, kind, (_ALERTS,), pack.path)
    facts, failed = _facts(row, screen)
    page = Page(
        actor,
        pack_of(field),
        screen,
        figures=figures_of(field) if any(component.figure for component in screen.components) else {},
        subject=row,
        facts=facts,
        alerts=alerts_about(actor, field, kind, key),
        display=_display(facts),
    )
    with pinned():
        shown = [draw(page, component) for component in screen.components]
    if (answer := _export(request, page, shown)) is not None:
        return answer
    context = {
        "pack": pack,
        "kind_words": dict(subject_types(pack)).get(kind, screen.words),
        "screen": screen,
        "subject": row,
        "sentence": sentence(page, shown),
        "main": [item for item in shown if not item.component.aside],
        "aside": [item for item in shown if item.component.aside],
        "facts": facts,
        "failed": failed,
        "may_reveal": bool(may(actor, "vault.reveal", about(row))),
    }
    return render(request, "fields/subject.html", context)


def about(row: SubjectRow) -> About:
    """Return what a masked name on the page of a subject is looked at for."""
    return About("subject", f"{row.field}/{row.type}/{row.key}", row.organisation, row.field)


def _facts(row: SubjectRow, screen: Screen) -> tuple[Facts | None, Words]:
    try:
        return read_facts(row, screen), NOTHING
    except XiezhiError as error:
        return None, Words(f"事实没有读出：{error}", f"the facts could not be read: {error}")


def _display(facts: Facts | None) -> Display:
    if facts is None:
        return Display()
    tokens = {
        row[name]
        for rows in facts.parts.values()
        for name in rows.tokens
        for row in rows.rows
        if isinstance(row.get(name), int)
    }
    return Display(resolve(tokens), open_tokens(tokens)) if tokens else Display()


def _export(request: HttpRequest, page: Page, shown: Sequence[Shown]) -> HttpResponseBase | None:
    form, part = request.GET.get("export", ""), request.GET.get("part", "")
    if form not in FORMS:
        return None
    for item in shown:
        if item.component.id == part and item.table is not None:
            name = "-".join(text for text in (page.pack.id, page.screen.id, part) if text)
            query = page.subject.key if page.subject is not None else ""
            return table_file(item.table, name, query=query, form=form, by=page.actor)
    raise Http404(f"there is no table {part}")
