"""Ask the engine about many indicators at once, in as few jobs as their bindings allow.

Views, derived tables and files are then opened once for all. What is too large for the memory is asked for part by
part, as far as its scope is proven; a part is a job of its own, with the limits of a job. What fails in company is
asked again alone: a failure is always that of the indicator it is told of, and stops no other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pyarrow as pa

from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.packs.model import Indicator
from xiezhi.engine.run.errors import OutOfMemory, RunError, TooManyRows
from xiezhi.engine.run.jobs import Engine, Job, Limits, Part, Query, Touched
from xiezhi.engine.run.parts import FINER, MOST, cut, divisible, parts_wanted
from xiezhi.engine.run.program import Program
from xiezhi.engine.run.scopes import Together, group_by_scope, names_behind

Answers = dict[str, pa.Table | RunError]
Constants = Mapping[str, Mapping[str, str]]
Sql = Callable[[Compiled], str]
Jobs = Callable[[Sequence[Compiled], int], Sequence[Job]]  # for some indicators, in about so many parts


@dataclass(frozen=True)
class Task:
    """An indicator that can run. ``constants``: dataset → column → SQL literal for what the source does not feed."""

    indicator: Indicator
    plan: Compiled
    constants: Constants


@dataclass(frozen=True)
class _Local:
    """A question about touched scopes. ``sql``: what is asked of a plan."""

    program: Program
    constants: Constants
    group: Together
    touched: Mapping[str, pa.Table]
    sql: Sql


def measure_all(
    engine: Engine, program: Program, tasks: Sequence[Task], touched: Mapping[str, pa.Table] | None = None
) -> Answers:
    """Return the flagged rows (rule, level, outputs) of each indicator, or how it failed.

    ``touched``: indicator → scope values, one column for each of its proven scope; it is measured over these only.
    """
    found: Answers = {}
    local = touched or {}
    for alike in _alike(task for task in tasks if task.indicator.id not in local):
        jobs = partial(_measuring, program, alike[0].constants)
        together: list[Compiled] = []
        for group in group_by_scope(task.plan for task in alike):
            of = parts_wanted(group, program.shelf, program.limits)
            if of == 1:
                together += group.plans
            else:
                found |= _ask(engine, jobs, group.plans, of=of)
        found |= _ask(engine, jobs, together)
    for alike in _alike(task for task in tasks if task.indicator.id in local):
        found |= _ask_local(engine, program, alike, local, lambda plan: plan.measure(program.as_of))
    return found


def evidence_all(engine: Engine, program: Program, tasks: Sequence[Task], flagged: Mapping[str, pa.Table]) -> Answers:
    """Return the identities and ev_ columns of each indicator, at least those of its flagged rows, or how it failed."""
    found: Answers = {}
    for alike in _alike(tasks):
        found |= _ask_local(engine, program, alike, flagged, lambda plan: plan.evidence_sql(program.as_of))
    return found


def _ask_local(
    engine: Engine, program: Program, alike: Sequence[Task], touched: Mapping[str, pa.Table], sql: Sql
) -> Answers:
    """Ask about the touched scopes of each indicator; about all there are where none is proven."""
    found: Answers = {}
    for group in group_by_scope(task.plan for task in alike):
        jobs = partial(_local, _Local(program, alike[0].constants, group, touched, sql))
        few = (told := _touched(group, group.plans, touched)) is None or told.few
        of = 1 if few else parts_wanted(group, program.shelf, program.limits)
        found |= _ask(engine, jobs, group.plans, of=of)
    return found


def _measuring(program: Program, constants: Constants, plans: Sequence[Compiled], of: int) -> list[Job]:
    queries = [Query(plan.indicator, plan.measure(program.as_of)) for plan in plans]
    groups = group_by_scope(plans)
    parts: Sequence[Part | None] = [None]
    if of > 1 and len(groups) == 1 and divisible(groups[0], program.shelf):
        parts = cut(groups[0], program.shelf, of)
    return [program.job(names_behind(plans), queries, part=part, constants=constants) for part in parts]


def _local(asked: _Local, plans: Sequence[Compiled], of: int) -> list[Job]:
    queries = [Query(plan.indicator, asked.sql(plan)) for plan in plans]
    job = partial(asked.program.job, names_behind(plans), queries, constants=asked.constants)
    told = _touched(asked.group, plans, asked.touched)
    if told is None or of == 1:
        return [job(touched=told)]
    rows = max(1, -(-told.keys.num_rows // of))
    starts = range(0, max(1, told.keys.num_rows), rows)
    return [job(touched=replace(told, keys=told.keys.slice(first, rows))) for first in starts]


def _alike(tasks: Iterable[Task]) -> list[list[Task]]:
    """Put together what binds its sources with the same constants."""
    groups: list[list[Task]] = []
    for task in tasks:
        for group in groups:
            if group[0].constants == task.constants:
                group.append(task)
                break
        else:
            groups.append([task])
    return groups


def _ask(engine: Engine, jobs: Jobs, plans: Sequence[Compiled], *, of: int = 1) -> Answers:
    """Ask in about ``of`` parts. One that fails for its memory is asked again in more, as long as it can be cut."""
    found: Answers = {}
    try:
        found.update(_run(engine, jobs(plans, of)))
    except RunError as error:
        if len(plans) > 1:
            for plan in plans:
                if plan.indicator not in found:
                    found |= _ask(engine, jobs, (plan,), of=of)
        elif isinstance(error, OutOfMemory) and of < MOST and len(jobs(plans, of * FINER)) > of:
            found = _ask(engine, jobs, plans, of=of * FINER)
        else:
            found = {plans[0].indicator: error}
    return found


def _run(engine: Engine, jobs: Sequence[Job]) -> Iterator[tuple[str, pa.Table]]:
    if len(jobs) == 1:
        yield from engine.run(jobs[0])
        return
    parts: dict[str, list[pa.Table]] = {}
    for job in jobs:
        for name, table in engine.run(job):
            parts.setdefault(name, []).append(table)
    for name, tables in parts.items():
        yield name, _joined(name, tables, jobs[0].limits)


def _joined(name: str, tables: Sequence[pa.Table], limits: Limits) -> pa.Table:
    """Return the rows of all parts, in the order of a whole run."""
    table = pa.concat_tables(tables)
    if limits.rows is not None and table.num_rows > limits.rows:
        raise TooManyRows(f"more than {limits.rows} rows", step=name)
    if table.nbytes > limits.memory_mb << 20:
        raise OutOfMemory(f"the result is larger than {limits.memory_mb} MB", step=name)
    by = [field.name for field in table.schema if not pa.types.is_list(field.type)]
    return table.sort_by([(column, "ascending") for column in by])


def _touched(group: Together, plans: Sequence[Compiled], touched: Mapping[str, pa.Table]) -> Touched | None:
    """Return the scope values of some indicators, each once, in their order: neighbours stand in the same files."""
    if not group.columns:
        return None
    columns = list(group.columns)
    keys = pa.concat_tables([touched[plan.indicator].select(columns) for plan in plans])
    return group.touched(keys.group_by(columns).aggregate([]).sort_by([(name, "ascending") for name in columns]))
