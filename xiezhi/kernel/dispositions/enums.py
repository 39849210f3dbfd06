"""The road of an alert as data: which act leads from which states to which, and which deadline it sets."""

from dataclasses import dataclass

from django.db import models

from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.alerts.enums import OPEN, State


class Act(models.TextChoices):
    """What a person does to an alert."""

    ACKNOWLEDGE = "acknowledge"  # 认领，开始核实
    ASSIGN = "assign"  # 转给其他监督员
    COMMENT = "comment"
    ASK = "ask"  # 请单位说明
    REPLY = "reply"  # 单位答复
    ACCEPT = "accept"  # 接受答复
    SEND_BACK = "send_back"  # 退回补充
    PROPOSE = "propose"  # 提出结论
    CLOSE = "close"  # 第二人结案
    REJECT = "reject"  # 第二人退回结论
    MUTE = "mute"
    SECOND_MUTE = "second_mute"
    UNMUTE = "unmute"
    EXTEND = "extend"  # 延长期限


@dataclass(frozen=True)
class Transition:
    """``to`` None: the state stays. ``deadline``: the kind of deadline it sets; ``ends``: those it fulfils."""

    sources: tuple[State, ...]
    to: State | None
    deadline: str = ""
    ends: tuple[str, ...] = ()


ROAD: dict[Act, Transition] = {
    Act.ACKNOWLEDGE: Transition((State.RAISED,), State.VERIFYING, "verify", ("acknowledge",)),
    Act.ASSIGN: Transition((State.RAISED, State.VERIFYING, State.ASKED, State.REPLIED), None),
    Act.COMMENT: Transition(OPEN, None),
    Act.ASK: Transition((State.VERIFYING, State.REPLIED), State.ASKED, "reply", ("verify", "review")),
    Act.REPLY: Transition((State.ASKED,), State.REPLIED, "review", ("reply",)),
    Act.ACCEPT: Transition((State.REPLIED,), State.VERIFYING, "verify", ("review",)),
    Act.SEND_BACK: Transition((State.REPLIED,), State.ASKED, "reply", ("review",)),
    Act.PROPOSE: Transition((State.VERIFYING, State.REPLIED), State.CLOSING, "second", ("verify", "review")),
    Act.REJECT: Transition((State.CLOSING,), State.VERIFYING, "verify", ("second",)),
    Act.CLOSE: Transition((State.CLOSING,), State.CLOSED, "", ("second", "verify", "review", "reply", "acknowledge")),
    Act.MUTE: Transition(OPEN, None),
    Act.SECOND_MUTE: Transition(OPEN, None),
    Act.UNMUTE: Transition(OPEN, None),
    Act.EXTEND: Transition((State.ASKED, State.VERIFYING), None),
}

_OFFICER, _APPROVER, _LIAISON = frozenset({Role.OFFICER}), frozenset({Role.APPROVER}), frozenset({Role.LIAISON})
# In which role an act is done; the first that reaches the alert is written into its step.
ROLES: dict[Act, frozenset[Role]] = {
    **dict.fromkeys(Act, _OFFICER),
    Act.COMMENT: frozenset({Role.OFFICER, Role.APPROVER, Role.LIAISON}),
    Act.REPLY: _LIAISON,
    Act.CLOSE: _APPROVER,
    Act.REJECT: _APPROVER,
    Act.SECOND_MUTE: _APPROVER,
}

# Working days of each kind of deadline, by level; ours, to be set by an installation.
DAYS: dict[str, dict[str, int]] = {
    "acknowledge": {"orange": 3, "red": 1},
    "verify": {"orange": 5, "red": 3},
    "reply": {"orange": 5, "red": 5},
    "review": {"orange": 3, "red": 2},
    "second": {"orange": 3, "red": 2},
}
