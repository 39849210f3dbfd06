"""One indicator over one run: measure, then evidence and subjects of what was flagged, then findings."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import pyarrow as pa

from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.findings.build import Ground, build_findings, identity_columns, subject_of
from xiezhi.engine.findings.masking import Display
from xiezhi.engine.findings.rows import Row, make_row
from xiezhi.engine.packs.model import Indicator, Law
from xiezhi.engine.run.jobs import Engine, Job, Query, Touched
from xiezhi.engine.run.program import Program, measured, tokens_of
from xiezhi.engine.words import Words

Constants = Mapping[str, Mapping[str, str]]
Identity = tuple[Any, ...]
_FILE_COLUMNS = ("_file", "_line")


def answer(engine: Engine, program: Program, compiled: Compiled, *, constants: Constants) -> pa.Table:
    """Return the flagged rows of an indicator: rule, level, outputs."""
    return dict(engine.run(measured(program, compiled, constants=constants)))["measure"]


def findings_of(
    engine: Engine,
    program: Program,
    indicator: Indicator,
    compiled: Compiled,
    flagged: pa.Table,
    *,
    files: Mapping[int, str],
    basis: Sequence[Law],
    assumed: Sequence[Words],
    constants: Constants,
    display: Display,
) -> list[dict[str, Any]]:
    """Return the findings of the flagged rows, in order."""
    if flagged.num_rows == 0:
        return []
    named = flagged.to_pylist()
    wanted = {tuple(row[name] for name in identity_columns(indicator)) for row in named}
    job = _evidence_job(program, compiled, flagged, constants=constants)
    roles = _roles(dict(engine.run(job))["evidence"], indicator, compiled, wanted)
    datasets = dict(compiled.evidence)
    rows = {
        dataset: _rows(engine, program, dataset, _ids(roles, dataset, datasets), files)
        for dataset in sorted(set(datasets.values()))
    }
    evidence = {
        identity: {role: [rows[datasets[role]][row] for row in ids] for role, ids in found.items()}
        for identity, found in roles.items()
    }
    tokens = tokens_of(program.pack, compiled.lineage)
    ground = Ground(
        pack=program.pack,
        indicator=indicator,
        compiled=compiled,
        as_of=program.as_of,
        evidence=evidence,
        subjects=_subjects(engine, program, indicator, flagged, files),
        tokens=tokens,
        basis=tuple(basis),
        assumed=tuple(assumed),
        display=display,
    )
    return list(build_findings(ground, named))


def _evidence_job(program: Program, compiled: Compiled, flagged: pa.Table, *, constants: Constants) -> Job:
    """Return the job that gives the ev_ columns, query id ``evidence``; of touched scopes where that is proven."""
    touched = None
    if compiled.scope.proven and compiled.scope.restrict:
        keys = flagged.select(list(compiled.scope.columns)).group_by(list(compiled.scope.columns)).aggregate([])
        touched = Touched(keys, compiled.scope.restrict)
    query = Query("evidence", compiled.evidence_sql(program.as_of))
    return program.job(compiled.names, (query,), touched=touched, constants=constants)


def _roles(
    table: pa.Table, indicator: Indicator, compiled: Compiled, wanted: AbstractSet[Identity]
) -> dict[Identity, dict[str, list[int]]]:
    """Return identity → evidence role → row ids, for the identities wanted."""
    names = identity_columns(indicator)
    found: dict[Identity, dict[str, list[int]]] = {}
    for row in table.to_pylist():
        identity = tuple(row[name] for name in names)
        if identity in wanted:
            found[identity] = {role: _listed(row[f"ev_{role}"]) for role, _ in compiled.evidence}
    return found


def _listed(value: int | list[int | None] | None) -> list[int]:
    if value is None:
        return []
    if isinstance(value, int):
        return [value]
    return sorted({row for row in value if row is not None})


def _ids(roles: Mapping[Identity, Mapping[str, Iterable[int]]], dataset: str, datasets: Mapping[str, str]) -> list[int]:
    return sorted(
        {row for found in roles.values() for role, ids in found.items() if datasets[role] == dataset for row in ids}
    )


def _rows(
    engine: Engine, program: Program, dataset: str, ids: Sequence[int], files: Mapping[int, str]
) -> dict[int, Row]:
    if not ids:
        return {}
    keys = pa.table({"_row": pa.array(ids, pa.int64())})
    return {row["_row"]: made for row, made in _read(engine, program, dataset, keys, files)}


def _subjects(
    engine: Engine, program: Program, indicator: Indicator, flagged: pa.Table, files: Mapping[int, str]
) -> dict[str, Row]:
    declared = subject_of(program.pack, indicator.subject_type)
    if declared is None:
        return {}
    dataset, subject = declared
    ids = flagged.column(indicator.subject_id).unique()
    keys = pa.table({subject.key: ids})
    if not pa.types.is_string(ids.type):
        return {}
    return {str(row[subject.key]): made for row, made in _read(engine, program, dataset, keys, files)}


def _read(
    engine: Engine, program: Program, dataset: str, keys: pa.Table, files: Mapping[int, str]
) -> list[tuple[dict[str, Any], Row]]:
    """Return the rows of a dataset that have one of the keys (one column, named as in the dataset), with evidence."""
    declared = program.pack.datasets[dataset]
    names = ", ".join(f'"{name}"' for name in (*declared.visible, *_FILE_COLUMNS))
    touched = Touched(keys, ((dataset, tuple(keys.column_names)),))
    job = program.job((dataset,), (Query("rows", f'SELECT {names} FROM "{dataset}"'),), touched=touched)
    table = dict(engine.run(job))["rows"]
    return [(row, make_row(declared, row, files)) for row in table.to_pylist()]
