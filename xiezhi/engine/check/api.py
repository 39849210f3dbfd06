"""`xiezhi.check(...)`: the check from Python, for notebooks and scripts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq

from xiezhi.engine.check.outcome import Outcome
from xiezhi.engine.check.run import Request, run_check
from xiezhi.engine.packs.load import load_pack, pack_folder
from xiezhi.engine.run.jobs import Limits


def check(
    field: str,
    files: str | Path | Sequence[str | Path],
    *,
    map: str | Path | None = None,  # noqa: A002  the word of the command line
    as_of: date | None = None,
    platforms: str | Path | Sequence[str | Path] = (),
    trial: bool = False,
    key: bytes | None = None,
    reveal: bool = False,
    limits: Limits | None = None,
) -> Outcome:
    """Check files by the rules of a field and return the outcome: findings, Arrow tables, what was not run.

    Args:
        field: id of the field, such as ``approvals``.
        files: CSV, JSON Lines or XES, also compressed; one file or several.
        map: the mapping file; without it files are named after their datasets.
        as_of: the day open cases are judged on, as a ``date``; None = day of the newest event.
        platforms: one further folder of packs, or several.
        trial: run trial indicators too.
        key: of the identity tokens; None = the fixed, documented one.
        reveal: show names in full.
        limits: memory in MB, threads, seconds of one evaluation.

    Raises:
        ValueError: no file is named.
        XiezhiError: a subclass for each failure that can be foreseen.
    """
    paths = _paths(files)
    if not paths:
        raise ValueError("files names no file: give one path, or a list of at least one")
    request = Request(
        pack=load_pack(pack_folder(field, _paths(platforms))),
        files=paths,
        mapping=Path(map) if map is not None else None,
        as_of=_day(as_of),
        trial=trial,
        key=key,
        reveal=reveal,
        limits=limits or Limits(),
    )
    with run_check(request) as outcome:
        return replace(outcome, rejected=pq.read_table(outcome.batch.quarantine))


def _paths(given: str | Path | Sequence[str | Path]) -> list[Path]:
    return [Path(given)] if isinstance(given, str | Path) else [Path(path) for path in given]


def _day(given: date | None) -> date | None:
    """Return the day, also of a moment; a text is refused, since it could be written in several ways."""
    if given is None or isinstance(given, date):
        return given.date() if isinstance(given, datetime) else given
    raise TypeError(f"as_of must be a datetime.date, not {given!r}")
