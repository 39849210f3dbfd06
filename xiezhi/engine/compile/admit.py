"""The gate: what pack SQL may say. One SELECT over declared tables, allow-listed functions, no clock, no randomness.

Anything not named here is refused. The evaluator's walls stand behind this gate, not instead of it.
"""

from collections.abc import Iterator
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from xiezhi.engine.errors import AuthorError, Issue, Place

LONGEST = 20_000  # characters of one SQL text
DEEPEST = 60  # nested brackets, so that parsing stays small
MOST_JOINS = 16

FUNCTIONS: tuple[type[exp.Expr], ...] = (
    exp.Abs, exp.And, exp.ArrayAgg, exp.Between, exp.Case, exp.Cast, exp.Coalesce, exp.Count, exp.CountIf,
    exp.Exists, exp.Extract, exp.Filter, exp.FirstValue, exp.Greatest, exp.If, exp.Lag, exp.LastValue,
    exp.Lead, exp.Least, exp.Length, exp.Lower, exp.Max, exp.Min, exp.Nullif, exp.Or, exp.PercentileDisc, exp.RowNumber,
    exp.StartsWith, exp.Substring, exp.Sum, exp.Trim, exp.Upper, exp.Xor,
)  # fmt: skip
_REFUSED: dict[type[exp.Expr], tuple[str, str]] = {
    exp.CurrentDate: ("the clock", "write :as_of, the day that is judged"),
    exp.Star: ("*", "name the columns"),
    exp.Limit: ("LIMIT", "leave it out: a finding may not depend on the order of rows"),
    exp.Offset: ("OFFSET", "leave it out: a finding may not depend on the order of rows"),
    exp.Div: ("/", "use // on whole numbers, or keep the ratio as two integers and multiply across"),
    exp.Lambda: ("a lambda", "use columns and joins"),
    exp.Into: ("INTO", "a query only reads"),
    exp.TableSample: ("sampling", "leave it out: it draws at random"),
    exp.Lateral: ("LATERAL", "use a join"),
    exp.Unnest: ("UNNEST", "use a join"),
    exp.Values: ("VALUES", "use a reference table of the pack"),
    exp.Collate: ("COLLATE", "order by the text itself"),
    exp.Command: ("a command", "write one SELECT"),
}


def parse_select(sql: str, path: Path) -> exp.Select:
    """Return the one SELECT of a text.

    Raises:
        AuthorError: too long, too deep, no SQL, or not one SELECT.
    """
    _small(sql, path)
    try:
        found = [tree for tree in sqlglot.parse(sql, dialect="duckdb") if tree is not None]
    except (SqlglotError, RecursionError) as error:
        raise AuthorError([_parse_issue(error, path)]) from error
    if len(found) != 1 or not isinstance(found[0], exp.Select):
        what = "several statements" if len(found) > 1 else "no SELECT"
        raise AuthorError([Issue(Place(path, 1), "select", what, "write one SELECT")])
    return found[0]


def _small(sql: str, path: Path) -> None:
    depth = deepest = 0
    for letter in sql:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    if len(sql) > LONGEST or deepest > DEEPEST or "\0" in sql:
        message = f"longer than {LONGEST} characters, nested deeper than {DEEPEST}, or holds NUL"
        raise AuthorError([Issue(Place(path, 1), "size", message, "split it into views")])


def _parse_issue(error: Exception, path: Path) -> Issue:
    details = getattr(error, "errors", None) or [{}]
    first = details[0]
    line, column = int(first.get("line") or 1), int(first.get("col") or 0)
    message = str(first.get("description") or error).splitlines()[0]
    return Issue(Place(path, line, column), "syntax", message, "write one SELECT in the DuckDB dialect")


def admit(tree: exp.Expr, path: Path, *, tables: frozenset[str]) -> None:
    """Refuse what pack SQL may not say.

    Raises:
        AuthorError: with every refusal, its line and what to write instead.
    """
    issues = [*_tables(tree, path, tables), *_nodes(tree, path), *_divisions(tree, path)]
    if len(list(tree.find_all(exp.Join))) > MOST_JOINS:
        issues.append(Issue(Place(path, 1), "size", f"more than {MOST_JOINS} joins", "split it into views"))
    if issues:
        raise AuthorError(sorted(set(issues)))


def place_of(node: exp.Expr, path: Path) -> Place:
    """Return the line and column of a node, or of the first thing in it that has one."""
    for item in node.walk():
        if item.meta.get("line"):
            return Place(path, int(item.meta["line"]), max(int(item.meta["col"]) - len(item.name) + 1, 1))
    return Place(path, 1)


def _tables(tree: exp.Expr, path: Path, tables: frozenset[str]) -> Iterator[Issue]:
    made = {cte.alias for cte in tree.find_all(exp.CTE)}
    for name in sorted(made & tables):
        yield Issue(Place(path, 1), "shadow", f"WITH {name} hides the table {name}", "choose another name")
    for with_ in tree.find_all(exp.With):
        if with_.args.get("recursive"):
            yield Issue(Place(path, 1), "recursive", "WITH RECURSIVE is refused", "use a derivation of the engine")
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            yield Issue(place_of(table, path), "table", f"{table.sql('duckdb')}: a table function", "name a dataset")
        elif table.name not in tables | made or table.db:
            hint = f"there are {', '.join(sorted(tables))}"
            yield Issue(place_of(table, path), "table", f"{table.sql('duckdb')} is no table of this pack", hint)


def _nodes(tree: exp.Expr, path: Path) -> Iterator[Issue]:
    for node in tree.walk():
        refused = _REFUSED.get(type(node))
        if refused is not None and not _counted_star(node):
            yield Issue(place_of(node, path), "form", f"{refused[0]} is refused", refused[1])
        elif isinstance(node, exp.Func) and not isinstance(node, FUNCTIONS) and not _param(node):
            name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
            yield Issue(
                place_of(node, path), "function", f"{name} is not on the list of functions", "see docs/reference/sql.md"
            )
        elif isinstance(node, exp.Literal) and not node.is_string and not node.is_int:
            yield Issue(
                place_of(node, path), "float", f"{node.sql()} is floating point", "use whole numbers or a parameter"
            )
        elif isinstance(node, exp.Placeholder) and node.name != "as_of":
            yield Issue(place_of(node, path), "argument", f":{node.name} is no argument", "only :as_of is")
        elif isinstance(node, exp.DataType) and node.this in (exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT):
            yield Issue(place_of(node, path), "float", "floating point is refused", "use BIGINT or DECIMAL")
        elif isinstance(node, exp.Parameter | exp.SessionParameter):
            yield Issue(place_of(node, path), "argument", "settings are refused", "use :as_of or param()")


def _divisions(tree: exp.Expr, path: Path) -> Iterator[Issue]:
    for node in tree.find_all(exp.IntDiv):
        right = node.expression.unnest()
        literal = isinstance(right, exp.Literal) and right.is_int and right.name != "0"
        if not literal and not isinstance(right, exp.Nullif):
            yield Issue(place_of(node, path), "division", "// by what may be 0", "write NULLIF(…, 0), or a number")


def _counted_star(node: exp.Expr) -> bool:
    return isinstance(node, exp.Star) and isinstance(node.parent, exp.Count)


def _param(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.lower() == "param"
