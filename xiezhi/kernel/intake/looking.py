"""Subjects as pages show them: lists, one by its key, and the search over what a reader may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from urllib.parse import quote

from django.db.models import Q, QuerySet

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.packs.model import Dataset
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import require
from xiezhi.kernel.access.scope import reach
from xiezhi.kernel.fields import pack_of
from xiezhi.kernel.intake.models import Subject
from xiezhi.kernel.intake.permissions import READS
from xiezhi.kernel.listing import Choice, Column, Filter, Listing, Preset
from xiezhi.kernel.registry.queries import organisation_words


class NoSuchSubject(XiezhiError):  # noqa: N818  named by what it says
    """A field has no subject of this type and key."""


@dataclass(frozen=True)
class SubjectRow:
    """A subject. ``state`` is the word of the code list where there is one; ``person`` is a token."""

    field: str
    type: str
    key: str
    title: str
    organisation: str
    organisation_words: Words
    post: str
    person: int | None
    opened: datetime | None
    closed: datetime | None
    state: Words
    legal_date: date | None
    row: int
    withdrawn: bool


def visible_subjects(actor: Actor) -> QuerySet[Subject]:
    """Return the subjects of the organisations and fields that the actor reaches."""
    condition = Q(pk__in=())
    for part in reach(actor, READS):
        inside = Q(pk__isnull=False)
        if part.organisations is not None:
            inside &= Q(organisation__in=sorted(part.organisations))
        if part.field is not None:
            inside &= Q(field=part.field)
        condition |= inside
    return Subject.objects.filter(condition)


def subject(actor: Actor, field: str, kind: str, key: str) -> SubjectRow | None:
    """Return one subject, None where there is none that the actor may see."""
    found = visible_subjects(actor).filter(field=field, type=kind, key=key).first()
    return None if found is None else subject_row(found)


def find_subject(actor: Actor, field: str, kind: str, key: str) -> SubjectRow:
    """Return one subject for its page.

    Raises:
        NoSuchSubject: there is none.
        NotAllowed: the actor may not see it, with the reason.
    """
    found = Subject.objects.filter(field=field, type=kind, key=key).first()
    if found is None:
        raise NoSuchSubject(f"{field} has no {kind} {key}")
    row = subject_row(found)
    require(actor, "subjects.read", row)
    return row


def search_subjects(actor: Actor, text: str, *, most: int = 20) -> tuple[SubjectRow, ...]:
    """Return subjects whose key begins with a text or whose title holds it, the newest first."""
    if not text.strip():
        return ()
    found = visible_subjects(actor).filter(_holding(text.strip())).order_by("-opened", "pk")[:most]
    return tuple(subject_row(item) for item in found)


def subject_row(item: Subject) -> SubjectRow:
    """Return a subject as a frozen value."""
    return SubjectRow(
        item.field,
        item.type,
        item.key,
        item.title,
        item.organisation,
        organisation_words(item.organisation) if item.organisation else NOTHING,
        item.post,
        item.person,
        item.opened,
        item.closed,
        _states(item.field, item.type).get(item.state, Words(item.state, item.state)),
        item.legal_date,
        item.row,
        item.withdrawn,
    )


@cache
def subject_listing(field: str, kind: str) -> Listing[Subject, SubjectRow]:
    """Return the list of one type of subjects of a field, named ``subjects-<field>-<type>``."""
    words = next((dataset.words for dataset in _declaring(field, kind)), Words("对象", "Subjects"))
    return Listing(
        name=f"subjects-{field}-{kind}",
        words=words,
        columns=(
            Column(
                "key",
                Words("编号", "Number"),
                lambda row: row.key,
                "text",
                ("key",),
                link=lambda row: f"/fields/{row.field}/{row.type}/{quote(row.key, safe='')}/",
                second=lambda row: row.title,
            ),
            Column(
                "organisation",
                Words("单位", "Body"),
                lambda row: row.organisation_words,
                "organisation",
                ("organisation",),
            ),
            Column("opened", Words("开始", "Opened"), lambda row: row.opened, "time", ("opened",)),
            Column("closed", Words("办结", "Closed"), lambda row: row.closed, "time", ("closed",)),
            Column("state", Words("状态", "State"), lambda row: row.state, "words", ("state",)),
        ),
        visible=lambda actor: visible_subjects(actor).filter(field=field, type=kind),
        row=subject_row,
        filters=(
            Filter("q", Words("编号或标题", "Number or title"), _holding, "text"),
            Filter(
                "organisation", Words("单位", "Body"), lambda code: Q(organisation=code), choices=_bodies(field, kind)
            ),
            Filter("from", Words("开始不早于", "Opened from"), lambda day: _day(day, "opened__date__gte"), "from"),
            Filter("to", Words("开始不晚于", "Opened until"), lambda day: _day(day, "opened__date__lte"), "to"),
        ),
        presets=(
            Preset("open", Words("在办", "Open"), lambda _actor: Q(closed=None, withdrawn=False)),
            Preset("closed", Words("已办结", "Closed"), lambda _actor: Q(closed__isnull=False, withdrawn=False)),
            Preset("withdrawn", Words("已撤回", "Withdrawn"), lambda _actor: Q(withdrawn=True)),
        ),
        order=("-opened",),
        key=lambda row: row.key,
        empty=Words("还没有数据。", "There are no data yet."),
    )


def _bodies(field: str, kind: str) -> Callable[[Actor], Sequence[Choice]]:
    """Return the choices of bodies: those within reach that have a subject of the type."""

    def choices(actor: Actor) -> Sequence[Choice]:
        own = visible_subjects(actor).filter(field=field, type=kind).exclude(organisation="")
        codes = own.order_by("organisation").values_list("organisation", flat=True).distinct()
        return [Choice(code, organisation_words(code)) for code in codes]

    return choices


def _declaring(field: str, kind: str) -> tuple[Dataset, ...]:
    datasets = pack_of(field).datasets.values()
    return tuple(dataset for dataset in datasets if dataset.subject is not None and dataset.subject.type == kind)


@cache
def _states(field: str, kind: str) -> dict[str, Words]:
    found: dict[str, Words] = {}
    for dataset in _declaring(field, kind):
        name = dataset.subject.state if dataset.subject is not None else None
        codes = dataset.columns[name].codes if name else None
        found |= {code.value: code.words for code in dataset.codes.get(codes or "", ())}
    return found


def _holding(text: str) -> Q:
    return Q(key__istartswith=text) | Q(title__icontains=text)


def _day(text: str, lookup: str) -> Q:
    try:
        return Q(**{lookup: date.fromisoformat(text)})
    except ValueError:
        return Q(pk__in=())
