"""The page of a field's datasets: what a source can hand over, column by column."""

from collections.abc import Iterator

from xiezhi.cli.reference.markdown import anchor, both, bullets, code, codes, link, page, plain, table, titled
from xiezhi.engine.columns import Kind
from xiezhi.engine.packs.model import Column, Dataset, Pack

_UNITS = {Kind.MONEY: "元 yuan, 存为分 kept in 分", Kind.TIME: "本地时间 local time"}


def datasets_page(pack: Pack) -> str:
    """Return the page."""
    parts = [_dataset(pack, dataset) for dataset in pack.datasets.values()]
    names = bullets(f"{link(code(d.name), anchor(d.name))} {both(d.words)}" for d in pack.datasets.values())
    return page(f"{both(pack.words)}: 数据集 Datasets", names, *parts)


def _dataset(pack: Pack, dataset: Dataset) -> str:
    heads = ("列 Column", "中文", "English", "类型 Type", "单位 Unit", "性质 Nature", "隐私 Privacy", "别名 Headings")
    return titled(
        dataset.name,
        f"**{both(dataset.words)}**",
        table(("", ""), _facts(pack, dataset)),
        table(heads, (_column(column) for column in dataset.columns.values())),
        *(_codes(dataset, name) for name in dataset.codes),
    )


def _facts(pack: Pack, dataset: Dataset) -> Iterator[tuple[str, str]]:
    yield "主键 Key", codes(dataset.key)
    yield "交付 Delivery", code(dataset.delivery) + (f" ({code(dataset.unit)})" if dataset.unit else "")
    yield "时区 Zone", code(dataset.zone)
    if dataset.subject:
        yield "对象 Subject", f"{code(dataset.subject.type)}: {code(dataset.subject.key)}"
    if dataset.revised_at:
        yield "修订时间 Revised at", code(dataset.revised_at)
    if dataset.scope:
        yield "范围 Scope", code(dataset.scope)
    for to in dataset.references:
        target = link(code(to.dataset), anchor(to.dataset)) if to.dataset in pack.datasets else code(to.dataset)
        yield "引用 Reference", f"{codes(to.columns)} → {target}"


def _column(column: Column) -> tuple[str, ...]:
    return (
        code(column.name),
        plain(column.words.zh),
        plain(column.words.en),
        code(column.type) + (f" {code(column.codes)}" if column.codes else ""),
        _UNITS.get(column.type.kind, ""),
        "; ".join(_nature(column)),
        code(column.privacy),
        plain(", ".join(column.aliases)),
    )


def _nature(column: Column) -> Iterator[str]:
    if column.required:
        yield "必填 required"
    if column.event:
        yield "事件时间 event time"
    if column.of:
        yield f"由 from {codes(column.of)}"
    if column.check:
        yield f"校验 check {code(column.check)}"


def _codes(dataset: Dataset, name: str) -> str:
    values = dataset.codes[name]
    facts = list(dict.fromkeys(key for value in values for key, _ in value.facts))
    rows = (
        (code(v.value), plain(v.words.zh), plain(v.words.en), *(code(dict(v.facts).get(key, "")) for key in facts))
        for v in values
    )
    heads = ("代码 Code", "中文", "English", *(code(key) for key in facts))
    return f"代码表 Code list {code(name)}:\n\n{table(heads, rows)}"
