"""Binding a SELECT: sources, conditions, groups, outputs. Everything proven later is collected here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from sqlglot import exp

from xiezhi.engine.compile import aggregates, arithmetic, functions, logic  # noqa: F401  they fill the registry
from xiezhi.engine.compile.binding import Binder, Budget, WindowUse, expect
from xiezhi.engine.compile.catalog import CALENDAR, DAY_COUNTS, Catalog
from xiezhi.engine.compile.grouping import determined, ungrouped
from xiezhi.engine.compile.parameters import bind_parameter
from xiezhi.engine.compile.sources import Item, renamed
from xiezhi.engine.compile.text import Refused, Text
from xiezhi.engine.compile.values import NO_PAIRS, Block, Nested, Pair, Ref, Relation, Source, Value

# a subquery's answer depends on more than the columns that are seen: no set of columns determines it
_UNKNOWN = frozenset({Ref(0, "")})


@dataclass
class Compilation:
    """What one compilation shares: text, catalog, counters, and what was found on the way."""

    text: Text
    catalog: Catalog
    budget: Budget = field(default_factory=Budget)
    sources: int = 0
    parameters: set[str] = field(default_factory=set)
    uses_as_of: bool = False

    def next_source(self) -> int:
        """Return a number that no source has yet."""
        self.sources += 1
        return self.sources


@dataclass
class SelectBinder(Binder):
    """The binder of one SELECT; ``outer`` is the one whose expression it stands in."""

    shared: Compilation = field(kw_only=True)
    bind_query: Callable[["SelectBinder", exp.Expr], Relation] = field(kw_only=True)  # expressions hold queries
    outer: "SelectBinder | None" = None
    ctes: dict[str, Relation] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    visible: int | None = None  # ON sees the sources to its left and its own
    merged: dict[str, Item] = field(default_factory=dict)  # USING: name → the source it is taken from
    aliases: dict[str, tuple[int, exp.Expr]] = field(default_factory=dict)
    defining: int | None = None  # the output that is being bound
    conditions: set[Pair] = field(default_factory=set)
    reads: set[Pair] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    bases: set[str] = field(default_factory=set)
    scans: int = 0
    nests: list[Nested] = field(default_factory=list)
    windows: list[tuple[WindowUse, bool]] = field(default_factory=list)
    has_aggregate: bool = False
    groups: list[tuple[exp.Expr, Value]] | None = None
    equalities: list[tuple[Ref, Ref]] = field(default_factory=list)
    computed: list[tuple[Ref, frozenset[Ref]]] = field(default_factory=list)

    # -- what expressions ask for

    def column(self, node: exp.Column) -> Value:
        """Resolve a column: own sources, then own aliases, then the enclosing SELECT."""
        name, table = node.name.lower(), node.table.lower()
        item = self._find(node, table, name)
        if item is not None:
            if not table:
                self._unshadowed(node, item, name)
            return self._take(node, item, name)
        if not table and name in self.aliases:
            return self._expand(node, name)
        if self.outer is not None and self.outer.has(table, name):
            return self.outer.column(node)
        raise self._unknown_column(node, table, name)

    def has(self, table: str, name: str) -> bool:
        """Whether this SELECT or an enclosing one knows a column."""
        for item in self.items:
            if (not table or item.alias == table) and name in item.relation.columns:
                return True
        return self.outer.has(table, name) if self.outer is not None else False

    def parameter(self, node: exp.Expr, name: str, day: Value) -> Value:
        """Fold a parameter."""
        self.shared.parameters.add(name)
        catalog = self.shared.catalog
        return bind_parameter(self.text, node, name, day, known=catalog.parameters, overrides=catalog.overrides)

    def as_of(self) -> None:
        """Note the day."""
        self.shared.uses_as_of = True

    def nested(self, node: exp.Expr, query: exp.Expr, left: tuple[Ref | None, ...]) -> list[Value]:
        """Bind a subquery of an expression."""
        relation = self.bind_query(self, query)
        self.nests.append(Nested(relation.node, tuple(relation.columns), left))
        self.absorb(relation)
        self.conditions |= relation.conditions
        if isinstance(node, exp.Exists):
            self.conditions |= relation.rows if not relation.conditions else NO_PAIRS
            return [Value("BOOLEAN", refs=_UNKNOWN)]
        return [replace(value.plain(), refs=_UNKNOWN) for value in relation.columns.values()]

    def absorb(self, relation: Relation) -> None:
        """Take over what a relation below reads."""
        self.reads |= relation.reads
        self.bases |= relation.bases
        self.names |= relation.names
        self.scans += relation.scans
        self.shared.uses_as_of |= relation.uses_as_of

    def rows(self) -> Value:
        """Return what COUNT(*) counts: the rows of every source."""
        pairs = frozenset(pair for item in self.items for pair in item.relation.rows)
        self.reads |= pairs
        return Value("BIGINT", pairs)

    def aggregated(self) -> None:
        """Note an aggregate."""
        self.has_aggregate = True

    def window(self, window: WindowUse) -> None:
        """Note a window; its order is judged when all joins are known."""
        for _, value in (*window.partition, *window.order):
            self.conditions |= value.origin
        self.windows.append((window, window.total))

    # -- resolution

    def _find(self, node: exp.Column, table: str, name: str) -> Item | None:
        if not table and name in self.merged:
            return self.merged[name]
        seen = self.items if self.visible is None else self.items[: self.visible]
        found = [item for item in seen if (not table or item.alias == table) and name in item.relation.columns]
        if len(found) > 1:
            choices = " or ".join(f"{item.alias}.{name}" for item in found)
            raise self.text.refuse(node, "ambiguous", f"{name} stands in several sources", f"write {choices}")
        return found[0] if found else None

    def _unshadowed(self, node: exp.Column, item: Item, name: str) -> None:
        index, projection = self.aliases.get(name, (None, None))
        if projection is None or index == self.defining:
            return
        if isinstance(projection, exp.Column) and projection.name.lower() == name:
            return
        raise self.text.refuse(
            node,
            "ambiguous",
            f"{name} is a column and an alias of this SELECT",
            f"write {item.alias}.{name}, or give the alias another name",
        )

    def _take(self, node: exp.Column, item: Item, name: str) -> Value:
        column = item.relation.columns[name]
        node.set("table", renamed(node.args.get("table") or node.this, item.shown))
        node.set("this", renamed(node.this, name))
        ref = Ref(item.id, name)
        self.reads |= column.origin
        return Value(
            column.type,
            column.origin,
            frozenset({ref}),
            ref=ref,
            not_null=column.not_null and not item.nullable,
            row_of=column.row_of,
            surrogate=column.surrogate,
        )

    def _expand(self, node: exp.Column, name: str) -> Value:
        index, projection = self.aliases[name]
        if self.defining is not None and index >= self.defining:
            raise self.text.refuse(
                node, "alias-order", f"the alias {name} is used before it is defined", "put its definition first"
            )
        copy = projection.copy()
        holder = exp.Paren(this=copy)
        node.replace(holder)
        before, self.defining = self.defining, index
        try:
            value = self.bind(copy)
        finally:
            self.defining = before
        return value

    def _unknown_column(self, node: exp.Column, table: str, name: str) -> Refused:
        if table and not any(item.alias == table for item in self.items):
            known = sorted({item.alias for item in self.items})
            hint = "the sources here are: " + ", ".join(known)
            return self.text.refuse(node, "unknown-source", f"there is no source named {table}", hint)
        columns = [
            f"{item.alias}.{column}"
            for item in self.items
            if not table or item.alias == table
            for column in item.relation.columns
        ]
        close = get_close_matches(f"{table}.{name}", columns, n=1) or [
            column for column in columns if get_close_matches(name, [column.rsplit(".", 1)[1]])
        ]
        hint = f"did you mean {close[0]}?" if close else "the columns here are: " + ", ".join(columns[:30])
        return self.text.refuse(node, "unknown-column", f"there is no column {name}", hint)

    # -- conditions

    def condition(self, node: exp.Expr) -> Value:
        """Bind a condition; what it is drawn from decides which rows there are."""
        value = self.bind(node)
        self.conditions |= value.origin
        return value

    def equalities_of(self, node: exp.Expr, item: Item | None = None) -> list[tuple[Ref, Ref]]:
        """Return the equalities of plain columns that a condition demands, and note what it determines.

        Args:
            node: a bound condition.
            item: the source that an outer join fills with NULL where the condition fails; only it is determined.
        """
        plain = []
        for part in conjuncts(node):
            if isinstance(part, exp.EQ):
                plain += self._equality(part, item)
            elif isinstance(part, exp.Not):
                self._open_days(part)
        return plain

    def _equality(self, part: exp.Expr, item: Item | None) -> list[tuple[Ref, Ref]]:
        left, right = self.known(part.this.unnest()), self.known(part.expression.unnest())
        if left is None or right is None:
            return []
        for one, other in ((left, right), (right, left)):
            if one.ref and (item is None or one.ref.source == item.id):
                self.computed.append((one.ref, other.refs))
        return [(left.ref, right.ref)] if left.ref and right.ref and left.type == right.type else []

    def _open_days(self, part: exp.Expr) -> None:
        """``NOT is_rest`` makes the count of working days unique among days; the tax count likewise."""
        value = self.known(part.this.unnest())
        count = DAY_COUNTS.get(value.ref.column) if value and value.ref else None
        if value is None or value.ref is None or count is None:
            return
        for item in self.items:
            if item.id == value.ref.source and item.name == CALENDAR:
                item.keys.append(frozenset({count}))

    def sure(self, pairs: list[tuple[Ref, Ref]]) -> list[tuple[Ref, Ref]]:
        """Return the equalities whose own columns no outer join can fill with NULL."""
        loose = {item.id for item in self.items if item.nullable}
        return [(left, right) for left, right in pairs if left.source not in loose and right.source not in loose]

    # -- the end

    def check_groups(self, outputs: Sequence[exp.Expr]) -> None:
        """Refuse columns that are neither grouped nor aggregated."""
        if self.groups is None and not self.has_aggregate:
            return
        own = frozenset(item.shown for item in self.items)
        grouped = [node for node, _ in self.groups or ()]
        for output in outputs:
            for column in ungrouped(output, grouped, own):
                raise self.text.refuse(
                    column,
                    "ungrouped",
                    f"{column.name} is neither grouped nor inside an aggregate",
                    "put it into GROUP BY, or use MIN or MAX",
                )

    def check_windows(self) -> None:
        """Refuse windows whose order leaves ties."""
        for window, total in self.windows:
            if total and not self._total(window):
                raise self.text.refuse(window.node, "window-order")

    def _total(self, window: WindowUse) -> bool:
        terms = [*window.partition, *window.order]
        known = {value.ref for _, value in terms if value.ref}
        if self.groups is not None:
            nodes = [node.unnest() for node, _ in terms]
            return all(any(node == group for node in nodes) for group, _ in self.groups)
        return determined(known, self.items, self.equalities, self.computed)

    def block(self, projections: dict[str, Value]) -> Block:
        """Return the shape for the proof of scope."""
        aggregated = self.groups is not None or self.has_aggregate
        return Block(
            sources=tuple(Source(item.id, item.relation.node, item.join, tuple(item.links)) for item in self.items),
            equalities=tuple(self.equalities),
            projections={
                name: value.ref if value.ref and value.not_null and self._own(value.ref) else None
                for name, value in projections.items()
            },
            windows=tuple(
                frozenset(value.ref for _, value in window.partition if value.ref) for window, _ in self.windows
            ),
            groups=frozenset(value.ref for _, value in self.groups or () if value.ref) if aggregated else None,
            nested=tuple(self.nests),
        )

    def _own(self, ref: Ref) -> bool:
        return any(item.id == ref.source for item in self.items)


def conjuncts(node: exp.Expr) -> list[exp.Expr]:
    """Return the parts of a condition that must all hold."""
    found, stack = [], [node]
    while stack:
        part = stack.pop().unnest()
        if isinstance(part, exp.And):
            stack += [part.this, part.expression]
        else:
            found.append(part)
    return found


def bind_condition(binder: SelectBinder, node: exp.Expr) -> Value:
    """Bind a condition and refuse one that is not true or false."""
    value = binder.condition(node)
    expect(binder, node, value, "boolean")
    return value
