"""Kinds of events of findings."""

from xiezhi.engine.words import Words
from xiezhi.kernel.ledger.kinds import Kind, register

register(
    Kind("evaluation.failed", Words("指标{indicator}运行失败", "indicator {indicator} failed")),
)
