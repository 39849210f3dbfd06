"""All indicators of a run: measure, then evidence and subjects of what was flagged, then findings.

Each stage asks for all indicators together; one that fails is left out of the stages that follow.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.engine.check.asking import Answers, Task, evidence_all, measure_all
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.findings.build import Ground, build_findings, identity_columns, subject_of
from xiezhi.engine.findings.masking import Display
from xiezhi.engine.findings.rows import Row, make_row
from xiezhi.engine.packs.model import Law
from xiezhi.engine.run.jobs import Engine, Query, Touched
from xiezhi.engine.run.program import Program, tokens_of
from xiezhi.engine.words import Words

Identity = tuple[Any, ...]
Roles = dict[Identity, dict[str, list[int]]]
_FILE_COLUMNS = ("_file", "_line")
_AT_ONCE = 100_000  # rows fetched by one job, so that no number of findings fills the memory of an answer


@dataclass(frozen=True)
class Saying:
    """What findings are worded with: paths of the files by number, the law of the mapping, how tokens are shown."""

    files: Mapping[int, str]
    basis: tuple[Law, ...]
    display: Display


@dataclass(frozen=True)
class Judged:
    """What became of an indicator: its flagged rows and their findings, or how it failed."""

    flagged: pa.Table | None = None
    findings: Sequence[dict[str, Any]] = ()
    failure: XiezhiError | None = None


@dataclass(frozen=True)
class _Behind:
    """What stands behind the findings of a run.

    Attributes:
        roles: indicator → identity → evidence role → ``_row``.
        rows: dataset → ``_row`` → row.
        subjects: dataset → key of the subject → row.
    """

    roles: Mapping[str, Roles]
    rows: Mapping[str, Mapping[int, Row]]
    subjects: Mapping[str, Mapping[str, Row]]


def judge_all(
    engine: Engine,
    program: Program,
    tasks: Sequence[Task],
    saying: Saying,
    *,
    touched: Mapping[str, pa.Table] | None = None,
) -> dict[str, Judged]:
    """Return what became of each indicator, in the order of the tasks.

    ``touched``: indicator → scope values over which it is to be measured; the others are measured whole.
    """
    answers = measure_all(engine, program, tasks, touched)
    flagged = _tables(answers)
    found = [task for task in tasks if task.indicator.id in flagged and flagged[task.indicator.id].num_rows]
    evidence = evidence_all(engine, program, found, flagged)
    shown = [task for task in found if task.indicator.id in _tables(evidence)]
    roles = {name: _roles(task, flagged[name], _tables(evidence)[name]) for name, task in _named(shown)}
    behind = _Behind(
        roles,
        rows=_rows(engine, program, _wanted_rows(shown, roles), saying),
        subjects=_subjects(engine, program, shown, flagged, saying),
    )
    failed = {name: told for name, told in (answers | evidence).items() if isinstance(told, XiezhiError)}
    return {
        name: Judged(failure=failed[name]) if name in failed else _judged(program, task, flagged[name], behind, saying)
        for name, task in _named(tasks)
    }


def _named(tasks: Iterable[Task]) -> Iterator[tuple[str, Task]]:
    return ((task.indicator.id, task) for task in tasks)


def _tables(answers: Answers) -> dict[str, pa.Table]:
    return {name: told for name, told in answers.items() if isinstance(told, pa.Table)}


def _judged(program: Program, task: Task, flagged: pa.Table, behind: _Behind, saying: Saying) -> Judged:
    indicator, plan = task.indicator, task.plan
    datasets = dict(plan.evidence)
    evidence = {
        identity: {role: [behind.rows[datasets[role]][row] for row in ids] for role, ids in found.items()}
        for identity, found in behind.roles.get(indicator.id, {}).items()
    }
    declared = subject_of(program.pack, indicator.subject_type)
    ground = Ground(
        pack=program.pack,
        indicator=indicator,
        compiled=plan,
        as_of=program.as_of,
        evidence=evidence,
        subjects=behind.subjects.get(declared[0], {}) if declared else {},
        tokens=tokens_of(program.pack, plan.lineage),
        basis=saying.basis,
        assumed=assumed_words(task),
        display=saying.display,
    )
    try:
        return Judged(flagged, list(build_findings(ground, flagged.to_pylist())))
    except XiezhiError as error:
        return Judged(failure=error)


def assumed_words(task: Task) -> tuple[Words, ...]:
    """Return what was taken for columns that the source does not feed."""
    return tuple(item.words for item in task.indicator.assumes if item.target in task.plan.assumed)


def _roles(task: Task, flagged: pa.Table, evidence: pa.Table) -> Roles:
    """Return the row ids of each identity that was flagged; other rows of the touched scopes are passed over."""
    names = identity_columns(task.indicator)
    wanted = {tuple(row[name] for name in names) for row in flagged.select(list(names)).to_pylist()}
    subject = task.indicator.subject_id
    near = evidence.filter(pc.is_in(evidence.column(subject), value_set=flagged.column(subject).combine_chunks()))
    roles: Roles = {}
    for row in near.to_pylist():
        identity = tuple(row[name] for name in names)
        if identity in wanted:
            roles[identity] = {role: _listed(row[f"ev_{role}"]) for role, _ in task.plan.evidence}
    return roles


def _listed(value: int | list[int | None] | None) -> list[int]:
    if value is None:
        return []
    if isinstance(value, int):
        return [value]
    return sorted({row for row in value if row is not None})


def _wanted_rows(tasks: Sequence[Task], roles: Mapping[str, Roles]) -> dict[str, set[int]]:
    wanted: dict[str, set[int]] = {}
    for name, task in _named(tasks):
        datasets = dict(task.plan.evidence)
        for found in roles[name].values():
            for role, ids in found.items():
                wanted.setdefault(datasets[role], set()).update(ids)
    return wanted


def _rows(
    engine: Engine, program: Program, wanted: Mapping[str, set[int]], saying: Saying
) -> dict[str, dict[int, Row]]:
    found = {}
    for dataset, ids in sorted(wanted.items()):
        keys = pa.table({"_row": pa.array(sorted(ids), pa.int64())})
        found[dataset] = {row["_row"]: made for row, made in _read(engine, program, dataset, keys, saying)}
    return found


def _subjects(
    engine: Engine, program: Program, tasks: Sequence[Task], flagged: Mapping[str, pa.Table], saying: Saying
) -> dict[str, dict[str, Row]]:
    """Return the rows of the subjects of all indicators: dataset → key → row."""
    wanted: dict[str, tuple[str, list[pa.ChunkedArray]]] = {}
    for name, task in _named(tasks):
        declared = subject_of(program.pack, task.indicator.subject_type)
        ids = flagged[name].column(task.indicator.subject_id)
        if declared is not None and pa.types.is_string(ids.type):
            wanted.setdefault(declared[0], (declared[1].key, []))[1].append(ids)
    found = {}
    for dataset, (key, ids) in sorted(wanted.items()):
        keys = pa.table({key: pa.chunked_array([part for one in ids for part in one.chunks]).unique()})
        found[dataset] = {str(row[key]): made for row, made in _read(engine, program, dataset, keys, saying)}
    return found


def _read(
    engine: Engine, program: Program, dataset: str, keys: pa.Table, saying: Saying
) -> Iterator[tuple[dict[str, Any], Row]]:
    """Yield the rows of a dataset that have one of the keys (one column, named as in the dataset), with evidence."""
    declared = program.pack.datasets[dataset]
    names = ", ".join(f'"{name}"' for name in (*declared.visible, *_FILE_COLUMNS))
    query = Query("rows", f'SELECT {names} FROM "{dataset}"')
    for first in range(0, keys.num_rows, _AT_ONCE):
        touched = Touched(keys.slice(first, _AT_ONCE), ((dataset, tuple(keys.column_names)),))
        table = dict(engine.run(program.job((dataset,), (query,), touched=touched)))["rows"]
        for row in table.to_pylist():
            yield row, make_row(declared, row, saying.files)
