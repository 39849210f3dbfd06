"""From compiled SQL to a job: which tables, views and derivations stand behind a query, in the order they are bound."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from xiezhi.engine.columns import Privacy
from xiezhi.engine.compile.plan import Compiled, CompiledView, Lineage
from xiezhi.engine.packs.model import Derived, Pack
from xiezhi.engine.run.jobs import DeriveStep, Job, Limits, Part, Query, Source, Touched, ViewStep

Step = ViewStep | DeriveStep


@dataclass(frozen=True)
class Program:
    """A pack's views ready to bind, and the tables behind every name.

    Attributes:
        shelf: dataset, reference table or ``calendar`` → its source.
        as_of: the day put in place of ``:as_of``.
    """

    pack: Pack
    views: Mapping[str, CompiledView]
    shelf: Mapping[str, Source]
    as_of: date | None
    limits: Limits

    def job(
        self,
        names: Sequence[str],
        queries: Sequence[Query],
        *,
        touched: Touched | None = None,
        part: Part | None = None,
        constants: Mapping[str, Mapping[str, str]] | None = None,
    ) -> Job:
        """Return the job that answers ``queries`` over the tables, views and derivations ``names``.

        ``constants``: dataset → column → SQL literal, for columns that the source does not feed and a page assumes.
        """
        ordered = list(dict.fromkeys(self._closure(names)))
        steps = tuple(self._step(name) for name in ordered if name not in self.shelf)
        needed = [name for name in ordered if name in self.shelf]
        if any(isinstance(step, DeriveStep) for step in steps) and "calendar" not in needed:
            needed.append("calendar")
        told = constants or {}
        sources = tuple(replace(self.shelf[name], constants=tuple(told.get(name, {}).items())) for name in needed)
        return Job(
            sources=sources,
            steps=steps,
            queries=tuple(queries),
            touched=_kept(touched, {source.name for source in sources}),
            part=part,
            limits=self.limits,
        )

    def _closure(self, names: Sequence[str]) -> Iterator[str]:
        for name in names:
            yield from self._closure(self._behind(name))
            yield name

    def _behind(self, name: str) -> tuple[str, ...]:
        if name in self.pack.derived:
            return tuple(self.pack.derived[name].inputs.values())
        if name in self.views:
            return self.views[name].names
        return ()

    def _step(self, name: str) -> Step:
        if name in self.views:
            return ViewStep(name, self.views[name].sql(self.as_of))
        return derive_step(self.pack.derived[name])


def derive_step(derived: Derived) -> DeriveStep:
    """Return the step that runs a derivation of a pack."""
    return DeriveStep(derived.name, derived.derivation, tuple(derived.inputs.items()), dict(derived.arguments))


def measured(program: Program, compiled: Compiled, *, constants: Mapping[str, Mapping[str, str]]) -> Job:
    """Return the job that gives an indicator's flagged rows, query id ``measure``."""
    query = Query("measure", compiled.measure(program.as_of))
    return program.job(compiled.names, (query,), constants=constants)


def _kept(touched: Touched | None, names: set[str]) -> Touched | None:
    if touched is None:
        return None
    return Touched(touched.keys, tuple(pair for pair in touched.restrict if pair[0] in names))


def tokens_of(pack: Pack, lineage: Lineage) -> frozenset[str]:
    """Return the output columns drawn from nothing but direct identifiers: they hold tokens."""
    return frozenset(
        output for output, sources in lineage.outputs if sources and all(_direct(pack, *source) for source in sources)
    )


def _direct(pack: Pack, dataset: str, column: str) -> bool:
    declared = pack.datasets.get(dataset)
    return declared is not None and column in declared.columns and declared.columns[column].privacy is Privacy.DIRECT
