"""The figures of boards: computed once an evaluation is done, kept as rows, never computed when a page is asked for."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from xiezhi.engine.compile.screens import CompiledFigure, compile_figure
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.findings.texts import json_value
from xiezhi.engine.packs.screens import BoardFigure
from xiezhi.engine.run.jobs import Query
from xiezhi.engine.run.program import Program
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.fields import fields
from xiezhi.kernel.findings.desk import Desk, desk
from xiezhi.kernel.findings.evaluator import engine
from xiezhi.kernel.findings.models import Evaluation, Figure

MOST_ROWS = 20_000


@dataclass(frozen=True)
class Kept:
    """A figure as it was computed. ``note``: what must be said beside it, or why there is none."""

    figure: BoardFigure
    version: int
    as_of: date | None
    rows: tuple[dict[str, Any], ...]
    note: Words = NOTHING


@dataclass(frozen=True)
class _Made:
    rows: list[dict[str, Any]]
    note: Words = NOTHING


def is_old(field: str) -> bool:
    """Whether a figure of the field is older than its last evaluation."""
    return bool(_due(field)[1])


def refresh(field: str) -> int:
    """Compute the figures that are older than the last evaluation of their field; return how many."""
    last, wanted = _due(field)
    if last is None or not wanted:
        return 0
    pack = fields().packs[field]
    made = _make_all(field, wanted, last.version, last.as_of)
    with transaction.atomic():
        for name, told in made.items():
            Figure.objects.update_or_create(
                field=field,
                name=name,
                defaults={
                    "version": last.version,
                    "as_of": last.as_of,
                    "rows": told.rows,
                    "note": told.note.as_json() if told.note else {},
                },
            )
        Figure.objects.filter(field=field).exclude(name__in=pack.board).delete()
    return len(made)


def _due(field: str) -> tuple[Evaluation | None, list[BoardFigure]]:
    pack = fields().packs.get(field)
    if pack is None or not pack.board:
        return None, []
    last = Evaluation.objects.filter(field=field, state=Evaluation.State.DONE).order_by("-as_of", "-version").first()
    if last is None:
        return None, []
    fresh = Figure.objects.filter(field=field, version=last.version, as_of=last.as_of).values_list("name", flat=True)
    known = set(fresh)
    return last, [figure for figure in pack.board.values() if figure.id not in known]


def figures_of(field: str) -> dict[str, Kept]:
    """Return the figures of a field by name, those that were never computed without rows. One query."""
    pack = fields().packs.get(field)
    kept = {row.name: row for row in Figure.objects.filter(field=field)}
    found = {}
    for name, figure in pack.board.items() if pack else ():
        row = kept.get(name)
        if row is None:
            waiting = Words("还没有判断过这个平台的数据", "the data of this field have not been evaluated yet")
            found[name] = Kept(figure, 0, None, (), waiting)
        else:
            note = Words(row.note["zh"], row.note["en"]) if row.note else NOTHING
            found[name] = Kept(figure, row.version, row.as_of, tuple(row.rows), note)
    return found


def _make_all(field: str, wanted: list[BoardFigure], version: int, as_of: date) -> dict[str, _Made]:
    try:
        ready = desk(field)
        program = ready.program(version, as_of)
    except XiezhiError as error:
        return {figure.id: _failed(error) for figure in wanted}
    return {figure.id: _make(ready, program, figure) for figure in wanted}


def _make(ready: Desk, program: Program, figure: BoardFigure) -> _Made:
    """Compute one figure; one that fails stops no other."""
    try:
        compiled = compile_figure(figure, ready.catalog, ready.pack)
        plan = ready.plan(figure.like) if figure.like else None
        if isinstance(plan, Words):
            return _Made([], plan)
        missing = _missing(ready, compiled)
        if any("." not in name for name in missing):
            return _Made([], _unfed(missing))
        query = Query(figure.id, compiled.sql(program.as_of))
        job = program.job(compiled.names, (query,), constants=ready.constants(figure.like))
        table = dict(engine().run(job))[figure.id]
    except XiezhiError as error:
        return _failed(error)
    if table.num_rows > MOST_ROWS:
        return _failed(XiezhiError(f"it has {table.num_rows:,} rows, {MOST_ROWS:,} at most"))
    rows = [{name: json_value(value) for name, value in row.items()} for row in table.to_pylist()]
    rows.sort(key=lambda row: [(row[name] is None, str(row[name])) for name in figure.key])
    return _Made(rows, _unfed(missing) if missing else NOTHING)


def _missing(ready: Desk, compiled: CompiledFigure) -> list[str]:
    """Return what a figure reads and no source feeds, but for what the indicator that it is like assumes."""
    like = compiled.figure.like
    assumed = {item.target for item in ready.pack.indicators[like].assumes} if like else set()
    return [name for name in compiled.missing if name not in assumed]


def _unfed(missing: list[str]) -> Words:
    names = ", ".join(missing)
    return Words(f"没有来源提供：{names}", f"no source feeds {names}")


def _failed(error: XiezhiError) -> _Made:
    return _Made([], Words(f"没有算出：{error}", f"it could not be computed: {error}"))
