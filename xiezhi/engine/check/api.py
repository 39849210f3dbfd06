"""`xiezhi.check(...)`: the check from Python, for notebooks and scripts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from xiezhi.engine.check.outcome import Outcome
from xiezhi.engine.check.run import Request, run_check
from xiezhi.engine.packs.load import load_pack, pack_folder
from xiezhi.engine.run.jobs import Limits


def check(
    field: str,
    files: Sequence[str | Path],
    *,
    map: str | Path | None = None,  # noqa: A002  the word of the command line
    as_of: date | None = None,
    platforms: Sequence[str | Path] = (),
    trial: bool = False,
    key: bytes | None = None,
    reveal: bool = False,
    limits: Limits | None = None,
) -> Outcome:
    """Check files by the rules of a field and return the outcome: findings, Arrow tables, what was not run.

    Args:
        field: id of the field, such as ``approvals``.
        files: CSV, JSON Lines or XES, also compressed.
        map: the mapping file; without it files are named after their datasets.
        as_of: the day open cases are judged on; None = day of the newest event.
        platforms: further folders of packs.
        trial: run trial indicators too.
        key: of the identity tokens; None = the fixed, documented one.
        reveal: show names in full.
        limits: memory in MB, threads, seconds of one evaluation.

    Raises:
        XiezhiError: a subclass for each failure that can be foreseen.
    """
    request = Request(
        pack=load_pack(pack_folder(field, [Path(folder) for folder in platforms])),
        files=[Path(file) for file in files],
        mapping=Path(map) if map is not None else None,
        as_of=as_of,
        trial=trial,
        key=key,
        reveal=reveal,
        limits=limits or Limits(),
    )
    with run_check(request) as outcome:
        return replace(outcome, rejected=pq.read_table(outcome.batch.quarantine))
