"""How failures of intake are said on a page, in both languages."""

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words
from xiezhi.kernel.access.may import NotAllowed
from xiezhi.kernel.intake.leases import Busy
from xiezhi.kernel.intake.mending import AlreadySettled, Erased
from xiezhi.kernel.intake.norms import OtherNorm
from xiezhi.kernel.intake.waiting import NotHandedIn

_WORDS: dict[type[XiezhiError], Words] = {
    Busy: Words(
        "这个来源正在接收另一批，过几分钟再报",
        "Another delivery of this source is being received: try again in minutes",
    ),
    AlreadySettled: Words("这一行已有人处理过", "Somebody has settled this row already"),
    Erased: Words(
        "这一行里有一个姓名或号码的原值已删除，请重新填写", "A name or number of this row was erased: type it again"
    ),
    OtherNorm: Words(
        "这个来源的判断依据与已导入的不同", "This source judges by another norm than those imported before"
    ),
}


def words_of(error: XiezhiError) -> Words:
    """Return why something could not be done."""
    if isinstance(error, NotHandedIn):
        return error.words
    if isinstance(error, NotAllowed):
        return error.refused.reason
    known = _WORDS.get(type(error))
    return known if known is not None else Words(f"未收下，原因（英文原文）：{error}", f"Not taken: {error}")
