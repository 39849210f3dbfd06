"""A field ready to be read by pages and boards: views compiled, calendar and reference tables at hand, kept between."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from weakref import finalize

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.compile.catalog import Catalog
from xiezhi.engine.compile.compiler import compile_indicator
from xiezhi.engine.compile.missing import Missing, constants
from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.compile.screens import Reading, compile_reading
from xiezhi.engine.compile.views import build_catalog
from xiezhi.engine.errors import AuthorError
from xiezhi.engine.findings.build import subject_of
from xiezhi.engine.intake.mapping_norm import judged_by
from xiezhi.engine.intake.model import NormOfRun
from xiezhi.engine.packs.model import Pack, Status
from xiezhi.engine.packs.screens import Binding, Screen
from xiezhi.engine.run.jobs import Source
from xiezhi.engine.run.program import Program
from xiezhi.engine.run.tables import write_reference, write_source
from xiezhi.engine.words import Words
from xiezhi.kernel.fields import pack_of
from xiezhi.kernel.findings.evaluator import limits
from xiezhi.kernel.intake.norms import norm_of
from xiezhi.kernel.intake.store import fed, snapshot
from xiezhi.kernel.registry.queries import working_calendar

Constants = Mapping[str, Mapping[str, str]]
_NOT_HERE = Words(
    "本安装按另一规范判断，这一项不适用", "this installation judges by another norm; this does not apply here"
)


@dataclass(frozen=True)
class _Signature:
    """What a desk stands for; another one is set up when any of it changes."""

    pack: Pack
    norm: NormOfRun
    fed: Mapping[str, frozenset[str]]
    calendar: Calendar

    def same(self, other: "_Signature") -> bool:
        own = self.pack is other.pack and self.calendar is other.calendar
        return own and self.norm == other.norm and self.fed == other.fed


@dataclass(frozen=True, eq=False)
class Desk:
    """A field ready to be read. ``pack``: with the rows of the norm laid over its tables."""

    signature: _Signature
    pack: Pack
    catalog: Catalog
    fixed: Mapping[str, Source]
    _plans: dict[str, Compiled | Words] = field(default_factory=dict)
    _readings: dict[tuple[str, str, str], Reading] = field(default_factory=dict)

    @property
    def norm(self) -> NormOfRun:
        """By which the field is judged here."""
        return self.signature.norm

    @property
    def calendar(self) -> Calendar:
        """Whose rest days count."""
        return self.signature.calendar

    def program(self, version: int, as_of: date) -> Program:
        """Return the field at a version, ready to be asked."""
        bound = {**snapshot(self.pack.id, version).sources, **self.fixed}
        return Program(self.pack, self.catalog.views, bound, as_of, limits())

    def plan(self, indicator: str) -> Compiled | Words:
        """Return an indicator as it runs in this installation, or why it does not."""
        if indicator not in self._plans:
            self._plans[indicator] = self._plan(indicator)
        return self._plans[indicator]

    def constants(self, indicator: str) -> Constants:
        """Return what is taken for columns that no source feeds, as the page of an indicator says."""
        plan = self.plan(indicator) if indicator else None
        if not isinstance(plan, Compiled):
            return {}
        taken = tuple(item for item in self.pack.indicators[indicator].assumes if item.target in plan.assumed)
        return constants(self.pack, taken)

    def reading(self, screen: Screen, component: str, part: str, binding: Binding) -> Reading:
        """Return a binding of a subject's page, compiled.

        Raises:
            AuthorError: it is refused.
        """
        name = (screen.id, component, part)
        if name not in self._readings:
            declared = subject_of(self.pack, screen.subject)
            key = declared[1].key if declared is not None else ""
            self._readings[name] = compile_reading(binding, key, self.catalog, self.pack, screen.path)
        return self._readings[name]

    def _plan(self, name: str) -> Compiled | Words:
        indicator = self.pack.indicators[name]
        if (self.norm.indicators and name not in self.norm.indicators) or indicator.status is Status.RETIRED:
            return _NOT_HERE
        try:
            plan = compile_indicator(indicator, self.catalog, self.pack)
        except AuthorError as error:
            return Words(f"指标有误：{error}", f"the indicator is refused: {error}")
        return plan.words if isinstance(plan, Missing) else plan


_KEPT: dict[str, Desk] = {}


def desk(field_id: str) -> Desk:
    """Return the desk of a field, the one set up before where nothing of it changed.

    Raises:
        AuthorError: a view of the pack is refused.
        XiezhiError: there is no such field, or its pack is set aside.
    """
    norm = norm_of(field_id)
    wanted = _Signature(pack_of(field_id), norm, fed(field_id), working_calendar(norm.calendar))
    kept = _KEPT.get(field_id)
    if kept is None or not kept.signature.same(wanted):
        kept = _KEPT[field_id] = _set_up(wanted)
    return kept


def _set_up(wanted: _Signature) -> Desk:
    pack = judged_by(wanted.pack, wanted.norm)
    folder = Path(mkdtemp(prefix="xiezhi-desk-"))
    fixed = {table.name: write_reference(table, folder) for table in pack.tables.values()}
    fixed["calendar"] = write_source("calendar", wanted.calendar.table(), folder)
    made = Desk(wanted, pack, build_catalog(pack, fed=wanted.fed, norm=wanted.norm), fixed)
    finalize(made, rmtree, folder, ignore_errors=True)  # when the last page that reads at it is done
    return made
