"""What the people of the invented city do to its alerts, working day by working day, through the acts of the product.

What becomes of an alert is in its number, so that the same city is worked on in the same way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from xiezhi.cli.demo_people import actor
from xiezhi.demo import cast, workdays
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.enums import OPEN, Outcome, State
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.dispositions import actions, holds
from xiezhi.kernel.dispositions.documents import Upload
from xiezhi.kernel.dispositions.models import Step
from xiezhi.kernel.fields import pack_of

_OUTCOMES = (
    (Outcome.CONFIRMED_CORRECTED, 62, "经核实属实，已督促整改到位。"),
    (Outcome.CONFIRMED_MEASURE, 74, "经核实属实，已对责任人谈话提醒。"),
    (Outcome.INNOCENT, 88, "经核实有正当缘由，不作责任认定。"),
    (Outcome.DATA_ERROR, 96, "系数据录入有误，业务情况正常。"),
    (Outcome.DUPLICATE, 100, "与另一条预警为同一事项，并案处理。"),
)
_QUESTIONS = (
    "请说明超出时限的原因，并附办理过程的材料。",
    "请说明经办情况，提供当事人签收或告知的凭证。",
    "请核对登记内容是否属实，如有出入请说明更正情况。",
)
_REPLIES = (
    "经核查，该件因材料反复核对延误，已于当日办结并向申请人致歉；科室已调整分办规则。",
    "情况属实。经办人对规定理解有误，已组织学习并完成整改，凭证见附件。",
    "该件系窗口人员轮岗期间交接不清所致，现已补办手续，附件为办理记录。",
)
_COMMENTS = ("已电话联系科室负责人，约定明日上午查阅原始档案。", "与上月同类问题为同一窗口，合并关注。")


@dataclass
class Day:
    """One working day of the people who work on alerts. ``liaisons``: by body."""

    at: datetime
    officers: tuple[Actor, Actor]
    approver: Actor
    liaisons: Mapping[str, Actor]
    done: int = 0
    _minutes: int = field(default=0)

    def moment(self) -> datetime:
        """Return the next moment of the day: a quarter of a minute after the last."""
        self._minutes += 1
        return self.at + timedelta(seconds=15 * self._minutes)


def open_day(day: date, zone: ZoneInfo) -> Day:
    """Return a day that begins at half past nine, with everybody and what he holds on it."""
    at = datetime(day.year, day.month, day.day, 9, 30, tzinfo=zone)
    officers = (actor(cast.OFFICER, at=at), actor(cast.SECOND_OFFICER, at=at))
    liaisons = {player.body: actor(player, at=at) for player in cast.liaisons()}
    return Day(at, officers, actor(cast.APPROVER, at=at), liaisons)


def work(day: Day) -> int:
    """Let everybody do what he would do on this day. Return how many acts were done."""
    for alert in Alert.objects.filter(state__in=OPEN, muted_until=None).order_by("pk"):
        act = _ACTS.get(State(alert.state))
        if act is not None and act(day, alert, _waited(alert, day)):
            day.done += 1
    return day.done


def chance(alert: Alert, what: str) -> int:
    """Return a number below a hundred that is the alert's own."""
    told = f"{alert.subject_id} {alert.indicator} {alert.rule} {what}"
    return int(sha256(told.encode()).hexdigest()[:8], 16) % 100


def _waited(alert: Alert, day: Day) -> int:
    """Return the working days since the last step, or since the alert was raised."""
    last = Step.objects.filter(alert=alert).exclude(act="comment").order_by("-pk").values_list("at", flat=True).first()
    since = last or alert.raised_at
    return workdays.between(since.astimezone(day.at.tzinfo).date(), day.at.date())


def _owner(day: Day, alert: Alert) -> Actor:
    return day.officers[1] if alert.owner_id == day.officers[1].account else day.officers[0]


def _raised(day: Day, alert: Alert, waited: int) -> bool:
    if alert.indicator == "feed_silent" or chance(alert, "neglect") < 5:
        return False
    if waited < (0 if alert.level == "red" else chance(alert, "begin") % 3):
        return False
    officer = day.officers[chance(alert, "officer") % 2]
    actions.acknowledge(alert, by=officer, at=day.moment())
    if chance(alert, "comment") < 12:
        actions.comment(alert, text=_one_of(_COMMENTS, alert), by=officer, at=day.moment())
    return True


