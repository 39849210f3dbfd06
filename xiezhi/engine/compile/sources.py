"""The FROM clause: declared tables, CTEs and subqueries, and how they are joined."""

from dataclasses import dataclass, field
from difflib import get_close_matches

from sqlglot import exp

from xiezhi.engine.compile.catalog import Catalog
from xiezhi.engine.compile.text import Refused, Text
from xiezhi.engine.compile.values import Ref, Relation

MAX_SOURCES = 32
_SIDES = {"": "inner", "LEFT": "left", "FULL": "full"}
_TABLE_ARGUMENTS = {"this", "alias", "db", "catalog"}


@dataclass
class Item:
    """One FROM item while its block is bound. ``shown``: the alias in the compiled text."""

    id: int
    alias: str
    shown: str
    name: str  # what is declared under it, empty for a subquery
    relation: Relation
    join: str
    nullable: bool
    holder: exp.Join | None
    on: exp.Expr | None
    using: tuple[exp.Expr, ...]
    links: list[tuple[Ref, Ref]] = field(default_factory=list)
    keys: list[frozenset[str]] = field(default_factory=list)


def renamed(node: exp.Expr | None, name: str) -> exp.Identifier:
    """Return an identifier with another name in the place of a node."""
    made = exp.to_identifier(name)
    if node is not None and node.meta:
        made.meta.update(node.meta)
    return made


def name_of(node: exp.Expr) -> str:
    """Return an identifier as names are compared: in small letters."""
    return node.name.lower()


def table_relation(text: Text, node: exp.Table, catalog: Catalog, ctes: dict[str, Relation]) -> tuple[str, Relation]:
    """Return name and relation of a table that SQL names.

    Raises:
        Refused: a table function, a file, an undeclared name, or an option on the table.
    """
    if not isinstance(node.this, exp.Identifier):
        raise text.refuse(node, "table-function")
    for option, argument in node.args.items():
        if argument and option not in _TABLE_ARGUMENTS:
            raise text.refuse(node, "table-option")
    name = ".".join(part.name.lower() for part in node.parts)
    if name in ctes:
        return name, ctes[name]
    table = catalog.tables.get(name)
    if table is None:
        raise _unknown(text, node, name, catalog, ctes)
    return name, table.relation


def _unknown(text: Text, node: exp.Table, name: str, catalog: Catalog, ctes: dict[str, Relation]) -> Refused:
    known = [*catalog.tables, *ctes]
    close = get_close_matches(name, known, n=1)
    instead = f"did you mean {close[0]}?" if close else "name one of: " + ", ".join(sorted(known))
    return text.refuse(node, "unknown-table", f"there is no dataset or view named {name}", instead)


def join_kind(text: Text, node: exp.Join) -> str:
    """Return inner, left or full.

    Raises:
        Refused: another kind of join, or one without a condition.
    """
    side, kind = (node.args.get("side") or "").upper(), (node.args.get("kind") or "").upper()
    if node.args.get("method") or side not in _SIDES or kind not in ("", "INNER", "CROSS", "OUTER"):
        raise text.refuse(node, "join-kind")
    bare = node.args.get("on") is None and not node.args.get("using")
    if bare and (side or kind == "INNER"):
        raise text.refuse(node, "join-bare", "this join has no condition", "write ON a.x = b.x")
    return _SIDES[side]


def mark_nullable(items: list[Item]) -> None:
    """Note which items can be filled with NULL by an outer join."""
    for index, item in enumerate(items):
        item.nullable = item.join in ("left", "full")
        if item.join == "full":
            for before in items[:index]:
                before.nullable = True
