"""One example of an indicator's page, executed: tables given, findings compared with the table expected."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xiezhi.engine.compile.program import Missing
from xiezhi.engine.errors import Issue
from xiezhi.engine.findings.build import identity_columns
from xiezhi.engine.lint.bench import Bench
from xiezhi.engine.lint.compared import Page, differences, repeated
from xiezhi.engine.packs.model import Example, Indicator
from xiezhi.engine.run.errors import RunError
from xiezhi.engine.run.jobs import Query
from xiezhi.engine.run.program import tokens_of


@dataclass(frozen=True)
class Executed:
    """What became of an example: its issues, and where it was run its rows and the targets that were assumed.

    ``flagged``: rows by rule and level. ``measured``: all rows, whether a rule holds or not.
    """

    example: Example
    issues: tuple[Issue, ...]
    ran: bool = False
    flagged: tuple[Mapping[str, Any], ...] = ()
    measured: tuple[Mapping[str, Any], ...] = ()
    assumed: tuple[str, ...] = ()


def execute(bench: Bench, indicator: Indicator, example: Example) -> Executed:
    """Run an example; without issues the indicator does what the example says.

    Raises:
        AuthorError: the indicator does not compile.
    """
    page = Page(indicator.page_path, "indicator", "mend the example, the SQL or the rules")
    compiled = bench.indicator(indicator, example)
    plan = compiled.indicators[indicator.id]
    if isinstance(plan, Missing):
        missed = () if example.not_run else (page.issue(example, f"was not run: {plan.words.en}"),)
        return Executed(example, missed)
    if example.not_run:
        return Executed(example, (page.issue(example, "was run, though `expect not run` says that it cannot be"),))
    program = bench.program(example, compiled.views)
    queries = (Query("measure", plan.measure(example.as_of)), Query("raw", plan.raw(example.as_of)))
    try:
        job = program.job(plan.names, queries, constants=compiled.constants(indicator.id))
        tables = dict(bench.engine.run(job))
    except RunError as error:
        return Executed(example, (page.issue(example, str(error)),))
    flagged = tuple(tables["measure"].to_pylist())
    issues = differences(
        page,
        example,
        flagged,
        tokens=tokens_of(bench.pack, plan.lineage),
        columns=tables["measure"].column_names,
        usual=("rule", indicator.subject_id, "level"),
    )
    measured = tuple(tables["raw"].to_pylist())
    issues += repeated(page, example, measured, identity_columns(indicator), "identity")
    return Executed(example, tuple(issues), ran=True, flagged=flagged, measured=measured, assumed=plan.assumed)
