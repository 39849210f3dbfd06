"""What an actor may do with an alert now, and why not; and the course of it, told in order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.calendars.count import due_on
from xiezhi.engine.telling.spans import short
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import Refused, may
from xiezhi.kernel.access.queries import names_of
from xiezhi.kernel.alerts.enums import OPEN, Cause
from xiezhi.kernel.alerts.models import Alert, AlertMove
from xiezhi.kernel.alerts.words import CAUSES, move_words
from xiezhi.kernel.dispositions.deadlines import TASKS
from xiezhi.kernel.dispositions.enums import DAYS, ROAD, Act
from xiezhi.kernel.dispositions.events import SENTENCES
from xiezhi.kernel.dispositions.models import Deadline, Step
from xiezhi.kernel.dispositions.permissions import waiting_mute
from xiezhi.kernel.dispositions.taking import refused_now
from xiezhi.kernel.registry.queries import working_calendar

BUTTONS: dict[Act, Words] = {
    Act.ACKNOWLEDGE: Words("开始核实", "Start verifying"),
    Act.ASSIGN: Words("转给其他监督员", "Assign to another officer"),
    Act.COMMENT: Words("留言", "Write a comment"),
    Act.ASK: Words("请单位说明", "Ask the body to explain"),
    Act.REPLY: Words("答复", "Reply"),
    Act.ACCEPT: Words("接受答复", "Accept the reply"),
    Act.SEND_BACK: Words("退回答复", "Send the reply back"),
    Act.PROPOSE: Words("提出结论", "Propose an outcome"),
    Act.CLOSE: Words("同意结论，结案", "Agree and close"),
    Act.REJECT: Words("退回结论", "Return the proposal"),
    Act.MUTE: Words("暂缓，写明理由和期限", "Put on hold, with reason and day"),
    Act.SECOND_MUTE: Words("同意暂缓", "Agree to the hold"),
    Act.UNMUTE: Words("结束暂缓", "End the hold"),
    Act.EXTEND: Words("延长期限", "Extend the deadline"),
}
# What leads the alert on, most natural first: the first that is allowed is the primary button.
_LEADS = (Act.ACKNOWLEDGE, Act.REPLY, Act.CLOSE, Act.ACCEPT, Act.ASK, Act.PROPOSE, Act.SECOND_MUTE)


@dataclass(frozen=True)
class Possible:
    """An act with its button. ``refused``: why it cannot be done, nothing where it can. ``days``: of its deadline."""

    act: Act
    words: Words
    refused: Words
    days: int | None
    due_on: date | None
    primary: bool = False

    @property
    def allowed(self) -> bool:
        """Whether it can be done now."""
        return not self.refused


@dataclass(frozen=True)
class Told:
    """One thing in the course of an alert. ``state``: done | now | coming."""

    state: str
    at: datetime | date | None
    words: Words
    second: Words = NOTHING
    text: str = ""
    documents: tuple[tuple[int, str, int], ...] = ()  # id, name, bytes


def possible(actor: Actor, alert: Alert, *, today: date) -> tuple[Possible, ...]:
    """Return every act that concerns the actor's roles: those allowed first, then those barred, with the reason."""
    calendar = working_calendar()
    found = [_possible(actor, alert, act, today, calendar) for act in Act if _sensible(act, alert)]
    allowed = [item for item in found if item.allowed]
    lead = next((act for act in _LEADS if any(item.act == act for item in allowed)), None)
    marked = [Possible(**{**item.__dict__, "primary": item.act == lead}) for item in allowed]
    marked.sort(key=lambda item: not item.primary)
    return (*marked, *(item for item in found if not item.allowed))


def timeline(alert: Alert) -> tuple[Told, ...]:
    """Return the course of an alert: what evaluations did and people did, where it stands, what is to come."""
    steps = list(alert.steps.prefetch_related("attachments").order_by("pk"))
    moves = list(alert.moves.order_by("pk"))
    names = names_of({step.by_id for step in steps} | {step.for_whom_id for step in steps} | {alert.owner_id})
    dated = [(step.at, _step(step, names)) for step in steps] + [(move.at, _move(move)) for move in moves]
    done = [told for _, told in sorted(dated, key=lambda pair: pair[0])]
    open_ones = list(alert.deadlines.filter(ended_at=None).order_by("due_on", "pk"))
    now = [_waiting(deadline, names) for deadline in open_ones] if alert.state in OPEN else []
    return (*done, *now, *_coming(alert, open_ones))


