"""All indicators in one job: what fails is told of the indicator that failed, and the others are as if alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from xiezhi.engine.check.asking import Task, measure_all
from xiezhi.engine.check.evaluate import Judged, Saying, judge_all
from xiezhi.engine.check.run import Request, read_facts, run_check
from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.compile.program import compile_pack
from xiezhi.engine.findings.build import IdentityNotUnique
from xiezhi.engine.findings.masking import Display
from xiezhi.engine.packs.model import Pack
from xiezhi.engine.run.duckdb_engine import DuckEngine
from xiezhi.engine.run.errors import OutOfMemory, Refused, TimedOut, TooManyRows
from xiezhi.engine.run.jobs import Engine, Job, Limits

CASES = "case_no,due_at,closed_at\nA,2025-10-10 12:00,2025-10-20 12:00\nB,2025-10-11 12:00,2025-10-11 11:00\n"
NAME = "due_missed"


@pytest.fixture
def request_(approvals: Pack, tmp_path: Path) -> Request:
    facts = tmp_path / "cases.csv"
    facts.write_text(CASES, encoding="utf-8")
    return Request(pack=approvals, files=(facts,), only=(NAME,), limits=Limits(memory_mb=400, threads=1, seconds=2.0))


@contextmanager
def ready(request: Request) -> Iterator[tuple[Engine, Task, object, Saying]]:
    with read_facts(request) as (read, engine):
        compiled = compile_pack(request.pack, fed=read.batch.fed, norm=read.source.norm, only=(NAME,))
        plan = compiled.indicators[NAME]
        assert isinstance(plan, Compiled)
        task = Task(request.pack.indicators[NAME], plan, compiled.constants(NAME))
        display = Display(read.batch.vault, read.batch.open_tokens, reveal=False)
        saying = Saying({file.number: file.path for file in read.batch.files}, (), display)
        yield engine, task, replace(read.program, views=compiled.views), saying


def spoiled(task: Task, name: str, sql: str) -> Task:
    plan = replace(task.plan, indicator=name, measure=lambda _day: sql)
    return Task(replace(task.indicator, id=name), plan, task.constants)


def subjects(judged: Judged) -> list[str]:
    return [finding["subject_id"] for finding in judged.findings]


def test_a_failure_is_told_of_its_indicator_and_stops_no_other(request_: Request) -> None:
    with ready(request_) as (engine, task, program, saying):
        measure = task.plan.measure(program.as_of)
        bad = [
            spoiled(task, "slow", "SELECT sleep_ms(60000) AS s"),
            spoiled(task, "hungry", "SELECT repeat('x', 2000000000) AS s"),
            spoiled(task, "broken", "SELECT nothing FROM cases"),
            spoiled(task, "twice", f"{measure} UNION ALL {measure}"),
        ]
        tasks = [*bad[:2], task, *bad[2:]]
        judged = judge_all(engine, program, tasks, saying)
    assert list(judged) == [task.indicator.id for task in tasks]
    assert subjects(judged[NAME]) == ["A"]
    failures = {name: type(one.failure) for name, one in judged.items() if one.failure is not None}
    assert failures == {"slow": TimedOut, "hungry": OutOfMemory, "broken": Refused, "twice": IdentityNotUnique}


def test_a_failure_to_show_evidence_is_a_failure_too(request_: Request) -> None:
    with ready(request_) as (engine, task, program, saying):
        plan = replace(task.plan, indicator="blind", evidence_sql=lambda _day: "SELECT nothing FROM cases")
        blind = Task(replace(task.indicator, id="blind"), plan, task.constants)
        judged = judge_all(engine, program, [blind, task], saying)
    assert isinstance(judged["blind"].failure, Refused)
    assert subjects(judged[NAME]) == ["A"]


class Counting(DuckEngine):
    """Counts the jobs it is asked."""

    jobs = 0

    def run(self, job: Job):
        self.jobs += 1
        return super().run(job)


def test_many_indicators_take_as_many_jobs_as_one(request_: Request) -> None:
    with ready(request_) as (_, task, program, saying), Counting(limits=request_.limits) as engine:
        twins = [Task(replace(task.indicator, id=name), replace(task.plan, indicator=name), {}) for name in "abcdefgh"]
        judged = judge_all(engine, program, twins, saying)
        assert {tuple(subjects(one)) for one in judged.values()} == {("A",)}
        assert engine.jobs == 3 + len(
            {dataset for _, dataset in task.plan.evidence}
        )  # measures, evidence, subjects; rows


def test_parts_give_the_rows_of_a_whole_run_in_their_order(request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many cases, so that the order of the parts is not that of the rows; the evidence is cut as well."""
    lines = [f"{number},2025-10-{1 + number % 9:02},2025-10-20" for number in range(400)]
    request_.files[0].write_text("case_no,due_at,closed_at\n" + "\n".join(lines) + "\n", encoding="utf-8")
    with ready(request_) as (_, task, program, saying):
        with Counting(limits=request_.limits) as engine:
            whole = judge_all(engine, program, [task], saying)[NAME]
            once = engine.jobs
        monkeypatch.setattr("xiezhi.engine.run.parts._SHARE", 1 << 19)
        monkeypatch.setattr("xiezhi.engine.run.jobs._FEW_KEYS", 10)
        with Counting(limits=request_.limits) as engine:
            parts = judge_all(engine, program, [task], saying)[NAME]
            assert engine.jobs > once + 8
    assert len(whole.findings) == 400
    assert parts.flagged == whole.flagged
    assert parts.findings == whole.findings


class Narrow(DuckEngine):
    """Has memory for a 64th part, and no more."""

    def run(self, job: Job):
        if job.queries[0].id == NAME and (job.part is None or job.part.of < 64):
            raise OutOfMemory("too much", step=NAME)
        return super().run(job)


def test_what_is_short_of_memory_is_asked_for_in_more_parts(request_: Request) -> None:
    with ready(request_) as (_, task, program, _), Narrow(limits=request_.limits) as engine:
        found = measure_all(engine, program, [task])[NAME]
        assert isinstance(found, pa.Table)
        assert found.column("subject_id").to_pylist() == ["A"]
        loose = replace(task, plan=replace(task.plan, scope=replace(task.plan.scope, proven=False)))
        assert isinstance(measure_all(engine, program, [loose])[NAME], OutOfMemory)


def test_a_limit_on_rows_holds_for_all_parts_together(request_: Request) -> None:
    lines = [f"{number},2025-10-10,2025-10-20" for number in range(80)]
    request_.files[0].write_text("case_no,due_at,closed_at\n" + "\n".join(lines) + "\n", encoding="utf-8")
    with ready(request_) as (_, task, program, _), Narrow(limits=request_.limits) as engine:
        for most, kind in ((80, pa.Table), (79, TooManyRows)):
            held = replace(program, limits=replace(program.limits, rows=most))
            assert isinstance(measure_all(engine, held, [task])[NAME], kind)


def test_a_check_of_which_nothing_is_left_fails(request_: Request) -> None:
    limits = replace(request_.limits, seconds=0.0)
    with pytest.raises(TimedOut), run_check(replace(request_, limits=limits)):
        pass
