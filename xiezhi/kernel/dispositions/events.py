"""Kinds of events of dispositions: one for each act, and one for each thing that happens by the passing of days."""

from xiezhi.engine.words import Words
from xiezhi.kernel.dispositions.enums import Act
from xiezhi.kernel.ledger.kinds import Kind, register

SENTENCES: dict[Act, Words] = {
    Act.ACKNOWLEDGE: Words("认领，开始核实", "took the alert on and began to verify"),
    Act.ASSIGN: Words("转给{to}", "assigned it to {to}"),
    Act.COMMENT: Words("留言", "commented"),
    Act.ASK: Words("请单位说明", "asked the body to explain"),
    Act.REPLY: Words("单位答复", "the body replied"),
    Act.ACCEPT: Words("接受答复", "accepted the reply"),
    Act.SEND_BACK: Words("退回答复，请补充", "sent the reply back for more"),
    Act.PROPOSE: Words("提出结论，请第二人审核", "proposed an outcome for a second person to decide"),
    Act.CLOSE: Words("第二人审核同意，结案", "the second person agreed; closed"),
    Act.REJECT: Words("第二人退回结论", "the second person returned the proposal"),
    Act.MUTE: Words("提出暂缓到{until}", "proposed a hold until {until}"),
    Act.SECOND_MUTE: Words("第二人同意暂缓到{until}", "the second person agreed to the hold until {until}"),
    Act.UNMUTE: Words("结束暂缓", "ended the hold"),
    Act.EXTEND: Words("延长期限到{until}", "extended the deadline to {until}"),
}
register(*(Kind(f"disposition.{act.value}", words) for act, words in SENTENCES.items()))
register(
    Kind("disposition.escalated", Words("逾期，已报{to}", "overdue; reported to {to}")),
    Kind("disposition.mute_ended", Words("暂缓到期", "the hold ran out")),
    Kind("disposition.recounted", Words("日历变动，期限由{old}改为{new}", "the calendar changed: {old} became {new}")),
)
