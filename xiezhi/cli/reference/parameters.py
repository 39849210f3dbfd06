"""The page of a field's dated values: parameters and reference tables, each with article and mark."""

from collections.abc import Sequence

from xiezhi.cli.reference.law import cited
from xiezhi.cli.reference.markdown import anchor, both, bullets, code, codes, link, page, plain, table, titled
from xiezhi.engine.packs.model import Pack, Parameter, ReferenceTable, Scalar

DATED = ("自 From", "值 Value", "依据 Basis")


def parameters_page(pack: Pack) -> str:
    """Return the page."""
    return page(
        f"{both(pack.words)}: 参数与参考表 Parameters and reference tables",
        "每个数值都有生效日和依据；自生效日起适用，直到下一个值。 "
        "Every number has a day and a basis; it holds from its day until the next one.",
        bullets(f"{link(code(name), anchor(name))} {both(p.words)}" for name, p in sorted(pack.parameters.items())),
        bullets(f"{link(code(name), anchor(name))} {both(t.words)}" for name, t in sorted(pack.tables.items())),
        *(_parameter(pack.parameters[name]) for name in sorted(pack.parameters)),
        *(_reference(pack.tables[name]) for name in sorted(pack.tables)),
    )


def dated_rows(parameter: Parameter) -> list[tuple[str, str, str]]:
    """Return the values of a parameter in order of their days."""
    return [(item.valid_from.isoformat(), said(item.value), cited(item.basis)) for item in parameter.values]


def said(value: Scalar) -> str:
    """Return a value as a cell; none is a repealed one."""
    if value is None:
        return "废止 repealed"
    return code(str(value).lower() if isinstance(value, bool) else value)


def _parameter(parameter: Parameter) -> str:
    facts = f"**{both(parameter.words)}** · {code(parameter.type)} · {plain(parameter.unit)}"
    return titled(parameter.name, facts, table(DATED, dated_rows(parameter)))


def _reference(reference: ReferenceTable) -> str:
    return titled(
        reference.name,
        f"**{both(reference.words)}** · 键 key {codes(reference.key)}",
        bullets(cited(law) for law in reference.basis),
        table([code(name) for name in reference.columns], (_row(row) for row in reference.rows)),
    )


def _row(row: Sequence[Scalar]) -> list[str]:
    return ["" if cell is None else said(cell) for cell in row]
