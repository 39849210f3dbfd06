"""The ledger as a list: the whole of it for the audit administrator, and for everybody what he did himself."""

from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import may
from xiezhi.kernel.ledger.kinds import kinds
from xiezhi.kernel.ledger.models import Entry
from xiezhi.kernel.ledger.queries import EntryView, told
from xiezhi.kernel.listing import Choice, Column, Filter, Listing

# What an entry is about, and the area of its kind: the first part of its name. An area that is not here says itself.
AREAS: dict[str, Words] = {
    "account": Words("账号", "account"),
    "alert": Words("预警", "alert"),
    "batch": Words("批次", "batch"),
    "deputy": Words("代理", "deputy"),
    "disposition": Words("处置", "disposition"),
    "evaluation": Words("评估", "evaluation"),
    "facts": Words("事实", "facts"),
    "grant": Words("授权", "grant"),
    "handover": Words("移交", "hand-over"),
    "list": Words("导出", "list exported"),
    "norm": Words("规范", "norm"),
    "quarantine": Words("隔离行", "quarantined row"),
    "registry": Words("登记", "registry"),
    "session": Words("登录", "session"),
    "source": Words("来源", "source"),
    "vault": Words("身份保管", "vault"),
}


def _area(name: str) -> Words:
    return AREAS.get(name, Words(name, name))


def _object(entry: EntryView) -> Words:
    area = _area(entry.object_kind)
    return Words(f"{area.zh} {entry.object_id}", f"{area.en} {entry.object_id}")


def _who(entry: EntryView) -> Words:
    return Words("系统", "the system") if entry.by is None else Words(entry.by_name, entry.by_name)


def _day(text: str) -> datetime | None:
    """Return the beginning of a civil day; none where the text is no day."""
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(text), time.min))
    except ValueError:
        return None


def _since(text: str) -> Q:
    day = _day(text)
    return Q(at__gte=day) if day else Q()


def _until(text: str) -> Q:
    day = _day(text)
    return Q(at__lt=day + timedelta(days=1)) if day else Q()


def _areas(actor: Actor) -> tuple[Choice, ...]:  # noqa: ARG001  the same for everybody
    return tuple(Choice(area, _area(area)) for area in sorted({name.split(".")[0] for name in kinds()}))


def _all(actor: Actor) -> QuerySet[Entry]:
    return Entry.objects.all() if may(actor, "ledger.read") else Entry.objects.none()


def _own(actor: Actor) -> QuerySet[Entry]:
    return Entry.objects.filter(by=actor.account) if actor.account is not None else Entry.objects.none()


_NUMBER = Column[EntryView]("number", Words("序号", "Number"), lambda entry: entry.number, "number", ("pk",))
_AT = Column[EntryView]("at", Words("时间", "Time"), lambda entry: entry.at, "time", ("at",))
_BY = Column[EntryView]("by", Words("何人", "By"), _who, "words", ("by_name",))
_WHAT = Column[EntryView](
    "what", Words("何事", "What"), lambda entry: entry.sentence, "words", ("kind",), second=lambda entry: entry.kind
)
_ABOUT = Column[EntryView]("about", Words("对象", "About"), _object, "words", ("object_kind", "object_id"))
_BODY = Column[EntryView](
    "organisation", Words("单位", "Organisation"), lambda entry: entry.organisation, "organisation", ("organisation",)
)
_LEAF = Column[EntryView]("leaf", Words("摘要", "Digest"), lambda entry: entry.leaf[:16])
_FILTERS = (
    Filter("area", Words("事项", "Area"), lambda value: Q(kind__startswith=f"{value}."), choices=_areas),
    Filter("since", Words("从", "From"), _since, "from"),
    Filter("until", Words("到", "To"), _until, "to"),
    Filter("about", Words("对象编号", "Number of the object"), lambda value: Q(object_id__icontains=value), "text"),
)

ENTRIES: Listing[Entry, EntryView] = Listing(
    name="ledger",
    words=Words("账本", "Ledger"),
    columns=(_NUMBER, _AT, _BY, _WHAT, _ABOUT, _BODY, _LEAF),
    visible=_all,
    row=told,
    filters=(*_FILTERS, Filter("by", Words("何人", "By"), lambda value: Q(by_name__icontains=value), "text")),
    order=("-pk",),
    key=lambda entry: str(entry.number),
    empty=Words("还没有记录。", "There are no entries yet."),
)
OWN_ENTRIES: Listing[Entry, EntryView] = Listing(
    name="own-record",
    words=Words("我的记录", "My record"),
    columns=(_NUMBER, _AT, _WHAT, _ABOUT),
    visible=_own,
    row=told,
    filters=_FILTERS,
    order=("-pk",),
    key=lambda entry: str(entry.number),
    empty=Words("您还没有办过要记录的事。", "You have done nothing yet that is recorded."),
)
