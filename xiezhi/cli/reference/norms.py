"""The page of a field's norms: everything that law and practice ask, checked or not, and why not."""

from collections.abc import Mapping

from xiezhi.cli.reference.law import cited
from xiezhi.cli.reference.markdown import anchor, both, bullets, code, link, page, plain, side_by_side, table, titled
from xiezhi.engine.packs.model import Indicator, Norm, Pack, Status
from xiezhi.engine.words import Words

_NOT_WRITTEN = Words("尚未编写", "not yet written")
_HOW = Words(
    "没有指标的规范，请在 norms.toml 中用 unchecked = {zh, en} 写明原因",
    "for a norm without an indicator, say why in norms.toml: unchecked = {zh, en}",
)
_DECIDABLE = {
    "data": Words("记录可以判断", "records decide it"),
    "partial": Words("记录只能判断一部分", "records decide it in part"),
    "content": Words("须审查内容", "the content must be reviewed"),
    "not_a_check": Words("不是可核对的义务", "no duty that can be checked"),
    "": Words("未说明", "not said"),
}


def indicators_of(pack: Pack) -> dict[str, list[Indicator]]:
    """Return norm → the indicators that check it, retired ones left out."""
    found: dict[str, list[Indicator]] = {norm: [] for norm in pack.norms}
    for indicator in pack.indicators.values():
        for norm in indicator.norms if indicator.status is not Status.RETIRED else ():
            found[norm].append(indicator)
    return found


def norms_page(pack: Pack) -> str:
    """Return the page."""
    checked = indicators_of(pack)
    return page(
        f"{both(pack.words)}: 规范 Norms",
        _counted(pack, checked),
        table(
            ("编号 Id", "中文", "English", "可判断 Decidable", "指标 Indicator"),
            (_line(norm, checked[norm.id]) for norm in pack.norms.values()),
        ),
        *(_norm(norm, checked[norm.id]) for norm in pack.norms.values()),
    )


def coverage(pack: Pack) -> Words:
    """Return how many norms are checked, have a reason why not, or neither."""
    checked = indicators_of(pack)
    done = sum(bool(found) for found in checked.values())
    left = _left(pack, checked)
    reasoned = len(pack.norms) - done - left
    return Words(
        f"共 {len(pack.norms)} 条：{done} 条有指标，{reasoned} 条说明了为什么没有，{left} 条尚未编写",
        f"{len(pack.norms)} in all: {done} have an indicator, {reasoned} say why not, {left} are not yet written",
    )


def _counted(pack: Pack, checked: Mapping[str, list[Indicator]]) -> str:
    hint = f" {both(_HOW)}." if _left(pack, checked) else ""
    rows = []
    for key, words in _DECIDABLE.items():
        of = [norm.id for norm in pack.norms.values() if norm.decidable == key]
        if of:
            rows.append((both(words), str(len(of)), str(sum(bool(checked[norm]) for norm in of))))
    return f"{both(coverage(pack))}.{hint}\n\n" + table(("", "规范 Norms", "有指标 With an indicator"), rows)


def _left(pack: Pack, checked: Mapping[str, list[Indicator]]) -> int:
    return sum(not norm.unchecked and not checked[norm.id] for norm in pack.norms.values())


def _line(norm: Norm, indicators: list[Indicator]) -> tuple[str, ...]:
    return (
        link(norm.id, anchor(norm.id)),
        plain(norm.words.zh),
        plain(norm.words.en),
        both(_DECIDABLE[norm.decidable]),
        _checked(norm, indicators),
    )


def _checked(norm: Norm, indicators: list[Indicator]) -> str:
    if indicators:
        return ", ".join(link(code(one.id), f"indicators/{one.id}.md") for one in indicators)
    return both(norm.unchecked or _NOT_WRITTEN)


def _norm(norm: Norm, indicators: list[Indicator]) -> str:
    return titled(
        norm.id,
        f"**{both(norm.words)}**",
        side_by_side(
            [
                ("要求 Asks", norm.check),
                ("可判断 Decidable", _DECIDABLE[norm.decidable]),
                *(("正当原因 Innocent cause", words) for words in norm.innocent),
            ]
        ),
        f"指标 Indicator: {_checked(norm, indicators)}",
        bullets(cited(law) for law in norm.basis),
    )
