"""Deadlines of dispositions: counted in working days, told of before, on and after, then reported to the leaders.

They are counted again when the calendar changes. All of it may be run again at any time and does nothing twice.
"""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone

from xiezhi.engine.calendars.count import due_on, used_days
from xiezhi.engine.words import Words
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.queries import accounts_with
from xiezhi.kernel.alerts.entering import enter
from xiezhi.kernel.alerts.enums import OPEN
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.notices import notify
from xiezhi.kernel.dispositions.enums import DAYS
from xiezhi.kernel.dispositions.models import Deadline
from xiezhi.kernel.registry.queries import organisation_words, working_calendar

TASKS: dict[str, Words] = {
    "acknowledge": Words("认领", "take on"),
    "verify": Words("核实", "verify"),
    "reply": Words("答复", "reply"),
    "review": Words("阅单位答复", "read the reply"),
    "second": Words("第二人审核", "decide as second person"),
}
_ESCALATE_AFTER = 2  # working days past the deadline


def set_deadline(alert: Alert, kind: str, *, account: int | None, at: datetime, days: int | None = None) -> Deadline:
    """Open a deadline of a kind; one that is open already is ended first. Inside the caller's transaction."""
    end_deadlines(alert, (kind,), at=at)
    count = DAYS[kind][alert.level] if days is None else days
    start = timezone.localdate(at)
    organisation = alert.organisation if kind == "reply" else ""
    made = Deadline.objects.create(
        alert=alert,
        kind=kind,
        account_id=account,
        organisation=organisation,
        from_day=start,
        days=count,
        due_on=due_on(working_calendar(), rule="working", start=start, limit=count),
    )
    _nearest(alert)
    return made


def end_deadlines(alert: Alert, kinds: tuple[str, ...], *, at: datetime) -> None:
    """End the open deadlines of these kinds, and note the nearest of those that are left."""
    if alert.deadlines.filter(kind__in=kinds, ended_at=None).update(ended_at=at):
        _nearest(alert)


def move_deadline(alert: Alert, kind: str, *, until: date) -> None:
    """Set an open deadline to another day, counted from its beginning. Inside the caller's transaction."""
    calendar = working_calendar()
    for deadline in alert.deadlines.filter(kind=kind, ended_at=None):
        deadline.days = used_days(calendar, rule="working", start=deadline.from_day, end=until)
        deadline.due_on = until
        deadline.escalated_at = None
        deadline.save(update_fields=["days", "due_on", "escalated_at"])
    _nearest(alert)


def watch(at: datetime) -> int:
    """Tell whoever must act one working day before, on the day, and after; then report to the leaders. Idempotent."""
    calendar, today = working_calendar(), timezone.localdate(at)
    done = 0
    later = due_on(calendar, rule="working", start=today, limit=2)  # more than one working day is left: nothing to tell
    waiting = _open_ones().filter(alert__state__in=OPEN, due_on__lt=later)
    for deadline in waiting.order_by("due_on", "pk"):
        if deadline.alert.muted_until is not None and deadline.alert.muted_until > today:
            continue
        left = used_days(calendar, rule="working", start=today, end=deadline.due_on)
        done += _tell(deadline, left, at=at)
        over = used_days(calendar, rule="working", start=deadline.due_on, end=today)
        if over > _ESCALATE_AFTER and deadline.escalated_at is None:
            _escalate(deadline, over, at=at)
            done += 1
    return done


def recount(at: datetime) -> int:
    """Count open deadlines again after the calendar changed; say which moved."""
    calendar = working_calendar()
    moved = 0
    periods = Deadline.objects.filter(ended_at=None).values_list("from_day", "days", "due_on").distinct()
    for start, days, old in list(periods.order_by("from_day", "days", "due_on")):
        new = due_on(calendar, rule="working", start=start, limit=days)
        if new == old:
            continue
        for deadline in _open_ones().filter(from_day=start, days=days, due_on=old).order_by("pk"):
            _move(deadline, new, at=at)
            moved += 1
    return moved


def _open_ones() -> QuerySet[Deadline]:
    """Return open deadlines with their alerts, whose evidence is not read: a round passes here every second."""
    return Deadline.objects.filter(ended_at=None).select_related("alert").defer("alert__evidence", "alert__current")


@transaction.atomic
def _move(deadline: Deadline, new: date, *, at: datetime) -> None:
    old, deadline.due_on = deadline.due_on, new
    deadline.save(update_fields=["due_on"])
    _nearest(deadline.alert)
    enter(deadline.alert, "disposition.recounted", {"old": old.isoformat(), "new": new.isoformat()}, at=at)


def responsible(deadline: Deadline, *, on: date) -> tuple[int, ...]:
    """Return whom a deadline binds: its account, the liaisons of its body, or all who could take the task."""
    alert = deadline.alert
    if deadline.account_id is not None:
        return (deadline.account_id,)
    role = {"reply": Role.LIAISON, "second": Role.APPROVER}.get(deadline.kind, Role.OFFICER)
    return accounts_with({role}, organisation=alert.organisation, field=alert.field, on=on)


@transaction.atomic
def _tell(deadline: Deadline, left: int, *, at: datetime) -> int:
    today = timezone.localdate(at)
    if deadline.due_on < today:
        phase: Callable[[Words], Words] = _after
        name = "after"
    elif deadline.due_on == today:
        phase, name = _on_the_day, "on"
    elif left <= 1:
        phase, name = _before, "before"
    else:
        return 0
    words = phase(TASKS[deadline.kind])
    alert = deadline.alert
    once = f"{deadline.pk}:{deadline.due_on.isoformat()}:{name}"
    people = responsible(deadline, on=today)
    said = Words(f"{alert.number} {words.zh}", f"{alert.number}: {words.en}")
    return len(notify(people, kind=f"deadline-{name}", alert=alert, words=said, at=at, once=once))


def _before(task: Words) -> Words:
    return Words(f"还剩1个工作日：{task.zh}", f"one working day left to {task.en}")


def _on_the_day(task: Words) -> Words:
    return Words(f"今日到期：{task.zh}", f"due today: {task.en}")


def _after(task: Words) -> Words:
    return Words(f"已过期限：{task.zh}", f"past its deadline: {task.en}")


@transaction.atomic
def _escalate(deadline: Deadline, over: int, *, at: datetime) -> None:
    alert, today = deadline.alert, timezone.localdate(at)
    deadline.escalated_at = at
    deadline.save(update_fields=["escalated_at"])
    leaders = accounts_with({Role.LEADER}, organisation=alert.organisation, field=alert.field, on=today)
    task, body = TASKS[deadline.kind], organisation_words(alert.organisation)
    words = Words(
        f"{alert.number} {task.zh}已超{over}个工作日（{body.zh}）",
        f"{alert.number}: {over} working days late to {task.en} ({body.en})",
    )
    notify(leaders, kind="escalated", alert=alert, words=words, at=at, once=f"{deadline.pk}:{deadline.due_on}")
    enter(alert, "disposition.escalated", {"to": list(leaders), "kind": deadline.kind, "over": over}, at=at)


def _nearest(alert: Alert) -> None:
    """Keep the nearest open deadline on the alert, for lists."""
    nearest = alert.deadlines.filter(ended_at=None).aggregate(day=Min("due_on"))["day"]
    alert.due_on = nearest
    alert.save(update_fields=["due_on"])
