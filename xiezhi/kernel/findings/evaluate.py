"""Evaluating a field: each version once, each day once, the missed days in order and before new facts.

One evaluation runs what may have changed and no more, and gives the same findings as running everything: scopes that
are proven are looked at again where a row of theirs changed; what reads the day is run whole when a day begins; what
reads the calendar, when that changed; what has another fingerprint than last time, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from xiezhi.engine.check.asking import Task
from xiezhi.engine.check.evaluate import Judged, Saying, judge_all
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.findings.masking import Display
from xiezhi.engine.packs.model import Status
from xiezhi.kernel.fields import fields
from xiezhi.kernel.findings.causes import Causes
from xiezhi.kernel.findings.changes import Body, Changes, tell
from xiezhi.kernel.findings.evaluator import engine
from xiezhi.kernel.findings.field import Prepared, prepared
from xiezhi.kernel.findings.figures import is_old, refresh
from xiezhi.kernel.findings.keeping import Found, Kept, found, keep, live_of, scope_text
from xiezhi.kernel.findings.models import Evaluation
from xiezhi.kernel.findings.reach import Look, Since, look, since
from xiezhi.kernel.intake.feeds import stale_datasets
from xiezhi.kernel.intake.leases import Claim, claim, release, still_held
from xiezhi.kernel.intake.models import Source, Tick, Version
from xiezhi.kernel.intake.store import file_names
from xiezhi.kernel.ledger.actions import record
from xiezhi.kernel.ledger.author import SYSTEM

_LEASE_SECONDS = 3600.0


class FieldFailed(XiezhiError):  # noqa: N818  named by what it says
    """A field could not be evaluated; the others were."""


@dataclass(frozen=True)
class _Run:
    """One evaluation that has been computed and not yet been written."""

    field: str
    version: int
    as_of: date
    ready: Prepared
    told: Since
    wanted: Look
    judged: dict[str, Judged]
    begun: datetime
    at: datetime


def evaluate_pending(at: datetime) -> int:
    """Evaluate every field that has facts up to its newest version and to today; return how many evaluations ran.

    The figures of its board follow, once the findings are written and can be seen.
    """
    fed = set(Source.objects.filter(batches__version__isnull=False).values_list("field", flat=True))
    done, failed = 0, []
    for field in fields().packs:
        if field not in fed:
            continue
        try:
            done += _up_to_date(field, at)
        except XiezhiError as error:
            failed.append(f"{field}: {error}")
    if failed:
        raise FieldFailed("; ".join(failed))
    return done


def _up_to_date(field: str, at: datetime) -> int:
    if next(_due(field, timezone.localdate(at)), None) is None and not is_old(field):
        return 0
    claimed = claim(f"evaluate:{field}", seconds=_LEASE_SECONDS)
    if claimed is None:
        return 0
    try:
        done = 0
        while (due := next(_due(field, timezone.localdate(at)), None)) is not None:
            _evaluate(field, *due, claimed=claimed, at=at)
            done += 1
        refresh(field)
        return done
    finally:
        release(claimed)


def _due(field: str, today: date) -> Iterator[tuple[int, date]]:
    """Yield (version, day) still to be evaluated, in order: missed days on the last version, then the newest one."""
    newest = Version.objects.filter(Q(field=field) | Q(field="")).order_by("-number").first()
    last = _last(field)
    if newest is None:
        return
    if last is None:
        yield newest.number, today
        return
    day = last.as_of
    while day < today:
        day += timedelta(days=1)
        yield last.version, day
    if newest.number > last.version:
        yield newest.number, max(today, last.as_of)


def _last(field: str) -> Evaluation | None:
    return Evaluation.objects.filter(field=field, state=Evaluation.State.DONE).order_by("-as_of", "-version").first()


def _evaluate(field: str, version: int, as_of: date, *, claimed: Claim, at: datetime) -> None:
    told = since(field, version, _last(field))
    begun = timezone.now()
    ready = prepared(field, version, as_of)
    wanted = look(ready.tasks, told, as_of)
    saying = Saying(file_names(field), tuple(ready.desk.norm.basis), Display())
    judged = judge_all(engine(), ready.program, wanted.tasks, saying, touched=wanted.scopes)
    run = _Run(field, version, as_of, ready, told, wanted, judged, begun, at)
    with transaction.atomic():
        still_held(claimed)
        evaluation = _record(run)
        kept = _keep(run)
        Tick.objects.get_or_create(field=field, day=as_of, defaults={"done_at": at})
        if kept.before or kept.after:
            tell(_changes(run, evaluation, kept))


def _keep(run: _Run) -> Kept:
    before: dict[str, Body] = {}
    after: dict[str, Body] = {}
    for task in run.wanted.tasks:
        result = run.judged[task.indicator.id]
        if result.failure is not None or result.flagged is None:
            continue  # what failed says nothing: neither that something is so, nor that it is over
        scopes = run.wanted.scopes.get(task.indicator.id)
        texts = None if scopes is None else {scope_text(row.values()) for row in scopes.to_pylist()}
        live = live_of(run.field, task.indicator.id, texts)
        # Indicators that share a job are measured over the scopes of all of them: each keeps to its own.
        now = (item for item in _found(task, result) if texts is None or item.scope in texts)
        kept = keep(live, now, version=run.version)
        before |= kept.before
        after |= kept.after
    return Kept(before, after)


def _found(task: Task, result: Judged) -> Iterator[Found]:
    rows = [] if result.flagged is None else result.flagged.to_pylist()
    return found(task.indicator, rows, result.findings, trial=task.indicator.status is Status.TRIAL)


def _record(run: _Run) -> Evaluation:
    failed = {name: str(item.failure) for name, item in run.judged.items() if item.failure is not None}
    now = {task.indicator.id: task.plan.fingerprint for task in run.ready.tasks}
    for name, error in failed.items():
        now.pop(name)  # it is run whole again next time
        _tell_failure(run, name, error)
    not_run = {name: words.as_json() for name, words in run.ready.missing.items()}
    not_run |= {name: {"zh": f"运行失败：{error}", "en": f"it failed: {error}"} for name, error in failed.items()}
    looked: dict[str, str | int] = {task.indicator.id: "whole" for task in run.wanted.whole}
    return Evaluation.objects.create(
        field=run.field,
        version=run.version,
        as_of=run.as_of,
        kind=_kind(run),
        state=Evaluation.State.DONE,
        started_at=run.begun,
        ended_at=timezone.now(),
        not_run=not_run,
        counts={name: len(item.findings) for name, item in run.judged.items()},
        fingerprints=now,
        looked_at=looked | {name: keys.num_rows for name, keys in run.wanted.scopes.items()},
    )


def _kind(run: _Run) -> str:
    if run.told.as_of is not None and run.told.as_of < run.as_of:
        return "tick"
    return "touched" if run.wanted.local else "whole"


def _tell_failure(run: _Run, name: str, error: str) -> None:
    record(
        kind="evaluation.failed",
        about=("indicator", f"{run.field}.{name}"),
        by=SYSTEM,
        at=run.at,
        field=run.field,
        data={"indicator": name, "error": error, "version": run.version},
    )


def _changes(run: _Run, evaluation: Evaluation, kept: Kept) -> Changes:
    return Changes(
        field=run.field,
        version=run.version,
        as_of=run.as_of,
        at=run.at,
        before=kept.before,
        after=kept.after,
        cause_of=Causes(run.ready.pack, run.told, evaluation.fingerprints).of,
        stale=frozenset(stale_datasets(run.field)),
        reads={task.indicator.id: frozenset(name for name, _ in task.plan.reads) for task in run.ready.tasks},
    )
