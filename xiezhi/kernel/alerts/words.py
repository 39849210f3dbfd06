"""How alerts are said: states, levels, causes, outcomes, moves, and the names of rules and checkpoints."""

from functools import cache

from xiezhi.engine.findings.wording import codes_of
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.alerts.edited import EDITED
from xiezhi.kernel.alerts.edited import NAME as EDITED_NAME
from xiezhi.kernel.alerts.enums import Cause, Level, Move, Outcome, State
from xiezhi.kernel.alerts.feeds import NAME as SILENT_NAME
from xiezhi.kernel.alerts.feeds import SILENT
from xiezhi.kernel.fields import fields

STATES: dict[State, Words] = {
    State.RAISED: Words("疑点，待认领", "suspicion, not taken on"),
    State.VERIFYING: Words("核实中", "being verified"),
    State.ASKED: Words("单位说明中", "the body is asked"),
    State.REPLIED: Words("已答复，待审阅", "replied, to be read"),
    State.CLOSING: Words("待第二人审核", "awaits the second person"),
    State.CLOSED: Words("已结案", "closed"),
    State.CLEARED: Words("自行消除", "cleared by itself"),
}
LEVELS: dict[Level, Words] = {Level.RED: Words("红色", "Red"), Level.ORANGE: Words("橙色", "Orange")}
CAUSES: dict[Cause, Words] = {
    Cause.ENDED: Words("情况已经过去", "the situation is over"),
    Cause.CORRECTED: Words("数据被改动", "a fact was changed"),
    Cause.WITHDRAWN: Words("数据被撤回", "a fact was withdrawn"),
    Cause.CALENDAR: Words("日历变动", "the calendar changed"),
    Cause.RULE: Words("规则变动", "the rule changed"),
}
MOVES: dict[Move, Words] = {
    Move.RAISED: Words("列为疑点", "raised as a suspicion"),
    Move.LEVEL: Words("等级由{old}变为{new}", "level changed from {old} to {new}"),
    Move.PART_ADDED: Words("又有一处", "one more part"),
    Move.PART_ENDED: Words("有一处不再成立", "one part no longer holds"),
    Move.CONDITION_ENDED: Words("所列情况不再存在", "the condition no longer holds"),
    Move.CONDITION_HOLDS_AGAIN: Words("所列情况又出现", "the condition holds again"),
    Move.CLEARED: Words("自行消除", "cleared by itself"),
}
OUTCOMES: dict[Outcome, Words] = {
    Outcome.CONFIRMED_CORRECTED: Words("成立，已纠正", "founded, put right"),
    Outcome.CONFIRMED_MEASURE: Words("成立，采取措施", "founded, a measure is taken"),
    Outcome.CONFIRMED_REFERRED: Words("成立，移交", "founded, handed over"),
    Outcome.INNOCENT: Words("不成立，有正当缘由", "unfounded, with an innocent cause"),
    Outcome.DATA_ERROR: Words("数据有误", "wrong data"),
    Outcome.RULE_ERROR: Words("规则有误", "wrong rule"),
    Outcome.DUPLICATE: Words("重复", "duplicate"),
    Outcome.NOT_COMPETENT: Words("不属本单位职权", "not within competence"),
}
_CIRCLES = 20
_OWN = {EDITED: EDITED_NAME, SILENT: SILENT_NAME}


def move_words(kind: str, detail: dict[str, object]) -> Words:
    """Return what an evaluation did, with the levels of a change by their names."""
    zh, en = MOVES[Move(kind)].zh, MOVES[Move(kind)].en
    for name, value in detail.items():
        if value in Level.values:
            said = LEVELS[Level(str(value))]
            zh, en = zh.replace(f"{{{name}}}", said.zh), en.replace(f"{{{name}}}", said.en.lower())
    return Words(zh, en)


def rule_words(field: str, indicator: str, rule: str = "") -> Words:
    """Return what a rule is called: its own name, else its indicator's."""
    if indicator in _OWN:
        return _OWN[indicator]
    pack = fields().packs.get(field)
    page = pack.indicators.get(indicator) if pack else None
    if page is None:
        return Words(indicator, indicator)
    own = next((one.words for one in page.rules if one.id == rule and one.words), NOTHING)
    return own or page.words


def cause_words(field: str, indicator: str, cause: str) -> Words:
    """Return an innocent cause of an indicator's page."""
    pack = fields().packs.get(field)
    page = pack.indicators.get(indicator) if pack else None
    return next((one.words for one in page.innocent if one.id == cause), NOTHING) if page else NOTHING


def field_words(field: str) -> Words:
    """Return what a supervised field is called."""
    pack = fields().packs.get(field)
    return pack.words if pack else Words(field, field)


@cache
def checkpoints(field: str) -> dict[str, Words]:
    """Return the checkpoints of a field in the order of a case's course; none where its pack names none."""
    pack = fields().packs.get(field)
    return dict(codes_of(pack, "checkpoint")) if pack else {}


def checkpoint_words(field: str, checkpoint: str) -> Words:
    """Return a checkpoint with its place in the course: ⑦决定关."""
    known = checkpoints(field)
    if checkpoint not in known:
        return Words(checkpoint, checkpoint)
    return numbered(list(known).index(checkpoint), known[checkpoint])


def numbered(place: int, words: Words) -> Words:
    """Return words with their place in a course before them, in a circle."""
    return Words(f"{sign(place)}{words.zh}", f"{sign(place)} {words.en}")


def sign(place: int) -> str:
    """Return the number of a place in a course, in a circle."""
    return chr(0x2460 + place) if place < _CIRCLES else f"{place + 1}."
