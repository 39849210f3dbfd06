"""Lint of a whole pack: every SQL and rule compiled, every output type exact, every example executed."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.errors import AuthorError, Issue, Place
from xiezhi.engine.lint.executed import Bench, example_issues, fixed_tables
from xiezhi.engine.packs.model import Indicator, Pack
from xiezhi.engine.run.duckdb_engine import DuckEngine
from xiezhi.engine.run.jobs import Limits

LIMITS = Limits(memory_mb=512, threads=1, seconds=30.0, rows=10_000)


@dataclass(frozen=True)
class LintReport:
    """What is wrong with a pack, and how many examples were executed."""

    issues: tuple[Issue, ...]
    examples: int


def lint_pack(pack: Pack, *, calendar: str = "CN", only: tuple[str, ...] = ()) -> LintReport:
    """Return what is wrong with a loaded pack; ``only`` these indicators where given."""
    chosen = [indicator for name, indicator in sorted(pack.indicators.items()) if not only or name in only]
    issues: list[Issue] = []
    examples = 0
    with tempfile.TemporaryDirectory(prefix="xiezhi-lint-") as name, DuckEngine(limits=LIMITS) as engine:
        folder = Path(name)
        bench = Bench(pack, engine, folder, fixed_tables(pack, load_calendar(calendar), folder), LIMITS)
        for indicator in chosen:
            if not indicator.examples:
                issues.append(_no_examples(indicator))
            try:
                for example in indicator.examples:
                    issues += example_issues(bench, indicator, example)
                    examples += 1
            except AuthorError as error:
                issues += error.issues
    return LintReport(tuple(sorted(set(issues))), examples)


def _no_examples(indicator: Indicator) -> Issue:
    return Issue(
        Place(indicator.page_path),
        "examples",
        "the page has no executable example",
        "add `## Examples` with one at least",
    )
