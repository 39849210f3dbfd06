"""A page an indicator: what it measures, how it judges, by which law, from which columns, and the innocent causes."""

from collections.abc import Iterator, Mapping

from xiezhi.cli.reference.drawn import named_in, parameters_of
from xiezhi.cli.reference.law import basis_section
from xiezhi.cli.reference.markdown import (
    anchor,
    both,
    code,
    codes,
    fenced,
    link,
    page,
    plain,
    side_by_side,
    table,
    titled,
)
from xiezhi.cli.reference.parameters import DATED, dated_rows, said
from xiezhi.engine.compile.catalog import Catalog
from xiezhi.engine.compile.plan import Compiled, Scope
from xiezhi.engine.packs.model import Indicator, Label, Law, Pack, Rule
from xiezhi.engine.words import NOTHING, Words


def indicator_page(pack: Pack, catalog: Catalog, indicator: Indicator, plan: Compiled) -> str:
    """Return the page."""
    return page(
        f"{both(indicator.words)}",
        table(("", ""), _facts(pack, indicator, plan)),
        side_by_side(
            [
                ("衡量 Measures", indicator.measure),
                ("为什么 Why", indicator.why),
                ("数据不能说明的 What the data cannot tell", indicator.absent),
                ("下一步 Next", indicator.next),
            ]
        ),
        titled("规则 Rules", *(_rule(rule) for rule in indicator.rules)),
        titled("数值 Dated values", *_thresholds(pack, catalog, indicator, plan)),
        _clock(indicator),
        titled("排除 Exclusions", side_by_side((code(one.id), one.words) for one in indicator.exclusions)),
        titled("正当原因 Innocent causes", side_by_side((code(one.id), one.words) for one in indicator.innocent)),
        titled("假定 Assumed where a source is silent", _assumed(indicator)),
        basis_section(pack, basis_of(pack, indicator)),
        titled("输出与来源 Output, and what it is drawn from", _outputs(indicator, plan)),
        titled("条件来源 Conditions are drawn from", codes(f"{d}.{c}" for d, c in plan.lineage.conditions)),
        titled("证据 Evidence", _evidence(indicator, plan)),
        titled("SQL", fenced(indicator.sql, "sql")),
    )


def basis_of(pack: Pack, indicator: Indicator) -> tuple[Law, ...]:
    """Return the citations of an indicator: its own, else those of its norms."""
    return indicator.basis or tuple(law for norm in indicator.norms for law in pack.norms[norm].basis)


def scope_words(scope: Scope) -> Words:
    """Return what a scope is, or why there is none."""
    if not scope.proven:
        return Words(f"整体运行：{scope.reason.zh}", f"runs whole: {scope.reason.en}")
    columns = ", ".join(scope.columns)
    whole = ", ".join(scope.whole)
    if not whole:
        return Words(f"已证明：{columns}", f"proven: {columns}")
    return Words(f"已证明：{columns}；{whole} 变动时整体运行", f"proven: {columns}; whole where {whole} changes")


def _facts(pack: Pack, indicator: Indicator, plan: Compiled) -> Iterator[tuple[str, str]]:
    yield "编号 Id", code(f"{pack.id}.{indicator.id}")
    yield "状态 Status", code(indicator.status) + (f" {indicator.effective_from}" if indicator.effective_from else "")
    yield "负责 Owner", code(indicator.owner)
    yield "规范 Norms", ", ".join(link(norm, f"../norms.md{anchor(norm)}") for norm in indicator.norms)
    yield "对象 Subject", f"{code(indicator.subject_type)}: {code(indicator.subject_id)}"
    if indicator.part:
        yield "部分 Part", codes(indicator.part)
    if indicator.period:
        yield "期间 Period", code(indicator.period)
    yield "范围 Scope", both(scope_words(plan.scope))
    yield "自行消除 Self-clearing", "是 yes" if indicator.self_clearing else "否 no"
    yield "随评估日变化 Depends on the day", "是 yes" if plan.uses_as_of else "否 no"
    yield "例子 Examples", str(len(indicator.examples))
    yield "指纹 Fingerprint", code(plan.fingerprint)


def _rule(rule: Rule) -> str:
    rows = ((code(level), code(condition)) for level, condition in rule.levels.items())
    said = side_by_side([("", rule.words), ("用语 Message", rule.message)])
    return titled(rule.id, table(("等级 Level", "条件 Condition"), rows), said, level=3)


def _thresholds(pack: Pack, catalog: Catalog, indicator: Indicator, plan: Compiled) -> Iterator[str]:
    judged = {name for rule in indicator.rules for level in rule.levels.values() for name in named_in(level)}
    for name in parameters_of(pack, catalog, indicator, plan.names):
        parameter = pack.parameters[name]
        where = "在规则中 in a rule" if name in judged else "在计算中 in the measure"
        head = f"{link(code(name), f'../parameters.md{anchor(name)}')} {both(parameter.words)}"
        yield f"{head} · {plain(parameter.unit)} · {where}"
        yield table(DATED, dated_rows(parameter))
    tables = [name for name, _ in plan.reads if name in pack.tables]
    if tables:
        links = ", ".join(link(code(name), f"../parameters.md{anchor(name)}") for name in tables)
        yield f"参考表 Reference tables: {links}"


def _clock(indicator: Indicator) -> str:
    clock = indicator.clock
    if clock is None:
        return ""
    rows = [
        ("规则 Rule", code(clock.rule)),
        ("起 Start", code(clock.start)),
        ("止 End", code(clock.end or "as_of")),
        ("期限 Limit", code(clock.limit)),
        ("已用 Used", code(clock.used or "")),
        ("届满 Due", code(clock.due or "")),
        *((f"暂停 Pauses: {key}", code(value)) for key, value in clock.pauses.items()),
    ]
    return titled("期限 Deadline", table(("", ""), rows))


def _assumed(indicator: Indicator) -> str:
    return table(
        ("来源没有 Not fed", "视为 Taken as", "中文", "English"),
        (
            (
                code(item.target),
                "" if item.value is None else said(item.value),
                plain(item.words.zh),
                plain(item.words.en),
            )
            for item in indicator.assumes
        ),
    )


def _outputs(indicator: Indicator, plan: Compiled) -> str:
    rows = (
        (
            code(name),
            *_called(indicator.labels, name),
            plain(indicator.values.get(name, "")),
            codes(f"{dataset}.{column}" for dataset, column in pairs),
        )
        for name, pairs in plan.lineage.outputs
    )
    return table(("列 Column", "中文", "English", "单位 Unit", "来源 Drawn from"), rows)


def _evidence(indicator: Indicator, plan: Compiled) -> str:
    rows = ((code(role), *_called(indicator.roles, role), _dataset(name)) for role, name in plan.evidence)
    return table(("角色 Role", "中文", "English", "数据集 Dataset"), rows)


def _called(labels: Mapping[str, Label], name: str) -> tuple[str, str]:
    words = labels[name].words if name in labels else NOTHING
    return plain(words.zh), plain(words.en)


def _dataset(name: str) -> str:
    return link(code(name), f"../datasets.md{anchor(name)}")
