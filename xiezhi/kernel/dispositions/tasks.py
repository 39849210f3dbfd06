"""What waits for a person: open deadlines that bind him, in order of their day. A liaison's are his inbox."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.scope import reach
from xiezhi.kernel.alerts.due import Due, due_of
from xiezhi.kernel.alerts.enums import OPEN, State
from xiezhi.kernel.alerts.masking import display_for, resolved
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.permissions import readable
from xiezhi.kernel.dispositions.deadlines import TASKS as KINDS
from xiezhi.kernel.dispositions.models import Deadline
from xiezhi.kernel.listing import Choice, Column, Filter, Listing, Preset
from xiezhi.kernel.registry.picture import pinned
from xiezhi.kernel.registry.queries import organisation_words, working_calendar

_OWN = ("verify", "review")
_BIG = ("alert__evidence", "alert__current", "alert__cause_detail")


@dataclass(frozen=True)
class Task:
    """Something to be done about an alert by a day."""

    key: str
    due: Due
    task: Words
    kind: str
    number: str
    level: str
    sentence: Words
    organisation: Words


def of(actor: Actor) -> QuerySet[Deadline]:
    """Return the open deadlines that bind an actor: his own, his department's, and those of a second person."""
    today = timezone.localdate()
    people = {actor.account, *(grant.stands_in_for for grant in actor.grants)} - {None}
    binding = Q(account_id__in=people, kind__in=_OWN)
    binding |= Q(kind="reply") & _within(actor, Role.LIAISON) & Q(alert__asked_at__isnull=False)
    binding |= Q(kind="second") & _within(actor, Role.APPROVER) & ~Q(alert__owner_id=actor.account)
    resting = Q(alert__muted_until__isnull=False, alert__muted_until__gt=today)
    found = Deadline.objects.filter(binding, ended_at=None, alert__state__in=OPEN).exclude(resting)
    return found.select_related("alert").defer(*_BIG)


def rows(deadlines: Sequence[Deadline]) -> Iterable[Task]:
    """Return deadlines as tasks."""
    today, calendar = timezone.localdate(), working_calendar()
    display = display_for([(one.alert.sentence_zh, one.alert.sentence_en) for one in deadlines])
    with pinned():
        return [
            Task(
                key=str(one.pk),
                due=due_of(one.due_on, today=today, calendar=calendar),
                task=KINDS[one.kind],
                kind=one.kind,
                number=one.alert.number,
                level=one.alert.level,
                sentence=resolved(Words(one.alert.sentence_zh, one.alert.sentence_en), display),
                organisation=organisation_words(one.alert.organisation),
            )
            for one in deadlines
        ]


def row(deadline: Deadline) -> Task:
    """Return one deadline as a task."""
    return next(iter(rows([deadline])))


def tasks(actor: Actor) -> int:
    """Return how many things wait for an actor."""
    return of(actor).count()


def unclaimed(actor: Actor) -> int:
    """Return how many alerts within an officer's reach nobody has taken on."""
    if Role.OFFICER not in actor.roles():
        return 0
    return Alert.objects.filter(readable(actor), state=State.RAISED).count()


def _within(actor: Actor, role: Role) -> Q:
    condition = Q(pk__in=())
    for part in reach(actor, {role}):
        where = Q() if part.organisations is None else Q(alert__organisation__in=part.organisations)
        whole = Q(pk__isnull=False)
        condition |= whole & where & (Q(alert__field=part.field) if part.field else Q())
    return condition


TASKS: Listing[Deadline, Task] = Listing(
    name="tasks",
    words=Words("我的待办", "My tasks"),
    columns=(
        Column("due", Words("期限", "Deadline"), lambda task: task.due, "deadline", ("due_on",)),
        Column("task", Words("要我做", "To do"), lambda task: task.task, "words", ("kind",)),
        Column("level", Words("等级", "Level"), lambda task: task.level, "level", ("-alert__level",)),
        Column(
            "sentence",
            Words("预警", "Alert"),
            lambda task: task.sentence,
            "words",
            link=lambda task: f"/alerts/{task.number}/",
            second=lambda task: task.number,
        ),
        Column(
            "organisation",
            Words("单位", "Body"),
            lambda task: task.organisation,
            "organisation",
            ("alert__organisation",),
        ),
    ),
    visible=of,
    row=row,
    rows=rows,
    filters=(
        Filter(
            "kind",
            Words("要我做", "To do"),
            lambda value: Q(kind=value),
            choices=lambda actor: [Choice(kind, KINDS[kind]) for kind in ("verify", "reply", "review", "second")],  # noqa: ARG005  the same for all
        ),
        Filter(
            "q",
            Words("关键字", "Words"),
            lambda value: (
                Q(alert__number__icontains=value)
                | Q(alert__sentence_zh__icontains=value)
                | Q(alert__sentence_en__icontains=value)
            ),
            "text",
        ),
    ),
    presets=(
        Preset("all", Words("全部", "All"), lambda actor: Q()),  # noqa: ARG005  the same for all
        Preset("overdue", Words("已过期限", "Past the deadline"), lambda actor: Q(due_on__lt=timezone.localdate())),  # noqa: ARG005  the same
        Preset("today", Words("今日到期", "Due today"), lambda actor: Q(due_on=timezone.localdate())),  # noqa: ARG005  the same for all
    ),
    order=("due_on", "-alert__level", "pk"),
    key=lambda task: task.key,
    empty=Words("没有事等您办。", "Nothing waits for you."),
)