def _possible(actor: Actor, alert: Alert, act: Act, today: date, calendar: Calendar) -> Possible:
    answer = may(actor, f"dispositions.{act.value}", alert)
    refused = refused_now(act, alert) or NOTHING
    if isinstance(answer, Refused):
        refused = answer.reason
    kind = ROAD[act].deadline
    days = DAYS[kind][alert.level] if kind else None
    until = None if days is None else due_on(calendar, rule="working", start=today, limit=days)
    return Possible(act, BUTTONS[act], refused, days, until)


def _sensible(act: Act, alert: Alert) -> bool:
    """Leave out what has no object: agreeing to a hold that nobody proposed, ending one that is not."""
    if act == Act.SECOND_MUTE:
        return waiting_mute(alert) is not None
    if act == Act.UNMUTE:
        return alert.muted_until is not None or waiting_mute(alert) is not None
    if act == Act.MUTE:
        return alert.muted_until is None
    return alert.state in OPEN


def _step(step: Step, names: Mapping[int, str]) -> Told:
    sentence = SENTENCES[Act(step.act)]
    data = {name: str(value) for name, value in step.data.items()}
    who = names.get(step.by_id, "")
    absent = names.get(step.for_whom_id or 0)
    stands = f"（代{absent}）" if absent else ""
    stands_en = f" (for {absent})" if absent else ""
    return Told(
        "done",
        step.at,
        Words(f"{who}{stands}{_filled(sentence.zh, data)}", f"{who}{stands_en} {_filled(sentence.en, data)}"),
        text=step.text,
        documents=tuple((item.pk, item.name, item.size) for item in step.attachments.all()),
    )


def _move(move: AlertMove) -> Told:
    cause = CAUSES[Cause(move.cause)] if move.cause else NOTHING
    return Told("done", move.at, move_words(move.kind, move.detail), cause)


def _waiting(deadline: Deadline, names: Mapping[int, str]) -> Told:
    task = TASKS[deadline.kind]
    who, day = names.get(deadline.account_id or 0, ""), short(deadline.due_on)
    return Told(
        "now",
        deadline.due_on,
        Words(f"待{who}{task.zh}", f"{who} to {task.en}".strip()),
        Words(f"{deadline.days}个工作日，{day.zh}前", f"{deadline.days} working days, by {day.en}"),
    )


def _coming(alert: Alert, open_ones: list[Deadline]) -> Iterator[Told]:
    """Tell what would come next on the ordinary road, dashed."""
    if alert.state not in OPEN:
        return
    ahead = {
        "acknowledge": ("verify", "reply", "second"),
        "verify": ("reply", "second"),
        "reply": ("review", "second"),
        "review": ("second",),
        "second": (),
    }
    kinds = ahead.get(open_ones[0].kind, ()) if open_ones else ()
    for kind in kinds:
        yield Told(
            "coming",
            None,
            _AHEAD[kind],
            Words(f"{DAYS[kind][alert.level]}个工作日", f"{DAYS[kind][alert.level]} working days"),
        )
    if alert.state in OPEN:
        yield Told("coming", None, _AHEAD["closed"])


_AHEAD = {
    "verify": Words("认领后核实", "verification once it is taken on"),
    "reply": Words("若需要，请单位说明，单位可陈述申辩", "if needed, the body is asked; it may state its case"),
    "review": Words("监督员审阅答复", "the officer reads the reply"),
    "second": Words("提出结论，由另一人审核", "an outcome is proposed; another person decides"),
    "closed": Words("结案，单位可申请复核", "closed; the body may ask for a review"),
}


def _filled(template: str, data: Mapping[str, str]) -> str:
    for name, value in data.items():
        template = template.replace("{" + name + "}", value)
    return template
