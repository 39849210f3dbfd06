"""Reads derived datasets: ``views/<name>.sql`` with its page, and ``views/<name>.toml`` for a derivation."""

from xiezhi.engine.packs.model import Derived, View
from xiezhi.engine.packs.page import Page
from xiezhi.engine.packs.read_dataset import check_table_name
from xiezhi.engine.packs.section import Section


def read_view(page: Page, sql: str) -> View:
    """Return a view from its page and its SQL."""
    front = page.front
    path = front.text.path
    check_table_name(front, path.stem)
    view = View(
        name=path.stem,
        words=front.words("name"),
        sql=sql,
        sql_path=path.with_suffix(".sql"),
        key=front.strings("key", required=True),
        scope=front.strings("scope", required=True),
        examples=tuple(parsed.example for parsed in page.examples),
    )
    front.done()
    return view


def read_derived(root: Section) -> Derived:
    """Return a derived dataset that a derivation of the engine computes; which ones there are, compiling knows."""
    path = root.text.path
    check_table_name(root, path.stem)
    inputs = root.section("inputs", required=True)
    arguments = root.section("arguments")
    derived = Derived(
        name=path.stem,
        words=root.words("name"),
        derivation=root.name("derivation"),
        inputs={} if inputs is None else {role: inputs.string(role) for role in inputs.values},
        arguments={} if arguments is None else dict(arguments.values),
        path=path,
    )
    if inputs is not None and not inputs.values:
        root.refuse("inputs", "missing", "a derivation has at least one input", 'write spans = "…"')
    root.done()
    return derived
