"""What became of a delivery, in words."""

from collections.abc import Callable

from xiezhi.engine.words import Words
from xiezhi.kernel.intake.models import Batch, QuarantinedRow, Source

STATES = {
    Batch.State.RECEIVING: Words("正在接收", "being received"),
    Batch.State.ACCEPTED: Words("已收下", "accepted"),
    Batch.State.UNCHANGED: Words("与上一批相同", "unchanged"),
    Batch.State.HELD: Words("待确认", "held"),
    Batch.State.REFUSED: Words("未收下", "refused"),
}
KINDS = {
    "file": Words("文件", "file"),
    "tail": Words("页面录入", "typed on a page"),
    "registry": Words("登记册", "registry"),
    "correction": Words("更正", "correction"),
}
FEEDS = {
    Source.Feed.SOUND: Words("正常", "sound"),
    Source.Feed.LATE: Words("逾期未报", "late"),
    Source.Feed.THIN: Words("行数过少", "too few rows"),
    Source.Feed.DIFFERENT: Words("与往常差别很大", "unlike before"),
}

ROW_STATES = {
    QuarantinedRow.State.OPEN: Words("待处理", "open"),
    QuarantinedRow.State.RESUBMITTED: Words("已更正重报", "corrected"),
    QuarantinedRow.State.DISMISSED: Words("不再处理", "dismissed"),
}


def told_of(batch: Batch) -> Words:
    """Return one sentence on what became of a delivery, with what to do where something is to be done."""
    code, *details = batch.note.split("\t")
    if code in _NOTES:
        return _NOTES[code](batch.pk, details)
    if batch.state != Batch.State.ACCEPTED:
        return STATES[Batch.State(batch.state)]
    version = f"（版本{batch.version_id}）" if batch.version_id else "（内容与已有数据相同）"
    english = f"version {batch.version_id}" if batch.version_id else "it says nothing new"
    return Words(f"第{batch.pk}批已收下{version}", f"batch {batch.pk} is accepted: {english}")


def _unchanged(number: int, details: list[str]) -> Words:
    return Words(
        f"第{number}批与本来源最近收下的第{details[0]}批完全相同，未作改动",
        f"batch {number} is the same as batch {details[0]}, the source's last: nothing changed",
    )


def _seen_before(number: int, details: list[str]) -> Words:
    return Words(
        f"第{number}批与较早的第{details[0]}批相同，暂不收下：确要改回那时的数据，请确认后重报",
        f"batch {number} is the same as batch {details[0]}, which is not the last: it is held; confirm it to go back to"
        " those data",
    )


def _many_absent(number: int, details: list[str]) -> Words:
    name, absent, live = details
    return Words(
        f"第{number}批缺少{name}的{live}行中的{absent}行，暂不收下：确属撤回，请确认后重报",
        f"batch {number} leaves out {absent} of {live} rows of {name}: it is held; confirm it if they are meant to be"
        " withdrawn",
    )


def _refused(number: int, details: list[str]) -> Words:
    reason = "\t".join(details)
    return Words(f"第{number}批未收下：{reason}", f"batch {number} is refused: {reason}")


def _confirmed(number: int, details: list[str]) -> Words:
    return Words(
        f"第{number}批经确认，已作为第{details[0]}批收下",
        f"batch {number} was confirmed, and accepted as batch {details[0]}",
    )


def _turned_down(number: int, details: list[str]) -> Words:
    return Words(
        f"第{number}批未获确认，未收下：{details[0]}", f"batch {number} was not confirmed and is refused: {details[0]}"
    )


def _interrupted(number: int, _details: list[str]) -> Words:
    return Words(
        f"第{number}批接收中断，未收下任何数据，请重报",
        f"batch {number} was interrupted: nothing of it was taken, hand it in again",
    )


_NOTES: dict[str, Callable[[int, list[str]], Words]] = {
    "unchanged": _unchanged,
    "seen_before": _seen_before,
    "many_absent": _many_absent,
    "refused": _refused,
    "confirmed": _confirmed,
    "turned_down": _turned_down,
    "interrupted": _interrupted,
}
