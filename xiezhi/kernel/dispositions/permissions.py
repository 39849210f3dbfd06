"""Who may take an alert further. From which state is in `ROAD`; this is only about the person."""

from collections.abc import Callable

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.may import ALLOWED, Answer, Refused, register
from xiezhi.kernel.access.queries import names_of
from xiezhi.kernel.access.scope import holds
from xiezhi.kernel.alerts.models import Alert, Mute
from xiezhi.kernel.alerts.permissions import may_read
from xiezhi.kernel.dispositions.about import concerns, persons
from xiezhi.kernel.dispositions.enums import Act
from xiezhi.kernel.dispositions.models import Step

Rule = Callable[[Actor, Alert], Answer]


def _no(zh: str, en: str) -> Refused:
    return Refused(Words(zh, en))


def _in_role(actor: Actor, alert: Alert, role: Role, words: Words) -> Answer:
    return ALLOWED if holds(actor, {role}, organisation=alert.organisation, field=alert.field) else Refused(words)


def _officer(actor: Actor, alert: Alert) -> Answer:
    return _in_role(
        actor,
        alert,
        Role.OFFICER,
        Words("只有负责这个单位的监督员可以办理", "Only a supervision officer over this body may do this"),
    )


def _not_himself(actor: Actor, alert: Alert) -> Answer:
    if concerns(actor, alert):
        return _no("这条预警涉及您本人，须回避", "This alert concerns you: you must stand aside")
    return ALLOWED


def _owner(actor: Actor, alert: Alert) -> Answer:
    if alert.owner_id is None:
        return _no("先认领，再办理", "Take the alert on first")
    if alert.owner_id in persons(actor):
        return ALLOWED
    name = names_of([alert.owner_id])[alert.owner_id]
    return _no(f"承办人是{name}，可请其转办", f"{name} handles this alert and can assign it to you")


def _not_his_reply(actor: Actor, alert: Alert) -> Answer:
    if _last(alert, Act.REPLY) in persons(actor):
        return _no("不得验收自己的答复", "Nobody verifies his own reply")
    return ALLOWED


def _second(actor: Actor, alert: Alert) -> Answer:
    answer = _in_role(
        actor,
        alert,
        Role.APPROVER,
        Words("须由第二审核人决定", "A second approver must decide this"),
    )
    if not answer:
        return answer
    if persons(actor) & {_last(alert, Act.PROPOSE), alert.owner_id}:
        return _no("提出结论的人不能自己结案", "Whoever proposed the outcome cannot close the alert")
    return ALLOWED


def _liaison(actor: Actor, alert: Alert) -> Answer:
    return _in_role(
        actor, alert, Role.LIAISON, Words("只有该单位的联络员可以答复", "Only a liaison of this body may reply")
    )


def _talks(actor: Actor, alert: Alert) -> Answer:
    readable = may_read(actor, alert)
    if not readable:
        return readable
    roles = {Role.OFFICER, Role.APPROVER, Role.LIAISON}
    if holds(actor, roles, organisation=alert.organisation, field=alert.field):
        return ALLOWED
    return _no("领导只看，不在经过里留言", "A leader reads, and writes nothing into the course of an alert")


def _seconds_mute(actor: Actor, alert: Alert) -> Answer:
    answer = _in_role(
        actor, alert, Role.APPROVER, Words("暂缓须由第二审核人同意", "A second approver must agree to a hold")
    )
    mute = waiting_mute(alert)
    if not answer or mute is None:
        return answer if not answer else _no("没有等待同意的暂缓", "No hold is waiting for consent")
    if mute.by in persons(actor):
        return _no("不能同意自己提出的暂缓", "Nobody agrees to his own hold")
    return ALLOWED


def waiting_mute(alert: Alert) -> Mute | None:
    """Return the hold that waits for a second person, if any."""
    return alert.mutes.filter(seconded_by=None, ended_at=None).order_by("-pk").first()


def _last(alert: Alert, act: Act) -> int | None:
    step = Step.objects.filter(alert=alert, act=act).order_by("-pk").values_list("by_id", flat=True).first()
    return int(step) if step is not None else None


def _all(*rules: Rule) -> Rule:
    """Return the rule that refuses as soon as one does."""

    def decide(actor: Actor, alert: Alert) -> Answer:
        for rule in rules:
            answer = rule(actor, alert)
            if not answer:
                return answer
        return ALLOWED

    return decide


_OWNED = _all(_officer, _owner, _not_himself)
RULES: dict[Act, Rule] = {
    Act.ACKNOWLEDGE: _all(_officer, _not_himself),
    Act.ASSIGN: _all(_officer, _not_himself),
    Act.COMMENT: _talks,
    Act.ASK: _OWNED,
    Act.REPLY: _liaison,
    Act.ACCEPT: _all(_officer, _owner, _not_himself, _not_his_reply),
    Act.SEND_BACK: _all(_officer, _owner, _not_himself, _not_his_reply),
    Act.PROPOSE: _OWNED,
    Act.CLOSE: _all(_second, _not_himself, _not_his_reply),
    Act.REJECT: _all(_second, _not_himself),
    Act.MUTE: _OWNED,
    Act.SECOND_MUTE: _all(_seconds_mute, _not_himself),
    Act.UNMUTE: _OWNED,
    Act.EXTEND: _OWNED,
}
for _act, _rule in RULES.items():
    register(f"dispositions.{_act.value}", _rule)
