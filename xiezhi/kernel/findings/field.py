"""A field ready to be evaluated at a version: facts, calendar and tables bound, indicators compiled."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from xiezhi.engine.check.asking import Task
from xiezhi.engine.compile.missing import Fed
from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.compile.program import Missing, Programmed, compile_pack
from xiezhi.engine.errors import AuthorError
from xiezhi.engine.intake.mapping_norm import judged_by
from xiezhi.engine.intake.model import NormOfRun
from xiezhi.engine.packs.model import Indicator, Pack, Status
from xiezhi.engine.run.jobs import Source
from xiezhi.engine.run.program import Program
from xiezhi.engine.run.tables import write_reference, write_source
from xiezhi.engine.words import Words
from xiezhi.kernel.fields import pack_of
from xiezhi.kernel.findings.evaluator import limits
from xiezhi.kernel.intake.norms import norm_of
from xiezhi.kernel.intake.store import snapshot
from xiezhi.kernel.registry.queries import working_calendar

CALENDAR = "calendar"


@dataclass(frozen=True)
class Prepared:
    """Everything one evaluation needs.

    Attributes:
        tasks: what can run, active and trial.
        missing: indicator → why it cannot run.
    """

    pack: Pack
    program: Program
    norm: NormOfRun
    tasks: tuple[Task, ...]
    missing: Mapping[str, Words]


@contextmanager
def prepared(field: str, version: int, as_of: date) -> Iterator[Prepared]:
    """Bind a field at a version; the tables beside the facts live as long as the block."""
    norm = norm_of(field)
    pack = judged_by(pack_of(field), norm)
    shelf = snapshot(field, version)
    with TemporaryDirectory(prefix="xiezhi-evaluate-") as name:
        bound: dict[str, Source] = dict(shelf.sources)
        bound |= {table.name: write_reference(table, Path(name)) for table in pack.tables.values()}
        bound[CALENDAR] = write_source(CALENDAR, working_calendar(norm.calendar).table(), Path(name))
        wanted = _wanted(pack, norm)
        compiled, refused = _kept(pack_of(field), pack, shelf.fed, norm, wanted)
        program = Program(pack=pack, views=compiled.views, shelf=bound, as_of=as_of, limits=limits())
        yield Prepared(pack, program, norm, _tasks(wanted, compiled), _missing(compiled) | refused)


@dataclass(frozen=True)
class _Compilation:
    """What was compiled last for a field, and from what: the next evaluation mostly finds nothing changed."""

    source: Pack
    norm: NormOfRun
    fed: Fed
    compiled: Programmed
    refused: dict[str, Words]


_LAST: dict[str, _Compilation] = {}


def _kept(
    source: Pack, judged: Pack, fed: Fed, norm: NormOfRun, wanted: list[Indicator]
) -> tuple[Programmed, dict[str, Words]]:
    """Compile, unless pack, norm and what is fed are those of the last time."""
    last = _LAST.get(source.id)
    if last is None or last.source is not source or (last.norm, last.fed) != (norm, fed):
        last = _LAST[source.id] = _Compilation(source, norm, fed, *_compiled(judged, fed, norm, wanted))
    return last.compiled, last.refused


def _wanted(pack: Pack, norm: NormOfRun) -> list[Indicator]:
    chosen = norm.indicators or tuple(sorted(pack.indicators))
    known = (pack.indicators[name] for name in chosen if name in pack.indicators)
    return [indicator for indicator in known if indicator.status is not Status.RETIRED]


def _compiled(pack: Pack, fed: Fed, norm: NormOfRun, wanted: list[Indicator]) -> tuple[Programmed, dict[str, Words]]:
    """Compile what can be; one indicator that is refused stops none of the others."""
    names = tuple(item.id for item in wanted)
    try:
        return compile_pack(pack, fed=fed, norm=norm, only=names), {}
    except AuthorError:
        refused = {name: words for name in names if (words := _refusal(pack, fed, norm, name))}
        sound = tuple(name for name in names if name not in refused)
        return compile_pack(pack, fed=fed, norm=norm, only=sound), refused


def _refusal(pack: Pack, fed: Fed, norm: NormOfRun, name: str) -> Words | None:
    try:
        compile_pack(pack, fed=fed, norm=norm, only=(name,))
    except AuthorError as error:
        return Words(f"指标有误，没有运行：{error}", f"refused, not run: {error}")
    return None


def _tasks(wanted: list[Indicator], compiled: Programmed) -> tuple[Task, ...]:
    plans = ((indicator, compiled.indicators.get(indicator.id)) for indicator in wanted)
    return tuple(
        Task(indicator, plan, compiled.constants(indicator.id))
        for indicator, plan in plans
        if isinstance(plan, Compiled)
    )


def _missing(compiled: Programmed) -> dict[str, Words]:
    return {name: plan.words for name, plan in compiled.indicators.items() if isinstance(plan, Missing)}
