"""The page of a field's views and derived tables: what stands between the datasets and the indicators."""

from collections.abc import Iterator

from xiezhi.cli.reference.drawn import named_in
from xiezhi.cli.reference.indicators import scope_words
from xiezhi.cli.reference.markdown import anchor, both, bullets, code, codes, fenced, link, page, table, titled
from xiezhi.engine.compile.catalog import CALENDAR, Catalog
from xiezhi.engine.packs.model import Derived, Pack, View


def views_page(pack: Pack, catalog: Catalog) -> str:
    """Return the page; views stand after what they read."""
    words = {view.name: view.words for view in pack.views.values()}
    words |= {derived.name: derived.words for derived in pack.derived.values()}
    return page(
        f"{both(pack.words)}: 视图与派生表 Views and derived tables",
        bullets(f"{link(code(name), anchor(name))} {both(words[name])}" for name in catalog.order),
        *(
            _view(pack, catalog, pack.views[name])
            if name in pack.views
            else _derived(pack, catalog, pack.derived[name])
            for name in catalog.order
        ),
    )


def _view(pack: Pack, catalog: Catalog, view: View) -> str:
    plan = catalog.views[view.name]
    facts = [
        ("主键 Key", codes(view.key)),
        ("读取 Reads", _reads(pack, plan.names)),
        ("范围 Scope", both(scope_words(plan.scope))),
        ("参数 Parameters", ", ".join(link(code(n), f"parameters.md{anchor(n)}") for n in named_in(view.sql))),
        ("例子 Examples", str(len(view.examples))),
        ("指纹 Fingerprint", code(plan.fingerprint)),
    ]
    return titled(view.name, f"**{both(view.words)}**", _columns(catalog, view.name, facts), fenced(view.sql, "sql"))


def _derived(pack: Pack, catalog: Catalog, derived: Derived) -> str:
    facts = [
        ("派生 Derivation", link(code(derived.derivation), f"../derivations.md{anchor(derived.derivation)}")),
        *((f"输入 Input {role}", _reads(pack, (name,))) for role, name in derived.inputs.items()),
        *((f"参数 Argument {name}", code(value)) for name, value in derived.arguments.items()),
        ("指纹 Fingerprint", code(catalog.tables[derived.name].fingerprint)),
    ]
    return titled(derived.name, f"**{both(derived.words)}**", _columns(catalog, derived.name, facts))


def _columns(catalog: Catalog, name: str, facts: list[tuple[str, str]]) -> str:
    columns = ((code(column), code(kind)) for column, kind in catalog.tables[name].columns.items())
    kept = [(head, value) for head, value in facts if value]
    return "\n\n".join((table(("", ""), kept), table(("列 Column", "类型 Type"), columns)))


def _reads(pack: Pack, names: tuple[str, ...]) -> str:
    return ", ".join(_linked(pack, names))


def _linked(pack: Pack, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if name == CALENDAR:
            yield link(code(name), "../calendars.md")
        elif name in pack.datasets:
            yield link(code(name), f"datasets.md{anchor(name)}")
        elif name in pack.tables:
            yield link(code(name), f"parameters.md{anchor(name)}")
        else:
            yield link(code(name), anchor(name))
