"""Writing bound trees as SQL of DuckDB: which columns are kept, and the day in place of ``:as_of``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from xiezhi.engine.errors import XiezhiError

_DAY = "\x01"  # no text of an author holds it, the guard sees to that


class NeedsDay(XiezhiError):  # noqa: N818  named by what it says
    """A statement reads ``:as_of`` and was given no day."""


@dataclass(frozen=True)
class Dated:
    """A statement that waits for its day."""

    template: str

    def __call__(self, day: date | None) -> str:
        """Return the SQL for a day; None only where the statement does not read it."""
        if _DAY not in self.template:
            return self.template
        if day is None:
            raise NeedsDay("this statement reads :as_of: give the day it is to be answered for")
        return self.template.replace(_DAY, f"CAST('{day.isoformat()}' AS DATE)")


def mark_day(tree: exp.Expr) -> None:
    """Put a mark in place of every ``:as_of`` of a bound tree."""
    for place in list(tree.find_all(exp.Placeholder)):
        place.replace(exp.Var(this=_DAY))


def write(tree: exp.Expr) -> str:
    """Return a bound tree as DuckDB SQL, all names quoted."""
    return tree.sql(dialect="duckdb", identify=True, copy=False)


def quoted(name: str) -> str:
    """Return a name in quotes."""
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")


def quoted_text(text: str) -> str:
    """Return a text in quotes."""
    return exp.Literal.string(text).sql(dialect="duckdb")


def keep(tree: exp.Expr, names: Sequence[str], has: Sequence[str]) -> str:
    """Return the query with only some of its outputs, in the order given.

    Args:
        tree: a bound SELECT or UNION ALL.
        names: the outputs to keep.
        has: all its outputs in order.
    """
    copy = tree.copy()
    branches = _branches(copy)
    places = [has.index(name) for name in names]
    if all(_may_drop(branch, [e for i, e in enumerate(branch.expressions) if i not in places]) for branch in branches):
        for branch in branches:
            outputs = branch.expressions
            branch.set("expressions", [outputs[place] for place in places])
        _drop_unread(copy, branches)
        return write(copy)
    columns = ", ".join(f"q.{quoted(name)} AS {quoted(name)}" for name in names)
    return f"SELECT {columns} FROM ({write(copy)}) AS q"


def _branches(tree: exp.Expr) -> list[exp.Select]:
    found, stack = [], [tree]
    while stack:
        part = stack.pop()
        if isinstance(part, exp.Subquery):
            stack.append(part.this)
        elif isinstance(part, exp.Union):
            stack += [part.expression, part.this]
        elif isinstance(part, exp.Select):
            found.append(part)
    return found


def _may_drop(select: exp.Select, dropped: Sequence[exp.Expr]) -> bool:
    """Whether outputs can go without changing which rows there are.

    They cannot where DISTINCT compares them, nor where an aggregate among them is all that makes the rows one row.
    """
    if not dropped:
        return True
    if select.args.get("distinct") is not None:
        return False
    return select.args.get("group") is not None or not any(part.find(exp.AggFunc) for part in dropped)


def _drop_unread(tree: exp.Expr, top: list[exp.Select]) -> None:
    """Drop ev_ columns of inner queries that nobody names any more."""
    changed = True
    while changed:
        changed = False
        read = {column.name for column in tree.find_all(exp.Column)}
        for select in tree.find_all(exp.Select):
            if any(select is one for one in top) or isinstance(_holder(select), exp.Union):
                continue
            unread = [
                e for e in select.expressions if e.alias_or_name.startswith("ev_") and e.alias_or_name not in read
            ]
            if unread and len(unread) < len(select.expressions) and _may_drop(select, unread):
                select.set("expressions", [e for e in select.expressions if not any(e is one for one in unread)])
                changed = True


def _holder(select: exp.Select) -> exp.Expr | None:
    parent = select.parent
    while isinstance(parent, exp.Subquery) and not parent.alias:
        parent = parent.parent
    return parent
