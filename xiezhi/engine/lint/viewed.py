"""One example of a view's page, executed: tables given, the view's rows compared with the table expected."""

from xiezhi.engine.compile.compiler import lineage
from xiezhi.engine.compile.missing import Missing, needs, unfed
from xiezhi.engine.errors import Issue
from xiezhi.engine.lint.bench import Bench, fed_by
from xiezhi.engine.lint.compared import Page, differences, repeated
from xiezhi.engine.packs.model import Example, View
from xiezhi.engine.run.errors import RunError
from xiezhi.engine.run.jobs import Query
from xiezhi.engine.run.program import tokens_of


def view_issues(bench: Bench, view: View, example: Example) -> list[Issue]:
    """Return what the example says and the view does not do; empty when they agree.

    Raises:
        AuthorError: a view of the pack does not compile.
    """
    page = Page(view.sql_path.with_suffix(".md"), "view", "mend the example or the SQL")
    catalog = bench.catalog(example)
    table = catalog.tables[view.name]
    missing = unfed(bench.pack, needs(table.relation, frozenset()), table.relation.bases, fed_by(bench.pack, example))
    if missing:
        return [] if example.not_run else [page.issue(example, f"was not run: {Missing(missing).words.en}")]
    if example.not_run:
        return [page.issue(example, "was run, though `expect not run` says that it cannot be")]
    names = tuple(table.columns)
    query = Query("view", f"SELECT {', '.join(names)} FROM {view.name}")
    try:
        job = bench.program(example, catalog.views).job((view.name,), (query,))
        rows = dict(bench.engine.run(job))["view"].to_pylist()
    except RunError as error:
        return [page.issue(example, str(error))]
    tokens = tokens_of(bench.pack, lineage(table.relation, names, frozenset()))
    found = differences(page, example, rows, tokens=tokens, columns=names, usual=names)
    return [*found, *repeated(page, example, rows, view.key, "key")]
