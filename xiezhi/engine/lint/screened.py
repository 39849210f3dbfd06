"""Lint of pages and board: every binding and every figure compiled, and described by the engine."""

from collections.abc import Iterator
from datetime import date

from xiezhi.engine.compile.catalog import Catalog
from xiezhi.engine.compile.screens import CompiledFigure, Reading, compile_figure, compile_reading
from xiezhi.engine.compile.views import build_catalog
from xiezhi.engine.errors import AuthorError, Issue, Place
from xiezhi.engine.lint.bench import Bench
from xiezhi.engine.packs.model import Example, Pack
from xiezhi.engine.packs.screens import Binding, Screen
from xiezhi.engine.run.errors import RunError
from xiezhi.engine.run.jobs import Query

_DAY = date(2025, 12, 31)


def screen_issues(bench: Bench) -> list[Issue]:
    """Return what is wrong with the pages and the board of a pack.

    Raises:
        AuthorError: a view of the pack does not compile.
    """
    pack = bench.pack
    if not pack.screens and not pack.board:
        return []
    catalog = build_catalog(pack)
    issues: list[Issue] = []
    for place, query in _queries(pack, catalog, issues):
        example = Example(place.path.name, place.line, _DAY, {}, ())
        try:
            job = bench.program(example, catalog.views).job(query.names, (Query("shown", query.sql(_DAY)),))
            bench.engine.describe(job)
        except RunError as error:
            issues.append(Issue(place, "sql", str(error), "mend the SQL"))
    return issues


def _queries(pack: Pack, catalog: Catalog, issues: list[Issue]) -> Iterator[tuple[Place, Reading | CompiledFigure]]:
    for figure in pack.board.values():
        try:
            yield Place(figure.path, figure.line), compile_figure(figure, catalog, pack)
        except AuthorError as error:
            issues += error.issues
    for screen in pack.screens.values():
        for binding in _bindings(screen):
            try:
                yield Place(screen.path, binding.line), _reading(pack, catalog, screen, binding)
            except AuthorError as error:
                issues += error.issues


def _bindings(screen: Screen) -> Iterator[Binding]:
    for component in screen.components:
        yield from component.bindings.values()


def _reading(pack: Pack, catalog: Catalog, screen: Screen, binding: Binding) -> Reading:
    declared = [d.subject for d in pack.datasets.values() if d.subject is not None and d.subject.type == screen.subject]
    return compile_reading(binding, declared[0].key, catalog, pack, screen.path)