def _verifying(day: Day, alert: Alert, waited: int) -> bool:
    by, told = _owner(day, alert), _last_act(alert)
    if waited < 1 + chance(alert, "verify") % 2:
        return False
    if told == "acknowledge" and chance(alert, "assign") < 6:
        other = day.officers[0] if by is day.officers[1] else day.officers[1]
        actions.assign(alert, to=other.id, text="对方熟悉该单位情况，转其办理。", by=by, at=day.moment())
    elif told == "acknowledge" and chance(alert, "hold") < 5:
        _hold(day, alert, by)
    elif (
        told in {"acknowledge", "assign", "unmute"} and chance(alert, "ask") < 78 and alert.organisation in day.liaisons
    ):
        actions.ask(alert, text=_one_of(_QUESTIONS, alert), by=by, at=day.moment())
    else:
        _propose(day, alert, by)
    return True


def _hold(day: Day, alert: Alert, by: Actor) -> None:
    until = day.at.date() + timedelta(21)
    holds.mute(alert, until=until, text="等待上级对同类事项的答复口径。", by=by, at=day.moment())
    holds.second_mute(alert, by=day.approver, at=day.moment())


def _asked(day: Day, alert: Alert, waited: int) -> bool:
    liaison = day.liaisons.get(alert.organisation)
    if liaison is None or chance(alert, "silence") < 8:
        return False
    if waited < 2 and waited == 1 and chance(alert, "extend") < 5 and _last_act(alert) == "ask":
        until = workdays.add(day.at.date(), 9)
        actions.extend(alert, until=until, text="材料在外地，单位申请延期。", by=_owner(day, alert), at=day.moment())
        return True
    if waited < 1 + chance(alert, "reply") % 4:
        return False
    text = _one_of(_REPLIES, alert)
    files = [Upload("情况说明.txt", [f"{alert.number}\n{text}\n".encode()])] if chance(alert, "file") < 60 else []
    actions.reply(alert, text=text, files=files, by=liaison, at=day.moment())
    return True


def _replied(day: Day, alert: Alert, waited: int) -> bool:
    if waited < 1 + chance(alert, "read") % 2:
        return False
    by = _owner(day, alert)
    once = Step.objects.filter(alert=alert, act="send_back").exists()
    if not once and chance(alert, "back") < 14:
        actions.send_back(alert, text="没有附当事人签收凭证，请补充。", by=by, at=day.moment())
    else:
        actions.accept(alert, by=by, at=day.moment())
    return True


def _closing(day: Day, alert: Alert, waited: int) -> bool:
    if waited < 1 + chance(alert, "second") % 2:
        return False
    if chance(alert, "reject") < 6 and not Step.objects.filter(alert=alert, act="reject").exists():
        actions.reject(alert, text="结论与附件不一致，请再核对日期。", by=day.approver, at=day.moment())
    else:
        actions.close(alert, text="同意。", by=day.approver, at=day.moment())
    return True


def _propose(day: Day, alert: Alert, by: Actor) -> None:
    drawn = chance(alert, "outcome")
    outcome, text = next((outcome, text) for outcome, most, text in _OUTCOMES if drawn < most)
    page = pack_of(alert.field).indicators.get(alert.indicator)  # none: an alert of the platform itself
    causes = page.innocent if page is not None and outcome == Outcome.INNOCENT else ()
    if outcome == Outcome.INNOCENT and not causes:
        outcome = Outcome.CONFIRMED_CORRECTED
    cause = causes[drawn % len(causes)].id if causes else ""
    actions.propose(alert, outcome=outcome, cause=cause, text=text, by=by, at=day.moment())


def _last_act(alert: Alert) -> str:
    told = Step.objects.filter(alert=alert).exclude(act="comment").order_by("-pk").values_list("act", flat=True).first()
    return told or ""


def _one_of(texts: tuple[str, ...], alert: Alert) -> str:
    return texts[chance(alert, "text") % len(texts)]


_ACTS: Mapping[State, Callable[[Day, Alert, int], bool]] = {
    State.RAISED: _raised,
    State.VERIFYING: _verifying,
    State.ASKED: _asked,
    State.REPLIED: _replied,
    State.CLOSING: _closing,
}
