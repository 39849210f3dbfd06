"""Kinds of events of alerts: what evaluations did to them."""

from xiezhi.engine.words import Words
from xiezhi.kernel.ledger.kinds import Kind, register

register(
    Kind("alert.raised", Words("列为{level}疑点", "raised as {level}")),
    Kind("alert.level", Words("等级由{old}变为{new}", "level changed from {old} to {new}")),
    Kind("alert.part_added", Words("又有一处", "one more part")),
    Kind("alert.part_ended", Words("有一处不再成立", "one part no longer holds")),
    Kind("alert.condition_ended", Words("所列情况不再存在（{cause}）", "the condition no longer holds ({cause})")),
    Kind("alert.condition_holds_again", Words("所列情况又出现", "the condition holds again")),
    Kind("alert.cleared", Words("自行消除", "cleared by itself")),
)
