"""The acts of a disposition, each atomic, each with one step and one entry of the ledger."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from xiezhi.engine.calendars.count import used_days
from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.may import NotAllowed, Refused
from xiezhi.kernel.access.queries import accounts_with, names_of
from xiezhi.kernel.alerts.enums import Outcome, State
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.notices import notify
from xiezhi.kernel.dispositions.deadlines import TASKS, end_deadlines, move_deadline, set_deadline
from xiezhi.kernel.dispositions.documents import Upload, attach
from xiezhi.kernel.dispositions.enums import Act
from xiezhi.kernel.dispositions.models import Step
from xiezhi.kernel.dispositions.taking import TextMissing, WrongState, needs_text, take
from xiezhi.kernel.registry.queries import working_calendar

_REASON = Words("写明理由", "Write the reason")
_LONGEST_EXTENSION = 10  # working days


@transaction.atomic
def acknowledge(alert: Alert, *, by: Actor, at: datetime, text: str = "") -> Step:
    """Take an alert on: its taker becomes the owner, and has days to verify."""
    step = take(Act.ACKNOWLEDGE, alert, by=by, at=at, text=text, changes={"owner_id": by.account})
    set_deadline(alert, "verify", account=by.id, at=at)
    return step


@transaction.atomic
def assign(alert: Alert, *, to: int, by: Actor, at: datetime, text: str = "") -> Step:
    """Give an alert to another officer over the same scope.

    Raises:
        NotAllowed: the other is no officer over this alert.
    """
    today = timezone.localdate(at)
    if to not in accounts_with({Role.OFFICER}, organisation=alert.organisation, field=alert.field, on=today):
        raise NotAllowed(Refused(Words("对方不是负责这个单位的监督员", "The other is no officer over this body")))
    name = names_of([to])[to]
    step = take(Act.ASSIGN, alert, by=by, at=at, text=text, data={"to": name, "account": to}, changes={"owner_id": to})
    if alert.state == State.RAISED:
        alert.state = State.VERIFYING
        alert.save(update_fields=["state"])
        end_deadlines(alert, ("acknowledge",), at=at)
        set_deadline(alert, "verify", account=to, at=at)
    else:
        alert.deadlines.filter(ended_at=None, kind__in=("verify", "review")).update(account_id=to)
    _notify(alert, (to,), "assigned", Words("转给您办理", "assigned to you"), step)
    return step


@transaction.atomic
def comment(alert: Alert, *, text: str, by: Actor, at: datetime, files: Sequence[Upload] = ()) -> Step:
    """Write something into the course of an alert."""
    words = needs_text(text, Words("写下要说的话", "Write what you have to say"))
    step = take(Act.COMMENT, alert, by=by, at=at, text=words)
    attach(step, files)
    return step


@transaction.atomic
def ask(alert: Alert, *, text: str, by: Actor, at: datetime, days: int | None = None) -> Step:
    """Ask the department to explain: from here on it sees the alert, and has days to answer."""
    words = needs_text(text, Words("写明要单位说明什么", "Write what the body should explain"))
    asked = Alert.objects.filter(pk=alert.pk).values_list("asked_at", flat=True).first()
    step = take(Act.ASK, alert, by=by, at=at, text=words, changes={"asked_at": asked or at})
    deadline = set_deadline(alert, "reply", account=None, at=at, days=days)
    liaisons = accounts_with(
        {Role.LIAISON}, organisation=alert.organisation, field=alert.field, on=timezone.localdate(at)
    )
    until = deadline.due_on.isoformat()
    _notify(alert, liaisons, "asked", Words(f"请在{until}前说明", f"please explain by {until}"), step)
    return step


@transaction.atomic
def reply(alert: Alert, *, text: str, by: Actor, at: datetime, files: Sequence[Upload] = ()) -> Step:
    """Answer for the department, with documents."""
    words = needs_text(text, Words("写下答复", "Write the reply"))
    step = take(Act.REPLY, alert, by=by, at=at, text=words)
    attach(step, files)
    set_deadline(alert, "review", account=alert.owner_id, at=at)
    if alert.owner_id is not None:
        _notify(alert, (alert.owner_id,), "replied", Words("单位已答复", "the body has replied"), step)
    return step


@transaction.atomic
def accept(alert: Alert, *, by: Actor, at: datetime, text: str = "") -> Step:
    """Accept the reply; what is left is the outcome."""
    step = take(Act.ACCEPT, alert, by=by, at=at, text=text)
    set_deadline(alert, "verify", account=alert.owner_id, at=at)
    return step


@transaction.atomic
def send_back(alert: Alert, *, text: str, by: Actor, at: datetime) -> Step:
    """Send the reply back and say what is missing."""
    words = needs_text(text, Words("写明还缺什么", "Write what is missing"))
    step = take(Act.SEND_BACK, alert, by=by, at=at, text=words)
    set_deadline(alert, "reply", account=None, at=at)
    liaisons = accounts_with(
        {Role.LIAISON}, organisation=alert.organisation, field=alert.field, on=timezone.localdate(at)
    )
    _notify(alert, liaisons, "sent-back", Words("答复被退回，请补充", "your reply was sent back for more"), step)
    return step


@transaction.atomic
def propose(
    alert: Alert, *, outcome: Outcome, text: str, by: Actor, at: datetime, cause: str = "", days: int | None = None
) -> Step:
    """Propose an outcome. It counts only when a second person has agreed.

    Raises:
        TextMissing: no reason; or, for an innocent alert, no cause from the indicator's page.
    """
    words = needs_text(text, _REASON)
    if outcome == Outcome.INNOCENT and not cause:
        raise TextMissing(Words("选一个情有可原的缘由", "Choose the innocent cause"))
    step = take(Act.PROPOSE, alert, by=by, at=at, text=words, data={"outcome": outcome.value, "cause": cause})
    set_deadline(alert, "second", account=None, at=at, days=days)
    seconds = accounts_with(
        {Role.APPROVER}, organisation=alert.organisation, field=alert.field, on=timezone.localdate(at)
    )
    others = tuple(account for account in seconds if account != by.account)
    _notify(alert, others, "proposed", Words("请审核结论", "an outcome awaits your decision"), step)
    return step


@transaction.atomic
def close(alert: Alert, *, by: Actor, at: datetime, text: str = "") -> Step:
    """Agree to the proposed outcome and close the alert."""
    proposed = alert.steps.filter(act=Act.PROPOSE).order_by("-pk").first()
    decided = {} if proposed is None else {"outcome": proposed.data["outcome"], "outcome_cause": proposed.data["cause"]}
    step = take(
        Act.CLOSE,
        alert,
        by=by,
        at=at,
        text=text,
        data=decided,
        changes={**decided, "closed_at": at, "muted_until": None},
    )
    told = {alert.owner_id, proposed.by_id if proposed else None} - {None, by.account}
    _notify(alert, [account for account in told if account is not None], "closed", Words("已结案", "closed"), step)
    return step


@transaction.atomic
def reject(alert: Alert, *, text: str, by: Actor, at: datetime) -> Step:
    """Return a proposed outcome to the officer, with the reason."""
    words = needs_text(text, _REASON)
    step = take(Act.REJECT, alert, by=by, at=at, text=words)
    set_deadline(alert, "verify", account=alert.owner_id, at=at)
    if alert.owner_id is not None:
        _notify(alert, (alert.owner_id,), "rejected", Words("结论被退回", "your proposal was returned"), step)
    return step


@transaction.atomic
def extend(alert: Alert, *, until: date, text: str, by: Actor, at: datetime) -> Step:
    """Move the deadline at hand to a later day, at most ten working days on."""
    words = needs_text(text, _REASON)
    kind = "reply" if alert.state == State.ASKED else "verify"
    open_one = alert.deadlines.filter(kind=kind, ended_at=None).first()
    if open_one is None:
        raise WrongState(Words(f"没有要{TASKS[kind].zh}的期限", f"There is no deadline to {TASKS[kind].en}"))
    further = used_days(working_calendar(), rule="working", start=open_one.due_on, end=until)
    if not 0 < further <= _LONGEST_EXTENSION:
        raise TextMissing(
            Words(
                f"只能延长1至{_LONGEST_EXTENSION}个工作日，原期限{open_one.due_on}",
                f"Extend by 1 to {_LONGEST_EXTENSION} working days beyond {open_one.due_on}",
            )
        )
    step = take(Act.EXTEND, alert, by=by, at=at, text=words, data={"until": until.isoformat(), "kind": kind})
    move_deadline(alert, kind, until=until)
    return step


def _notify(alert: Alert, accounts: Sequence[int], kind: str, words: Words, step: Step) -> None:
    said = Words(f"{alert.number} {words.zh}", f"{alert.number}: {words.en}")
    notify(accounts, kind=kind, alert=alert, words=said, at=step.at, once=f"step:{step.pk}")
