"""A draft indicator over files: compiled like a published one, run in the same sandbox, its rows given back."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from xiezhi.engine.check.run import OnProgress, Request, read_facts
from xiezhi.engine.compile.program import compile_views, draft_of
from xiezhi.engine.errors import AuthorError, Issue
from xiezhi.engine.packs.section import read_utf8
from xiezhi.engine.run.jobs import Query


def try_draft(path: Path, request: Request, *, progress: OnProgress | None = None) -> pa.Table:
    """Return the rows of a draft SELECT.

    Raises:
        AuthorError: the draft is refused, with line, column and what to write instead.
        RunError: it took too long, too much memory, or gave too many rows.
    """
    issues: list[Issue] = []
    sql = read_utf8(path, issues)
    if sql is None:
        raise AuthorError(issues)
    with read_facts(request, progress=progress) as (read, engine):
        views = compile_views(read.program.pack, norm=read.source.norm)
        draft = draft_of(sql, path, read.program.pack, norm=read.source.norm)
        program = replace(read.program, views=views)
        job = program.job(draft.names, (Query("draft", draft.sql(read.as_of)),))
        engine.describe(job)  # refuses output types that have no exact text, before anything is run
        return dict(engine.run(job))["draft"]
