"""What an evaluation must look at again: which indicators whole, which over touched scopes, which not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from xiezhi.engine.check.asking import Task
from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.run.scopes import is_local
from xiezhi.kernel.findings.models import Evaluation
from xiezhi.kernel.intake.models import Version
from xiezhi.kernel.intake.store import changed

_EVERYTHING = frozenset({"parameters", "rules"})  # causes of a version after which nothing may be taken as it was


@dataclass(frozen=True)
class Since:
    """What happened since the last evaluation of a field.

    Attributes:
        rows: dataset → old and new rows of what changed.
        causes: of the versions since then.
        fingerprints: indicator → that under which it was last run; empty before the first evaluation.
        as_of: the day of the last evaluation.
    """

    rows: Mapping[str, pa.Table]
    causes: frozenset[str]
    fingerprints: Mapping[str, str]
    as_of: date | None

    @property
    def changed(self) -> frozenset[str]:
        """Datasets, and ``calendar``, that changed."""
        datasets = {name for name, rows in self.rows.items() if rows.num_rows}
        return frozenset(datasets | ({"calendar"} if "calendar" in self.causes else set()))


@dataclass(frozen=True)
class Look:
    """What to run. ``scopes``: indicator → touched scope values; what stands in ``whole`` is run over everything."""

    whole: tuple[Task, ...]
    local: tuple[Task, ...]
    scopes: Mapping[str, pa.Table]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Return all that is run."""
        return (*self.whole, *self.local)


def since(field: str, version: int, last: Evaluation | None) -> Since:
    """Return what happened after the last evaluation, up to a version."""
    if last is None:
        return Since({}, frozenset(), {}, None)
    causes = Version.objects.filter(number__gt=last.version, number__lte=version).values_list("cause", flat=True)
    rows = changed(field, last.version, version) if version > last.version else {}
    return Since(rows, frozenset(causes), last.fingerprints, last.as_of)


def look(tasks: tuple[Task, ...], told: Since, as_of: date) -> Look:
    """Decide what to run: as little as gives the same findings as running everything."""
    whole: list[Task] = []
    local: list[Task] = []
    scopes: dict[str, pa.Table] = {}
    for task in tasks:
        if _must_run_whole(task, told, as_of):
            whole.append(task)
        elif keys := _touched(task.plan, told.rows):
            scopes[task.indicator.id] = keys[0]
            local.append(task)
    return Look(tuple(whole), tuple(local), scopes)


def _must_run_whole(task: Task, told: Since, as_of: date) -> bool:
    plan = task.plan
    if told.fingerprints.get(task.indicator.id) != plan.fingerprint or told.causes & _EVERYTHING:
        return True
    if plan.uses_as_of and told.as_of != as_of:
        return True
    return bool(told.changed & {name for name, _ in plan.reads}) and not is_local(plan, told.changed)


def _touched(plan: Compiled, rows: Mapping[str, pa.Table]) -> tuple[pa.Table, ...]:
    """Return the scope values of the old and the new version of each changed row; nothing where none is read."""
    parts = []
    for dataset, columns in plan.scope.restrict:
        table = rows.get(dataset)
        if table is not None and table.num_rows:
            keys = table.select(list(columns)).rename_columns(list(plan.scope.columns))
            parts.append(keys.group_by(keys.column_names).aggregate([]))
    if not parts:
        return ()
    found = pa.concat_tables(parts, promote_options="permissive")
    return (found.group_by(found.column_names).aggregate([]).drop_null(),)
