"""Binding an expression: class by class, from an allow-list. A class that nobody binds is refused.

The list is the registry below: each entry names the SQLGlot classes it binds and the arguments they may carry, so that
an option nobody thought of (a sample, a lock, a format) is refused with its node.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from sqlglot import exp

from xiezhi.engine.compile import forms
from xiezhi.engine.compile.guard import MAX_NODES
from xiezhi.engine.compile.kinds import family
from xiezhi.engine.compile.text import Refused, Text
from xiezhi.engine.compile.values import Ref, Value


@dataclass(frozen=True)
class Context:
    """What the place of an expression allows. ``windowed``: directly under OVER."""

    clause: str
    aggregates: bool = False
    windows: bool = False
    evidence: bool = False
    windowed: bool = False


@dataclass
class Budget:
    """Counts bound nodes over one compilation: alias reuse can multiply a small text."""

    left: int = MAX_NODES


@dataclass
class Binder:
    """Binds expressions of one place. Subclasses say what columns, parameters, subqueries and windows are there."""

    text: Text
    budget: Budget
    context: Context = field(default_factory=lambda: Context("select"))
    values: dict[int, tuple[exp.Expr, Value]] = field(default_factory=dict)

    def bind(self, node: exp.Expr) -> Value:
        """Return what is known of a node, and put it and all below it in resolved form."""
        self.budget.left -= 1
        if self.budget.left < 0:
            raise self.text.refuse(node, "too-large", "aliases reused expand beyond measure", "compute it in a CTE")
        entry = REGISTRY.get(type(node))
        if entry is None:
            raise self.unknown(node)
        for name, argument in node.args.items():
            if argument not in (None, False, [], "") and name not in entry.arguments:
                raise self._option(node, name)
        value = entry.function(self, node)
        self.values[id(node)] = (node, value)
        return value

    def all(self, nodes: Sequence[exp.Expr]) -> list[Value]:
        """Bind several nodes in order."""
        return [self.bind(node) for node in nodes]

    def known(self, node: exp.Expr) -> Value | None:
        """Return what was found when the node was bound."""
        found = self.values.get(id(node))
        return found[1] if found else None

    @contextmanager
    def within(
        self, *, windowed: bool = False, windows: bool = False, aggregates: bool | None = None
    ) -> Iterator[None]:
        """Bind in a narrower context; aggregates stay allowed where they were, unless told otherwise."""
        before = self.context
        kept = before.aggregates if aggregates is None else aggregates
        self.context = replace(before, aggregates=kept, windows=windows, windowed=windowed)
        try:
            yield
        finally:
            self.context = before

    def column(self, node: exp.Column) -> Value:
        """Resolve a column."""
        raise NotImplementedError

    def parameter(self, node: exp.Expr, name: str, day: Value) -> Value:
        """Put the dated values of a parameter in place of ``param(name, day)``."""
        raise NotImplementedError

    def as_of(self) -> None:
        """Note that the answer depends on the day."""
        raise NotImplementedError

    def nested(self, node: exp.Expr, query: exp.Expr, left: tuple[Ref | None, ...]) -> list[Value]:
        """Bind a subquery of an expression; return its output columns."""
        raise NotImplementedError

    def aggregated(self) -> None:
        """Note an aggregate that is not windowed."""
        raise NotImplementedError

    def rows(self) -> Value:
        """Return the count of the rows that are there."""
        raise NotImplementedError

    def window(self, window: "WindowUse") -> None:
        """Note a window."""
        raise NotImplementedError

    def unknown(self, node: exp.Expr) -> Refused:
        """Return the refusal of a class or function that nobody binds."""
        name = node.name if isinstance(node, exp.Anonymous) else type(node).__name__
        form = forms.refused_class(name.lower() if isinstance(node, exp.Anonymous) else name)
        if form is not None:
            return self.text.refuse(node, form.id)
        if isinstance(node, exp.Func):
            said = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
            return self.text.refuse(
                node,
                "function",
                f"the function {said.upper()} is not in the portable subset",
                "use a function of the table of forms, a view of the pack, or a derivation of the engine",
            )
        return self.text.refuse(
            node, "form", f"this form ({name}) is not in the portable subset", "use a form of the table of forms"
        )

    def _option(self, node: exp.Expr, name: str) -> Refused:
        form = forms.refused_class(f"{type(node).__name__}.{name}") or forms.refused_class(f"*.{name}")
        inner = node.args[name]
        where = inner if isinstance(inner, exp.Expr) else node
        if form is not None:
            return self.text.refuse(where, form.id)
        return self.text.refuse(
            where,
            "option",
            f"{type(node).__name__.upper()} with {name.rstrip('_')} is not in the portable subset",
            "leave it out",
        )


@dataclass(frozen=True)
class WindowUse:
    """A window: its partition and order as bound, and whether a tie in the order would change the answer."""

    node: exp.Expr
    partition: tuple[tuple[exp.Expr, Value], ...]
    order: tuple[tuple[exp.Expr, Value], ...]
    total: bool


Bind: TypeAlias = Callable[[Binder, exp.Expr], Value]


@dataclass(frozen=True)
class Entry:
    """How a class is bound and which arguments it may carry."""

    function: Bind
    arguments: frozenset[str]


REGISTRY: dict[type[exp.Expr], Entry] = {}


def binds(*classes: type[exp.Expr], args: str = "this") -> Callable[[Bind], Bind]:
    """Enter a function for classes; ``args`` are the names of their arguments, separated by blanks."""

    def enter(function: Bind) -> Bind:
        for kind in classes:
            REGISTRY[kind] = Entry(function, frozenset(args.split()))
        return function

    return enter


def expect(binder: Binder, node: exp.Expr, value: Value, *families: str) -> None:
    """Refuse a value that is of none of the families (NULL fits everywhere)."""
    found = family(value.type)
    if found == "moment":
        raise binder.text.refuse(node, "moment")
    if found == "huge":
        raise binder.text.refuse(node, "sum-uncast")
    if found not in (*families, "null"):
        raise binder.text.refuse(
            node,
            "type",
            f"{said(value.type)} stands where {' or '.join(families)} is needed",
            "compare and compute with values of one type; CAST where the subset allows it",
        )


def said(kind: str) -> str:
    """Return a type as a message says it."""
    return "a value of no known type" if kind == "NULL" else kind
