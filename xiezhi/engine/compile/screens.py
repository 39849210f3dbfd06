"""What pages ask of the facts, compiled: the rows of one subject for a binding, and the figures of a board."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlglot import exp

from xiezhi.engine.columns import Privacy
from xiezhi.engine.compile.catalog import Catalog
from xiezhi.engine.compile.compiler import Grouped, bind, grouped, lineage
from xiezhi.engine.compile.guard import parse_one
from xiezhi.engine.compile.missing import needs, unfed
from xiezhi.engine.compile.outputs import wrong_type
from xiezhi.engine.compile.plan import Lineage, Scope
from xiezhi.engine.compile.proof import prove
from xiezhi.engine.compile.queries import bind_statement
from xiezhi.engine.compile.render import Dated, mark_day, write
from xiezhi.engine.compile.selects import Compilation
from xiezhi.engine.compile.text import Refused, Text
from xiezhi.engine.compile.values import Relation
from xiezhi.engine.errors import AuthorError, Issue, Place
from xiezhi.engine.packs.model import Pack
from xiezhi.engine.packs.names import one_of
from xiezhi.engine.packs.screens import Binding, BoardFigure


@dataclass(frozen=True)
class Reading:
    """A binding ready to run over the rows of one subject.

    Attributes:
        columns: of its answer. ``by``: (its column, column of the subject's own row), in the order of the scope.
        missing: what it reads and no source feeds.
        sql: as_of → SELECT.
    """

    binding: Binding
    columns: tuple[str, ...]
    by: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    reads: Grouped
    scope: Scope
    lineage: Lineage
    missing: tuple[str, ...]
    sql: Callable[[date | None], str]


@dataclass(frozen=True)
class CompiledFigure:
    """A figure of a board ready to run. ``missing``: what it reads and no source feeds; then it is not computed."""

    figure: BoardFigure
    names: tuple[str, ...]
    reads: Grouped
    uses_as_of: bool
    missing: tuple[str, ...]
    sql: Callable[[date | None], str]


def compile_reading(binding: Binding, key: str, catalog: Catalog, pack: Pack, path: Path) -> Reading:
    """Compile a binding of a page.

    Args:
        binding: what is read.
        key: the subject's key column, which it is read by where it says nothing else.
        catalog: tables and views of the pack.
        pack: the field.
        path: of the page.

    Raises:
        AuthorError: it names a column that is not there, or its rows cannot be reached without reading all.
    """
    by = binding.by or ((key, key),)
    columns = _columns(binding, by)
    known = catalog.tables[binding.source].columns
    issues = [_unknown(path, binding, name, tuple(known)) for name in columns if name not in known]
    if issues:
        raise AuthorError(issues)
    chosen = ", ".join(f't."{name}"' for name in columns)
    try:
        bound = bind(f'SELECT {chosen} FROM "{binding.source}" AS t', path, catalog)
    except Refused as refused:
        raise AuthorError(list(refused.issues)) from None
    relation = bound.relation
    scope = prove(relation.node, tuple(column for column, _ in by), catalog.references())
    if not scope.proven:
        message = f'the rows of one subject cannot be read from "{binding.source}" alone: {scope.reason.en}'
        instead = "bind by columns that are never empty and that the view's own scope names"
        raise AuthorError([Issue(Place(path, binding.line), "scope", message, instead)])
    return Reading(
        binding=binding,
        columns=columns,
        by=by,
        names=tuple(sorted(relation.names)),
        reads=grouped(relation.reads, relation.bases),
        scope=scope,
        lineage=lineage(relation, columns, frozenset()),
        missing=_missing(pack, catalog, relation),
        sql=Dated(write(bound.tree)),
    )


def compile_figure(figure: BoardFigure, catalog: Catalog, pack: Pack) -> CompiledFigure:
    """Compile a figure of the board.

    Raises:
        AuthorError: its SQL is refused, or does not give the columns that it declares.
    """
    text = Text(figure.path, figure.sql, figure.line)
    try:
        tree = parse_one(text)
        shared = Compilation(text, catalog)
        relation = bind_statement(shared, tree)
        mark_day(tree)
    except Refused as refused:
        raise AuthorError(list(refused.issues)) from None
    issues = list(_figure_issues(figure, pack, text, tree, relation))
    if issues:
        raise AuthorError(issues)
    return CompiledFigure(
        figure=figure,
        names=tuple(sorted(relation.names)),
        reads=grouped(relation.reads, relation.bases),
        uses_as_of=shared.uses_as_of,
        missing=_missing(pack, catalog, relation),
        sql=Dated(write(tree)),
    )


def _columns(binding: Binding, by: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    named = [*(column for column, _ in by), *binding.columns, *binding.roles.values(), *binding.order]
    return tuple(dict.fromkeys([*named, *(column for column, _ in binding.where)]))


def _unknown(path: Path, binding: Binding, name: str, known: tuple[str, ...]) -> Issue:
    message = f'"{binding.source}" has no column "{name}"'
    return Issue(Place(path, binding.line), "unknown", message, one_of(name, known))


def _missing(pack: Pack, catalog: Catalog, relation: Relation) -> tuple[str, ...]:
    if catalog.fed is None:
        return ()
    return unfed(pack, needs(relation, frozenset()), relation.bases, catalog.fed)


def _figure_issues(figure: BoardFigure, pack: Pack, text: Text, tree: exp.Expr, relation: Relation) -> Iterator[Issue]:
    for name in figure.columns:
        if name not in relation.columns:
            message = f'figure "{figure.id}" declares the column {name}, which its SELECT does not give'
            yield Issue(text.at(0), "output-missing", message, f"add … AS {name}, or leave the column out")
    for name, value in relation.columns.items():
        wrong = wrong_type(value)
        place = text.place(tree)
        if name not in figure.columns:
            message = f'figure "{figure.id}" gives {name}, which it does not declare'
            yield Issue(place, "output-unknown", message, f"write [figures.columns.{name}], or leave it out")
        elif wrong is not None:
            yield Issue(place, "output-type", f"the output {name} {wrong[0]}", wrong[1])
        elif value.surrogate or value.row_of:
            yield Issue(place, "output-surrogate", f"{name} is a number of the store", "give the source's own column")
        elif any(_direct(pack, *pair) for pair in value.origin):
            message = f"{name} is drawn from a direct identifier: a figure tells of no person"
            yield Issue(place, "output-person", message, "count people, or group by body")
        elif name not in figure.key and value.type not in _COUNTS:
            message = f"{name} is {value.type}, and what is no key is a count that may be added up"
            yield Issue(place, "output-type", message, "CAST it to BIGINT, or name it in key")


_COUNTS = frozenset({"BIGINT", "INTEGER", "SMALLINT", "TINYINT"})


def _direct(pack: Pack, dataset: str, column: str) -> bool:
    declared = pack.datasets.get(dataset)
    return declared is not None and column in declared.columns and declared.columns[column].privacy is Privacy.DIRECT
