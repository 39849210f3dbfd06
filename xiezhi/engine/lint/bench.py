"""Where examples are executed: the tables of an example, and what is compiled for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.columns import SYSTEM_COLUMNS
from xiezhi.engine.compile.catalog import Catalog
from xiezhi.engine.compile.plan import CompiledView
from xiezhi.engine.compile.program import Programmed, compile_pack
from xiezhi.engine.compile.views import build_catalog
from xiezhi.engine.intake.model import NormOfRun, ParameterOverride
from xiezhi.engine.lint.tables import example_table
from xiezhi.engine.packs.model import Example, Indicator, Pack, Scalar
from xiezhi.engine.packs.scalars import from_text, value_type
from xiezhi.engine.run.jobs import Engine, Limits, Source
from xiezhi.engine.run.program import Program
from xiezhi.engine.run.tables import write_reference, write_source

Fed = dict[str, frozenset[str]]


@dataclass(frozen=True)
class Bench:
    """A pack, an engine, a folder for the tables of examples, and the tables that no example changes."""

    pack: Pack
    engine: Engine
    folder: Path
    fixed: Mapping[str, Source]
    limits: Limits
    compiled: dict[tuple[object, ...], Programmed] = field(default_factory=dict)
    catalogs: dict[tuple[object, ...], Catalog] = field(default_factory=dict)

    def indicator(self, indicator: Indicator, example: Example) -> Programmed:
        """Return an indicator compiled for an example; examples that are fed alike share it.

        Raises:
            AuthorError: it does not compile.
        """
        rules = tuple(rule.id for rule in indicator.rules)
        key = (indicator.id, rules, *_alike(example))
        if key not in self.compiled:
            pack = replace(self.pack, indicators={indicator.id: indicator})
            fed, norm = fed_by(self.pack, example), _norm(self.pack, example)
            self.compiled[key] = compile_pack(pack, fed=fed, norm=norm, only=(indicator.id,))
        return self.compiled[key]

    def catalog(self, example: Example) -> Catalog:
        """Return the tables and views of the pack, compiled for an example.

        Raises:
            AuthorError: a view does not compile.
        """
        key = _alike(example)
        if key not in self.catalogs:
            fed, norm = fed_by(self.pack, example), _norm(self.pack, example)
            self.catalogs[key] = build_catalog(self.pack, fed=fed, norm=norm)
        return self.catalogs[key]

    def program(self, example: Example, views: Mapping[str, CompiledView]) -> Program:
        """Write the tables given by an example and return them with the views, ready to be asked."""
        numbers: dict[str, dict[str, int]] = {}
        shelf: dict[str, Source] = {}
        for name, dataset in self.pack.datasets.items():
            table = example_table(dataset, example.given.get(name, ()), numbers)
            columns = dataset.visible | {name: SYSTEM_COLUMNS[name] for name in ("_file", "_line")}
            shelf[name] = replace(write_source(name, table, self.folder), columns=tuple(columns.items()))
        return Program(self.pack, views, shelf | dict(self.fixed), example.as_of, self.limits)


def make_bench(pack: Pack, engine: Engine, folder: Path, calendar: Calendar, limits: Limits) -> Bench:
    """Write the reference tables and the calendar into a folder, and return the bench over it."""
    fixed = {name: write_reference(table, folder) for name, table in pack.tables.items()}
    fixed["calendar"] = write_source("calendar", calendar.table(), folder)
    return Bench(pack, engine, folder, fixed, limits)


def fed_by(pack: Pack, example: Example) -> Fed:
    """Return dataset → columns that the source of an example feeds: all but those it is without."""
    fed = {name: set(dataset.columns) for name, dataset in pack.datasets.items()}
    for target in example.without:
        dataset, _, column = target.partition(".")
        if column:
            fed.get(dataset, set()).discard(column)
        else:
            fed.pop(dataset, None)
    return {name: frozenset(columns) for name, columns in fed.items()}


def _alike(example: Example) -> tuple[object, ...]:
    return frozenset(example.without), tuple(sorted(example.parameters.items()))


def _norm(pack: Pack, example: Example) -> NormOfRun:
    overrides = tuple(
        ParameterOverride(name, _value(pack, name, text), "example") for name, text in example.parameters.items()
    )
    return NormOfRun(parameters=overrides)


def _value(pack: Pack, name: str, text: str) -> Scalar:
    kind = value_type(pack.parameters[name].type)
    return from_text(text, kind) if kind is not None else text
