"""Kinds of events of the registry."""

from xiezhi.engine.words import Words
from xiezhi.kernel.ledger.kinds import Kind, register

register(
    Kind("registry.added", Words("登记{what}{code}", "registered {what} {code}")),
    Kind("registry.changed", Words("修改{what}{code}", "changed {what} {code}")),
    Kind("registry.ended", Words("{what}{code}自{day}起终止", "{what} {code} ends on {day}")),
    Kind("registry.succeeded", Words("{code}自{day}起由{successor}承继", "{successor} succeeds {code} from {day}")),
    Kind("registry.calendar", Words("日历{calendar}的{day}已改", "changed {day} of calendar {calendar}")),
)
