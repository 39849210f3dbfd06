"""Alerts as a list: what can be filtered, sorted and counted, within what the actor may read."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.access.scope import reach
from xiezhi.kernel.alerts.enums import OPEN, Level, State
from xiezhi.kernel.alerts.folding import UNFOLDED, fold
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.permissions import SEERS, readable
from xiezhi.kernel.alerts.rows import AlertRow, row, rows
from xiezhi.kernel.alerts.words import LEVELS, STATES, checkpoint_words, checkpoints
from xiezhi.kernel.fields import fields
from xiezhi.kernel.listing import Choice, Column, Filter, Listing, Preset
from xiezhi.kernel.registry.picture import picture

READERS = SEERS | {Role.LIAISON}
_BIG = {"evidence", "current", "cause_detail"}  # of no use in a list, and long
NOBODY = "nobody"
_DEADLINES = {
    "overdue": Words("已过期限", "past the deadline"),
    "today": Words("今日到期", "due today"),
    "week": Words("本周到期", "due this week"),
}


def visible(actor: Actor) -> QuerySet[Alert]:
    """Return the alerts that the actor may read, light enough for a list."""
    return Alert.objects.filter(readable(actor)).select_related("owner").defer(*_BIG)


def mine(actor: Actor) -> Q:
    """Return the condition of the alerts that the actor handles, his own and those of whom he stands in for."""
    people = {actor.account, *(grant.stands_in_for for grant in actor.grants)} - {None}
    return Q(state__in=OPEN, owner_id__in=people)


def overdue(actor: Actor) -> Q:  # noqa: ARG001  the same for all
    """Return the condition of open alerts past the deadline of their disposition."""
    today = timezone.localdate()
    return Q(state__in=OPEN, due_on__lt=today) & ~on_hold(today)


def on_hold(today: date) -> Q:
    """Return the condition of alerts whose demands rest."""
    return Q(muted_until__isnull=False, muted_until__gt=today)


def waiting(actor: Actor) -> int:
    """Return how many open alerts the actor sees."""
    return Alert.objects.filter(readable(actor), state__in=OPEN).count()


def _raised_from(value: str) -> Q:
    begin = _midnight(value)
    return Q(pk__in=()) if begin is None else Q(raised_at__gte=begin)


def _raised_to(value: str) -> Q:
    begin = _midnight(value)
    return Q(pk__in=()) if begin is None else Q(raised_at__lt=begin + timedelta(days=1))


def _midnight(value: str) -> datetime | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time.min))


def _rule(value: str) -> Q:
    field, _, rest = value.partition(".")
    indicator, _, rule = rest.partition(".")
    return Q(field=field, indicator=indicator, **({"rule": rule} if rule else {}))


def _owner(value: str) -> Q:
    if value == NOBODY:
        return Q(owner=None)
    return Q(owner_id=int(value)) if value.isascii() and value.isdecimal() else Q(pk__in=())


def _deadline(value: str) -> Q:
    today = timezone.localdate()
    sunday = today + timedelta(days=6 - today.weekday())
    day = {"overdue": Q(due_on__lt=today), "today": Q(due_on=today), "week": Q(due_on__gte=today, due_on__lte=sunday)}
    return day.get(value, Q(pk__in=())) & Q(state__in=OPEN) & ~on_hold(today)


def _text(value: str) -> Q:
    return (
        Q(number__icontains=value)
        | Q(sentence_zh__icontains=value)
        | Q(sentence_en__icontains=value)
        | Q(subject_id__icontains=value)
    )


def _checkpoint(value: str) -> Q:
    field, _, checkpoint = value.partition(".")
    return Q(field=field, checkpoint=checkpoint)


def _fields(actor: Actor) -> Sequence[Choice]:
    reached = {part.field for part in reach(actor, READERS)}
    known = fields().packs
    return [Choice(name, pack.words) for name, pack in known.items() if None in reached or name in reached]


def _organisations(actor: Actor) -> Sequence[Choice]:
    """Return the bodies within reach, by name."""
    reached = [part.organisations for part in reach(actor, READERS)]
    bodies = picture().bodies.values()
    inside = [body for body in bodies if any(codes is None or body.code in codes for codes in reached)]
    return [Choice(body.code, body.short) for body in sorted(inside, key=lambda body: body.code)]


def _checkpoints(actor: Actor) -> Sequence[Choice]:
    return [
        Choice(f"{field.value}.{checkpoint}", checkpoint_words(field.value, checkpoint))
        for field in _fields(actor)
        for checkpoint in checkpoints(field.value)
    ]


def _indicators(actor: Actor) -> Sequence[Choice]:
    """Return the indicators, and the rules of those that have several."""
    found: list[Choice] = []
    for field in _fields(actor):
        for name, page in fields().packs[field.value].indicators.items():
            found.append(Choice(f"{field.value}.{name}", page.words))
            many = [rule for rule in page.rules if rule.words] if len(page.rules) > 1 else []
            found += [
                Choice(
                    f"{field.value}.{name}.{rule.id}",
                    Words(f"{page.words.zh} · {rule.words.zh}", f"{page.words.en} · {rule.words.en}"),
                )
                for rule in many
            ]
    return found


def _owners(actor: Actor) -> Sequence[Choice]:
    handling = Alert.objects.filter(readable(actor), state__in=OPEN).exclude(owner=None).values("owner")
    people = Account.objects.filter(pk__in=handling).order_by("name").values_list("pk", "name")
    nobody = Choice(NOBODY, Words("未认领", "nobody yet"))
    return [nobody, *(Choice(str(pk), Words(name, name)) for pk, name in people)]


ALERTS: Listing[Alert, AlertRow] = Listing(
    name="alerts",
    words=Words("预警", "Alerts"),
    columns=(
        Column("level", Words("等级", "Level"), lambda found: found.level, "level", ("-level",)),
        Column(
            "sentence",
            Words("预警", "Alert"),
            lambda found: found.words,
            "words",
            ("raised_at",),
            link=lambda found: found.url,
            second=lambda found: found.second,
        ),
        Column(
            "organisation",
            Words("单位", "Body"),
            lambda found: found.organisation,
            "organisation",
            ("organisation",),
        ),
        Column("checkpoint", Words("关口", "Checkpoint"), lambda found: found.checkpoint, "words", ("checkpoint",)),
        Column("rule", Words("规则", "Rule"), lambda found: found.rule, "words", ("indicator", "rule")),
        Column("state", Words("状态", "State"), lambda found: found.state, "words", ("state",)),
        Column("owner", Words("承办", "Handled by"), lambda found: found.owner, sort=("owner__name",)),
        Column("due", Words("处置期限", "Deadline"), lambda found: found.due, "deadline", ("due_on",)),
    ),
    visible=visible,
    row=row,
    rows=rows,
    fold=fold,
    filters=(
        Filter(
            "level",
            Words("等级", "Level"),
            lambda value: Q(level=value),
            choices=lambda actor: [Choice(level.value, LEVELS[level]) for level in (Level.RED, Level.ORANGE)],  # noqa: ARG005  the same for all
            many=True,
        ),
        Filter("field", Words("平台", "Field"), lambda value: Q(field=value), choices=_fields),
        Filter("organisation", Words("单位", "Body"), lambda value: Q(organisation=value), choices=_organisations),
        Filter("checkpoint", Words("关口", "Checkpoint"), _checkpoint, choices=_checkpoints),
        Filter("indicator", Words("规则", "Rule"), _rule, choices=_indicators),
        Filter(
            "state",
            Words("状态", "State"),
            lambda value: Q(state=value),
            choices=lambda actor: [Choice(state.value, STATES[state]) for state in State],  # noqa: ARG005  the same
        ),
        Filter("owner", Words("承办", "Handled by"), _owner, choices=_owners),
        Filter(
            "deadline",
            Words("处置期限", "Deadline"),
            _deadline,
            choices=lambda actor: [Choice(name, words) for name, words in _DEADLINES.items()],  # noqa: ARG005  the same
        ),
        Filter("from", Words("发现不早于", "Found from"), _raised_from, "from"),
        Filter("to", Words("发现不晚于", "Found to"), _raised_to, "to"),
        Filter("q", Words("关键字", "Words"), _text, "text"),
        Filter(UNFOLDED, Words("逐件列出", "One line each"), lambda value: Q(), "flag"),  # noqa: ARG005  of the drawing
    ),
    presets=(
        Preset("mine", Words("待我处置", "Mine"), mine),
        Preset("open", Words("未结", "Open"), lambda actor: Q(state__in=OPEN)),  # noqa: ARG005  the same for all
        Preset("overdue", Words("已过期限", "Past the deadline"), overdue),
        Preset("second", Words("待第二人", "Second person"), lambda actor: Q(state=State.CLOSING)),  # noqa: ARG005  the same
        Preset("hold", Words("暂缓", "On hold"), lambda actor: Q(state__in=OPEN) & on_hold(timezone.localdate())),  # noqa: ARG005  the same
        Preset("closed", Words("已结", "Closed"), lambda actor: ~Q(state__in=OPEN)),  # noqa: ARG005  the same for all
    ),
    order=(F("due_on").asc(nulls_last=True), "-level", "-pk"),
    key=lambda found: found.number if found.folded == 1 else f"{found.number}+",
    empty=Words("没有预警等您处理。", "No alert waits for you."),
)
