"""What was found, group by group, with the page that each thing is on."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import may
from xiezhi.kernel.alerts.searching import find_alerts
from xiezhi.kernel.dispositions.searching import find_documents
from xiezhi.kernel.fields import fields
from xiezhi.kernel.intake.searching import find_subjects
from xiezhi.kernel.registry.queries import organisation_words
from xiezhi.kernel.registry.searching import find_organisations

MOST = 20


@dataclass(frozen=True)
class Hit:
    """One thing that was found. ``level``: of an alert. ``second`` says where it belongs."""

    words: Words
    second: Words
    url: str
    level: str = ""


@dataclass(frozen=True)
class Group:
    """The things of one kind. ``more``: there are others, which are not shown."""

    name: str
    words: Words
    hits: tuple[Hit, ...]
    more: bool


def find(actor: Actor, text: str) -> tuple[Group, ...]:
    """Return what the actor may see of what a text names; groups without a hit are left out."""
    groups = (group(actor, text) for group in _GROUPS)
    return tuple(group for group in groups if group.hits)


def _alerts(actor: Actor, text: str) -> Group:
    found, more = find_alerts(actor, text, most=MOST)
    hits = tuple(
        Hit(item.sentence, _joined(_plain(item.number), item.organisation), address("alert", item.number), item.level)
        for item in found
    )
    return Group("alerts", Words("预警", "Alerts"), hits, more)


def _subjects(actor: Actor, text: str) -> Group:
    found = find_subjects(actor, text, most=MOST)
    hits = tuple(
        Hit(
            _plain(" ".join(part for part in (row.key, row.title) if part)),
            _joined(_field(row.field), row.organisation_words, row.state),
            address("subject", row.field, row.type, row.key),
        )
        for row in found.rows
    )
    return Group("subjects", Words("办件和其他对象", "Cases and other subjects"), hits, found.more)


def _documents(actor: Actor, text: str) -> Group:
    found, more = find_documents(actor, text, most=MOST)
    hits = tuple(Hit(_plain(d.name), _joined(_plain(d.alert), _plain(d.by)), address("alert", d.alert)) for d in found)
    return Group("documents", Words("附件", "Documents"), hits, more)


def _organisations(actor: Actor, text: str) -> Group:
    words = Words("单位", "Organisations")
    if not may(actor, "registry.read"):
        return Group("organisations", words, (), more=False)
    found, more = find_organisations(text, most=MOST)
    hits = tuple(
        Hit(
            body.words,
            _joined(_plain(body.code), organisation_words(body.parent) if body.parent else NOTHING),
            address("organisation", body.code),
        )
        for body in found
    )
    return Group("organisations", words, hits, more)


def _indicators(actor: Actor, text: str) -> Group:
    words = Words("指标", "Indicators")
    if not actor.grants:
        return Group("indicators", words, (), more=False)
    wanted = text.casefold()
    hits = [
        Hit(item.words, _joined(pack.words, _plain(item.id)), address("indicator", pack.id, item.id))
        for pack in fields().packs.values()
        for item in pack.indicators.values()
        if any(wanted in told.casefold() for told in (item.id, item.words.zh, item.words.en, *item.norms))
    ]
    return Group("indicators", words, tuple(hits[:MOST]), len(hits) > MOST)


_GROUPS: tuple[Callable[[Actor, str], Group], ...] = (_alerts, _subjects, _documents, _organisations, _indicators)


def address(name: str, *arguments: str) -> str:
    """Return the address of a page; empty where a thing has none."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def _plain(text: str) -> Words:
    return Words(text, text)


def _field(name: str) -> Words:
    pack = fields().packs.get(name)
    return pack.words if pack else _plain(name)


def _joined(*parts: Words) -> Words:
    told = [part for part in parts if part]
    return Words(" · ".join(part.zh for part in told), " · ".join(part.en for part in told))
