"""Compile pack SQL to plans: parameters in place, ev_ columns apart, the ladder of rules folded in.

Every plan runs whole: no scope is called proven here, since a scope called local that is not would lose findings.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from xiezhi.engine.canonical import digest
from xiezhi.engine.compile.admit import admit, parse_select, place_of
from xiezhi.engine.compile.dated import inline_parameters, literal_of, used_parameters
from xiezhi.engine.compile.ladder import measure_sql, rule_conditions
from xiezhi.engine.compile.plan import Compiled, CompiledView, Lineage, Scope
from xiezhi.engine.derivations import REGISTRY
from xiezhi.engine.errors import AuthorError, Issue, Place
from xiezhi.engine.intake.model import NormOfRun
from xiezhi.engine.packs.model import Indicator, Pack, Scalar
from xiezhi.engine.words import Words

SEMANTICS = 1  # raised by an ADR only, when the meaning of pack SQL changes
CALENDAR = {
    "day": "DATE", "is_rest": "BOOLEAN", "work_no": "BIGINT", "next_work": "DATE", "in_long_rest": "BOOLEAN",
    "tax_no": "BIGINT", "since_long": "BIGINT", "long_start": "DATE", "left_in_run": "BIGINT", "tail": "BIGINT",
    "provisional": "BOOLEAN",
}  # fmt: skip
_WHOLE = Words(
    "整体运行：尚未证明结果只取决于同一范围的行",
    "runs whole: that a result depends on its own scope only is not proven",
)
Columns = tuple[tuple[str, str], ...]
Constants = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Draft:
    """A draft SELECT ready to run."""

    names: tuple[str, ...]
    reads: tuple[tuple[str, tuple[str, ...]], ...]
    sql: Callable[[date | None], str]


@dataclass(frozen=True)
class _Read:
    """A parsed and qualified SELECT: what it names, reads and gives."""

    tree: exp.Select
    names: tuple[str, ...]
    reads: frozenset[tuple[str, str]]
    outputs: tuple[str, ...]
    sources: Mapping[str, Columns]


class PlainCompiler:
    """Compiles the views of a pack once, then its indicators."""

    def __init__(self, pack: Pack, norm: NormOfRun) -> None:
        self.pack = pack
        self._overrides: dict[str, Scalar] = {item.name: item.value for item in norm.parameters}
        self._schema: dict[str, dict[str, str]] = {name: dict(item.visible) for name, item in pack.datasets.items()}
        self._schema |= {name: dict(table.columns) for name, table in pack.tables.items()}
        self._schema["calendar"] = dict(CALENDAR)
        self._base = frozenset(self._schema)
        self._behind: dict[str, frozenset[tuple[str, str]]] = {}
        self.views: dict[str, CompiledView] = {}
        waiting = {**pack.views, **pack.derived}
        while waiting:
            ready = [name for name in sorted(waiting) if self._needs(name) <= self._schema.keys()]
            if not ready:
                raise AuthorError([self._circle(name) for name in sorted(waiting)])
            for name in ready:
                self._make(name)
                del waiting[name]

    def indicator(self, indicator: Indicator) -> Compiled:
        """Return the plan of an indicator."""
        read = self._read(indicator.sql, indicator.sql_path)
        wanted = _wanted(indicator)
        found = [name for name in read.outputs if not name.startswith("ev_")]
        self._check_outputs(indicator, wanted, found)
        roles = tuple(name.removeprefix("ev_") for name in read.outputs if name.startswith("ev_"))
        evidence = tuple((role, self._evidence_of(indicator, read, role)) for role in roles)
        conditions = rule_conditions(indicator, self.pack, self._overrides)
        raw = self._render(_keep(read.tree, lambda name: name in wanted))
        proof = _keep(
            read.tree, lambda name: name.startswith("ev_") or (name in wanted and name not in indicator.values)
        )
        parts = self._parts(indicator, read)
        uses = _uses_as_of(read.tree) or ":as_of" in str(indicator.rules) or self._views_use(read.names)
        return Compiled(
            indicator=indicator.id,
            outputs=wanted,
            evidence=evidence,
            reads=_grouped(read.reads),
            names=read.names,
            scope=Scope(indicator.scope, False, _WHOLE),  # noqa: FBT003
            lineage=Lineage(tuple((name, read.sources.get(name, ())) for name in wanted), tuple(sorted(read.reads))),
            uses_as_of=uses,
            fingerprint=digest(dict(parts)),
            parts=parts,
            measure=lambda day: measure_sql(raw(day), wanted, conditions, day),
            evidence_sql=self._render(proof),
            raw=raw,
        )

    def draft(self, sql: str, path: Path) -> Draft:
        """Return a draft SELECT ready to run."""
        read = self._read(sql, path)
        return Draft(read.names, _grouped(read.reads), self._render(read.tree))

    def unfed(
        self, indicator: Indicator, plan: Compiled, fed: Mapping[str, frozenset[str]]
    ) -> tuple[tuple[str, ...], Constants, tuple[str, ...]]:
        """Return what is missing, what is bound in place of unfed columns, and the targets of assumptions used."""
        assumed = {item.target: item for item in indicator.assumes}
        missing: set[str] = set()
        constants: dict[str, dict[str, str]] = {}
        used: set[str] = set()
        for dataset, columns in plan.reads:
            if dataset not in self.pack.datasets:
                continue
            if dataset not in fed and dataset in assumed:
                used.add(dataset)
                continue
            for column in columns:
                name = self._declared(dataset, column)
                target = f"{dataset}.{name}"
                if name is None or name in fed.get(dataset, frozenset()):
                    continue
                if target in assumed:
                    used.add(target)
                    constants.setdefault(dataset, {})[column] = literal_of(assumed[target].value)
                else:
                    missing.add(target if dataset in fed else dataset)
        return tuple(sorted(missing)), constants, tuple(sorted(used))

    def assuming(self, plan: Compiled, used: tuple[str, ...]) -> Compiled:
        """Return the plan with what is assumed told, and in the fingerprint."""
        if not used:
            return plan
        parts = (*plan.parts, ("assumed", digest(list(used))))
        return replace(plan, assumed=used, parts=parts, fingerprint=digest(dict(parts)))

    def _declared(self, dataset: str, column: str) -> str | None:
        """Return the declared column behind a stored one; None for what intake makes itself."""
        declared = self.pack.datasets[dataset].columns
        name = column if column in declared else column.removesuffix("_utc")
        if name not in declared:
            return None
        return declared[name].of[0] if declared[name].of else name

    def _needs(self, name: str) -> set[str]:
        if name in self.pack.derived:
            return set(self.pack.derived[name].inputs.values())
        view = self.pack.views[name]
        tree = parse_select(view.sql, view.sql_path)
        made = {cte.alias for cte in tree.find_all(exp.CTE)}
        return ({table.name for table in tree.find_all(exp.Table)} - made) & (self._all() | self._base)

    def _all(self) -> set[str]:
        return {*self.pack.views, *self.pack.derived}

    def _circle(self, name: str) -> Issue:
        path = self.pack.views[name].sql_path if name in self.pack.views else self.pack.derived[name].path
        return Issue(
            Place(path), "circle", f"the view {name} reads itself, or a view that is not there", "cut the circle"
        )

    def _make(self, name: str) -> None:
        if name in self.pack.derived:
            derived = self.pack.derived[name]
            inputs = {role: self._schema[bound] for role, bound in derived.inputs.items()}
            self._schema[name] = dict(REGISTRY[derived.derivation].output(inputs, derived.arguments))
            self._behind[name] = frozenset().union(*(self._through(bound) for bound in derived.inputs.values()))
            return
        view = self.pack.views[name]
        read = self._read(view.sql, view.sql_path)
        self._schema[name] = dict.fromkeys(read.outputs, "UNKNOWN")
        self._behind[name] = read.reads
        self.views[name] = CompiledView(
            name=name,
            columns=read.outputs,
            sql=self._render(read.tree),
            uses_as_of=_uses_as_of(read.tree),
            scope=Scope(view.scope, False, _WHOLE),  # noqa: FBT003
            fingerprint=digest({"sql": _tokens(read.tree), "key": list(view.key), "scope": list(view.scope)}),
        )

    def _through(self, name: str) -> frozenset[tuple[str, str]]:
        """Return the base columns behind a name; all columns of a base table."""
        return self._behind.get(name) or frozenset((name, column) for column in self._schema[name] if column != "_row")

    def _views_use(self, names: tuple[str, ...]) -> bool:
        behind = list(names)
        while behind:
            name = behind.pop()
            if name in self.views and self.views[name].uses_as_of:
                return True
            if name in self.pack.derived:
                behind += self.pack.derived[name].inputs.values()
        return False

    def _read(self, sql: str, path: Path) -> _Read:
        tree = parse_select(sql, path)
        admit(tree, path, tables=frozenset(self._schema))
        lines = tree.copy()
        inline_parameters(tree, self.pack, self._overrides, path)
        try:
            qualified = qualify(
                tree.copy(),
                dialect="duckdb",
                schema=dict(self._schema),
                quote_identifiers=False,
                validate_qualify_columns=True,
            )
        except SqlglotError as error:
            raise AuthorError(
                [Issue(place_of(lines, path), "column", str(error).splitlines()[0], "see the dataset")]
            ) from error
        reads, names, sources = self._sources(qualified)
        return _Read(tree, tuple(sorted(names)), frozenset(reads), tuple(tree.named_selects), sources)

    def _sources(self, qualified: exp.Expr) -> tuple[set[tuple[str, str]], set[str], Mapping[str, Columns]]:
        reads: set[tuple[str, str]] = set()
        names: set[str] = set()
        sources: dict[str, Columns] = {}
        for scope in traverse_scope(qualified):
            tables = {alias: source.name for alias, source in scope.sources.items() if isinstance(source, exp.Table)}
            names |= {name for name in tables.values() if name in self._schema}
            for column in scope.columns:
                table = tables.get(column.table)
                if table in self._base:
                    reads.add((table, column.name))
                elif table in self._behind:
                    reads |= self._behind[table]
            if scope.is_root:
                for item in _selects(scope.expression):
                    plain = item.unalias()
                    if isinstance(plain, exp.Column) and tables.get(plain.table) in self._base:
                        sources[item.alias_or_name] = ((tables[plain.table], plain.name),)
        return reads, names, sources

    def _evidence_of(self, indicator: Indicator, read: _Read, role: str) -> str:
        """Return the dataset an ev_ column draws its rows from, found by the alias or the view it names."""
        item = next(item for item in read.tree.selects if item.alias_or_name == f"ev_{role}")
        datasets = self._rows_behind(item, read.tree)
        if len(datasets) != 1:
            message = f"ev_{role} draws rows from {', '.join(sorted(datasets)) or 'no dataset'}"
            raise AuthorError([Issue(place_of(item, indicator.sql_path), "evidence", message, "name one _row")])
        return datasets.pop()

    def _rows_behind(self, item: exp.Expr, select: exp.Select) -> set[str]:
        found: set[str] = set()
        tables = {source.alias_or_name: source for source in _from(select)}
        for column in item.find_all(exp.Column):
            source = tables.get(column.table) if column.table else next(iter(tables.values()))
            if isinstance(source, exp.Table):
                if column.name == "_row" and source.name in self.pack.datasets:
                    found.add(source.name)
                continue
            inner = source.this if isinstance(source, exp.Subquery) else None
            if isinstance(inner, exp.Select):
                for below in inner.selects:
                    if below.alias_or_name == column.name:
                        found |= self._rows_behind(below, inner)
        return found

    def _check_outputs(self, indicator: Indicator, wanted: tuple[str, ...], found: list[str]) -> None:
        issues = [
            Issue(
                Place(indicator.sql_path, 1),
                "output",
                f"the page names {name}, the SELECT gives none",
                f"add … AS {name}",
            )
            for name in wanted
            if name not in found
        ]
        issues += [
            Issue(
                Place(indicator.sql_path, 1),
                "output",
                f"{name} is neither scope, subject, part, period nor a value",
                "name it in `values`, or drop it",
            )
            for name in found
            if name not in wanted
        ]
        if issues:
            raise AuthorError(issues)

    def _parts(self, indicator: Indicator, read: _Read) -> tuple[tuple[str, str], ...]:
        pack = self.pack
        names = used_parameters(indicator, pack)
        datasets = {name for name, _ in read.reads if name in pack.datasets}
        types = {
            f"{name}.{column}": str(pack.datasets[name].columns[column].type)
            for name, column in read.reads
            if name in datasets and column in pack.datasets[name].columns
        }
        codes = {
            f"{name}.{listed}": [code.value for code in values]
            for name in datasets
            for listed, values in pack.datasets[name].codes.items()
        }
        body: dict[str, object] = {
            "semantics": SEMANTICS,
            "sql": _tokens(read.tree),
            "rules": [[rule.id, {str(level): text for level, text in rule.levels.items()}] for rule in indicator.rules],
            "parameters": {
                name: [[value.valid_from.isoformat(), _text(value.value)] for value in pack.parameters[name].values]
                if name not in self._overrides
                else _text(self._overrides[name])
                for name in names
            },
            "tables": {
                name: [[_text(cell) for cell in row] for row in pack.tables[name].rows]
                for name, _ in read.reads
                if name in pack.tables
            },
            "shape": [
                indicator.subject_type,
                indicator.subject_id,
                *indicator.scope,
                *indicator.part,
                indicator.period,
            ],
            "values": dict(indicator.values),
            "types": types,
            "codes": codes,
            "views": {name: self.views[name].fingerprint for name in read.names if name in self.views},
            "derivations": {
                name: [pack.derived[name].derivation, REGISTRY[pack.derived[name].derivation].version]
                for name in read.names
                if name in pack.derived
            },
        }
        return tuple((name, digest(value)) for name, value in body.items())  # type: ignore[arg-type]

    def _render(self, tree: exp.Select) -> Callable[[date | None], str]:
        def render(day: date | None) -> str:
            made = tree.copy()
            for node in list(made.find_all(exp.Placeholder)):
                node.replace(exp.cast(exp.Literal.string(day.isoformat()) if day else exp.null(), "DATE"))
            return made.sql(dialect="duckdb", pretty=True)

        return render


def _selects(tree: exp.Expr) -> list[exp.Expr]:
    return list(tree.selects) if isinstance(tree, exp.Query) else []


def _from(select: exp.Select) -> list[exp.Expr]:
    start = select.args.get("from_") or select.args.get("from")
    joins = [join.this for join in select.args.get("joins") or []]
    return [*([start.this] if start is not None else []), *joins]


def _wanted(indicator: Indicator) -> tuple[str, ...]:
    period = (indicator.period,) if indicator.period else ()
    return tuple(dict.fromkeys((*indicator.scope, indicator.subject_id, *indicator.part, *period, *indicator.values)))


def _keep(tree: exp.Select, keep: Callable[[str], bool]) -> exp.Select:
    made = tree.copy()
    made.set("expressions", [item for item in made.selects if keep(item.alias_or_name)])
    return made


def _grouped(reads: frozenset[tuple[str, str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    names = sorted({name for name, _ in reads})
    return tuple((name, tuple(sorted(column for table, column in reads if table == name))) for name in names)


def _uses_as_of(tree: exp.Expr) -> bool:
    return tree.find(exp.Placeholder) is not None


def _tokens(tree: exp.Expr) -> str:
    return tree.sql(dialect="duckdb", comments=False, normalize=True)


def _text(value: Scalar) -> str | bool | None:
    return value if value is None or isinstance(value, bool) else str(value)
