"""All indicators in one job: what fails is told of the indicator that failed, and the others are as if alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from xiezhi.engine.check.asking import Task
from xiezhi.engine.check.evaluate import Judged, Saying, judge_all
from xiezhi.engine.check.run import Request, read_facts, run_check
from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.compile.program import compile_pack
from xiezhi.engine.findings.build import IdentityNotUnique
from xiezhi.engine.findings.masking import Display
from xiezhi.engine.packs.model import Pack
from xiezhi.engine.run.duckdb_engine import DuckEngine
from xiezhi.engine.run.errors import OutOfMemory, Refused, TimedOut
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


def test_a_check_of_which_nothing_is_left_fails(request_: Request) -> None:
    limits = replace(request_.limits, seconds=0.0)
    with pytest.raises(TimedOut), run_check(replace(request_, limits=limits)):
        pass
