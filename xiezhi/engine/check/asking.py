"""Ask the engine about many indicators at once, in as few jobs as their bindings allow.

Views, derived tables and files are then opened once for all. What fails in company is asked again alone: a failure is
always that of the indicator it is told of, and stops no other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.packs.model import Indicator
from xiezhi.engine.run.errors import RunError
from xiezhi.engine.run.jobs import Engine, Job, Query, Touched
from xiezhi.engine.run.program import Program
from xiezhi.engine.run.scopes import Together, group_by_scope, names_behind

Answers = dict[str, pa.Table | RunError]
Constants = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Task:
    """An indicator that can run. ``constants``: dataset → column → SQL literal for what the source does not feed."""

    indicator: Indicator
    plan: Compiled
    constants: Constants


def measure_all(
    engine: Engine, program: Program, tasks: Sequence[Task], touched: Mapping[str, pa.Table] | None = None
) -> Answers:
    """Return the flagged rows (rule, level, outputs) of each indicator, or how it failed.

    ``touched``: indicator → scope values, one column for each of its proven scope; it is measured over these only.
    """
    found: Answers = {}
    local = touched or {}
    for alike in _alike(task for task in tasks if task.indicator.id not in local):
        found |= _ask(engine, partial(_measuring, program, alike[0].constants), [task.plan for task in alike])
    for alike in _alike(task for task in tasks if task.indicator.id in local):
        for group in group_by_scope(task.plan for task in alike):
            found |= _ask(engine, partial(_measuring_local, program, alike[0].constants, group, local), group.plans)
    return found


def evidence_all(engine: Engine, program: Program, tasks: Sequence[Task], flagged: Mapping[str, pa.Table]) -> Answers:
    """Return the identities and ev_ columns of each indicator, at least those of its flagged rows, or how it failed."""
    found: Answers = {}
    for alike in _alike(tasks):
        for group in group_by_scope(task.plan for task in alike):
            found |= _ask(engine, partial(_showing, program, alike[0].constants, group, flagged), group.plans)
    return found


def _measuring(program: Program, constants: Constants, plans: Sequence[Compiled]) -> Job:
    queries = [Query(plan.indicator, plan.measure(program.as_of)) for plan in plans]
    return program.job(names_behind(plans), queries, constants=constants)


def _measuring_local(
    program: Program,
    constants: Constants,
    group: Together,
    touched: Mapping[str, pa.Table],
    plans: Sequence[Compiled],
) -> Job:
    queries = [Query(plan.indicator, plan.measure(program.as_of)) for plan in plans]
    scopes = _touched(group, [touched[plan.indicator] for plan in plans])
    return program.job(names_behind(plans), queries, touched=scopes, constants=constants)


def _showing(
    program: Program,
    constants: Constants,
    group: Together,
    flagged: Mapping[str, pa.Table],
    plans: Sequence[Compiled],
) -> Job:
    queries = [Query(plan.indicator, plan.evidence_sql(program.as_of)) for plan in plans]
    touched = _touched(group, [flagged[plan.indicator] for plan in plans])
    return program.job(names_behind(plans), queries, touched=touched, constants=constants)


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


def _ask(engine: Engine, job: Callable[[Sequence[Compiled]], Job], plans: Sequence[Compiled]) -> Answers:
    found: Answers = {}
    try:
        found.update(engine.run(job(plans)))
    except RunError as error:
        if len(plans) == 1:
            return {plans[0].indicator: error}
        for plan in plans:
            if plan.indicator not in found:
                found |= _ask(engine, job, (plan,))
    return found


def _touched(group: Together, flagged: Sequence[pa.Table]) -> Touched | None:
    if not group.columns:
        return None
    keys = pa.concat_tables([table.select(list(group.columns)) for table in flagged])
    return group.touched(keys.group_by(list(group.columns)).aggregate([]))
