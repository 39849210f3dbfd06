"""Compile indicators and drafts: one SELECT in, a plan with everything proven about it out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlglot import exp

from xiezhi.engine.compile.catalog import Catalog
from xiezhi.engine.compile.fingerprint import indicator_body, seal
from xiezhi.engine.compile.guard import parse_one
from xiezhi.engine.compile.missing import Fed, Missing, assumed_scope, needs, settle, unfed
from xiezhi.engine.compile.outputs import EVIDENCE, check_outputs, evidence, type_issues, wanted
from xiezhi.engine.compile.plan import Compiled, Lineage, Scope
from xiezhi.engine.compile.proof import prove
from xiezhi.engine.compile.queries import bind_statement
from xiezhi.engine.compile.render import Dated, keep, mark_day, write
from xiezhi.engine.compile.rules import bind_rules, fold
from xiezhi.engine.compile.selects import Compilation
from xiezhi.engine.compile.text import Refused, Text
from xiezhi.engine.compile.values import Pair, Relation
from xiezhi.engine.errors import AuthorError
from xiezhi.engine.intake.model import NormOfRun
from xiezhi.engine.packs.model import Assumption, Indicator, Pack
from xiezhi.engine.words import Words

Grouped = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class CompiledDraft:
    """A draft SELECT ready to run: all its output columns as they are, evidence too.

    Attributes:
        columns: (output, DuckDB type) in order.
        names: what its own SQL names. ``reads``: base tables with the columns used.
        lineage: output → base columns.
        sql: as_of → SELECT.
    """

    columns: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    reads: Grouped
    lineage: Lineage
    uses_as_of: bool
    sql: Callable[[date | None], str]


@dataclass(frozen=True)
class Bound:
    """A bound text: its tree in resolved form, what it yields, and what it used on the way."""

    text: Text
    tree: exp.Expr
    relation: Relation
    shared: Compilation


def bind(sql: str, path: Path, catalog: Catalog) -> Bound:
    """Parse and bind one text.

    Raises:
        Refused: with the issues found.
    """
    text = Text(path, sql)
    tree = parse_one(text)
    shared = Compilation(text, catalog)
    relation = bind_statement(shared, tree)
    mark_day(tree)
    return Bound(text, tree, relation, shared)


def compile_indicator(
    indicator: Indicator, catalog: Catalog, pack: Pack, *, norm: NormOfRun | None = None, fed: Fed | None = None
) -> Compiled | Missing:
    """Compile an indicator with its rules.

    Args:
        indicator: the page and its SELECT.
        catalog: what it may name, with views compiled.
        pack: the field.
        norm: the run's own values, where they differ from those of the catalog.
        fed: dataset → declared columns that are fed; None takes those of the catalog.

    Returns:
        the plan, or what is missing where a column is neither fed nor assumed.

    Raises:
        AuthorError: SQL, rules or page are refused, with place and what to write instead.
    """
    if norm is not None:
        catalog = replace(catalog, overrides={item.name: item.value for item in norm.parameters})
    try:
        bound = bind(indicator.sql, indicator.sql_path, catalog)
        check_outputs(indicator, bound.text, bound.tree, bound.relation)
        ladders, judged = bind_rules(indicator, bound.relation.columns, bound.shared)
    except Refused as refused:
        raise AuthorError(list(refused.issues)) from None
    relation = bound.relation
    fed = catalog.fed if fed is None else fed
    assumed: tuple[Assumption, ...] = ()
    if fed is not None:
        missing, assumed = settle(indicator, unfed(pack, needs(relation, judged), relation.bases, fed))
        if missing is not None:
            return missing
    outputs, has = wanted(indicator), tuple(relation.columns)
    fingerprint, parts = seal(
        indicator_body(
            indicator, pack, catalog, reads=relation.reads, names=relation.names, used=bound.shared.parameters
        )
    )
    raw = keep(bound.tree, outputs, has)
    roles = tuple(name for name in has if name.startswith(EVIDENCE))
    kept = tuple(name for name in outputs if name not in indicator.values)
    return Compiled(
        indicator=indicator.id,
        outputs=outputs,
        evidence=evidence(relation),
        reads=grouped(relation.reads, relation.bases),
        names=tuple(sorted(relation.names)),
        scope=_scope(indicator, catalog, relation, assumed),
        lineage=lineage(relation, outputs, judged),
        uses_as_of=bound.shared.uses_as_of,
        fingerprint=fingerprint,
        parts=parts,
        measure=Dated(fold(raw, outputs, ladders)),
        evidence_sql=Dated(keep(bound.tree, (*kept, *roles), has)),
        raw=Dated(raw),
        assumed=tuple(item.target for item in assumed),
    )


def compile_draft(sql: str, path: Path, catalog: Catalog, *, norm: NormOfRun | None = None) -> CompiledDraft:
    """Compile a bare SELECT, for ``xiezhi try``.

    Raises:
        AuthorError: it is refused, with line, column and what to write instead.
    """
    if norm is not None:
        catalog = replace(catalog, overrides={item.name: item.value for item in norm.parameters})
    try:
        bound = bind(sql, path, catalog)
        _check_draft(bound)
    except Refused as refused:
        raise AuthorError(list(refused.issues)) from None
    relation = bound.relation
    return CompiledDraft(
        columns=tuple((name, value.type) for name, value in relation.columns.items()),
        names=tuple(sorted(relation.names)),
        reads=grouped(relation.reads, relation.bases),
        lineage=lineage(relation, tuple(relation.columns), frozenset()),
        uses_as_of=bound.shared.uses_as_of,
        sql=Dated(write(bound.tree)),
    )


def _check_draft(bound: Bound) -> None:
    issues = type_issues(bound.text, bound.tree, bound.relation)
    if issues:
        raise Refused(*issues)


def _scope(indicator: Indicator, catalog: Catalog, relation: Relation, assumed: tuple[Assumption, ...]) -> Scope:
    scope = prove(relation.node, indicator.scope, catalog.references())
    carried = assumed_scope(assumed, dict(scope.restrict))
    if carried is None:
        return scope
    return Scope(
        scope.columns,
        proven=False,
        reason=Words(f"范围列 {carried} 是假定值", f"the scope column {carried} is assumed, not fed"),
    )


def grouped(reads: Iterable[Pair], bases: Iterable[str]) -> Grouped:
    """Return base tables with the columns used, in order of name; a table only counted has none."""
    found: dict[str, set[str]] = {name: set() for name in bases}
    for name, column in reads:
        found.setdefault(name, set()).add(column)
    return tuple((name, tuple(sorted(columns))) for name, columns in sorted(found.items()))


def lineage(relation: Relation, outputs: Iterable[str], judged: frozenset[Pair]) -> Lineage:
    """Return what outputs and conditions are drawn from."""
    return Lineage(
        tuple((name, tuple(sorted(relation.columns[name].origin))) for name in outputs),
        tuple(sorted(relation.conditions | judged)),
    )
