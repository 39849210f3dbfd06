"""Lint of a whole pack: every SQL and rule compiled, every output type exact, every example executed."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.errors import AuthorError, Issue, Place
from xiezhi.engine.lint.bench import Bench, make_bench
from xiezhi.engine.lint.executed import execute
from xiezhi.engine.lint.screened import screen_issues
from xiezhi.engine.lint.shown import gap_issues
from xiezhi.engine.lint.viewed import view_issues
from xiezhi.engine.packs.model import Indicator, Pack, View
from xiezhi.engine.run.duckdb_engine import DuckEngine
from xiezhi.engine.run.jobs import Limits

_T = TypeVar("_T")
LIMITS = Limits(memory_mb=512, threads=1, seconds=30.0, rows=10_000)


@dataclass(frozen=True)
class LintReport:
    """What is wrong with a pack, and how many examples were executed."""

    issues: tuple[Issue, ...]
    examples: int


def lint_pack(pack: Pack, *, calendar: str = "CN", only: tuple[str, ...] = (), complete: bool = True) -> LintReport:
    """Return what is wrong with a loaded pack.

    Args:
        pack: the field.
        calendar: by which examples are counted.
        only: these indicators and views; all where empty.
        complete: whether the examples of active indicators must show what `shown.py` asks of them.
    """
    issues: list[Issue] = []
    examples = 0
    with tempfile.TemporaryDirectory(prefix="xiezhi-lint-") as name, DuckEngine(limits=LIMITS) as engine:
        bench = make_bench(pack, engine, Path(name), load_calendar(calendar), LIMITS)
        texts: list[View | Indicator] = [*_chosen(pack.views, only), *_chosen(pack.indicators, only)]
        for text in texts:
            try:
                issues += _view(bench, text) if isinstance(text, View) else _indicator(bench, text, complete=complete)
                examples += len(text.examples)
            except AuthorError as error:
                issues += error.issues
        if not only:
            try:
                issues += screen_issues(bench)
            except AuthorError as error:
                issues += error.issues
    return LintReport(tuple(sorted(set(issues))), examples)


def _chosen(texts: dict[str, _T], only: tuple[str, ...]) -> list[_T]:
    return [text for name, text in sorted(texts.items()) if not only or name in only]


def _view(bench: Bench, view: View) -> list[Issue]:
    return [issue for example in view.examples for issue in view_issues(bench, view, example)]


def _indicator(bench: Bench, indicator: Indicator, *, complete: bool) -> list[Issue]:
    if not indicator.examples:
        instead = "add `## Examples` with one at least"
        return [Issue(Place(indicator.page_path), "examples", "the page has no executable example", instead)]
    executed = [execute(bench, indicator, example) for example in indicator.examples]
    gaps = gap_issues(bench, indicator, executed) if complete else []
    return [issue for one in executed for issue in one.issues] + gaps
