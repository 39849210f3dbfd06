"""Evaluate part by part what is too large for the memory: a proven scope may be cut anywhere between its values.

A window, a list aggregate or a join of everything with everything cannot always spill. The same query over a quarter
of the scope values needs a quarter of the memory, and the rows of all parts together are those of the whole.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from xiezhi.engine.run.jobs import Limits, Part, Source
from xiezhi.engine.run.scopes import Together

FINER = 8  # times as many parts, when those were too large
MOST = 64  # more than these begin only where there is as much to read
_SHARE = 64  # Parquet grows in the memory of a query: a part may have this share of it on disk


def parts_wanted(group: Together, shelf: Mapping[str, Source], limits: Limits) -> int:
    """Return in how many parts to begin: 1 where all fits, or where nothing is proven."""
    if not divisible(group, shelf):
        return 1
    size = sum(Path(file).stat().st_size for source in _restricted(group, shelf) for file in source.files)
    budget = (limits.memory_mb << 20) // _SHARE
    return max(1, -(-size // budget))


def divisible(group: Together, shelf: Mapping[str, Source]) -> bool:
    """Whether the scope is proven, and its values look the same wherever they stand."""
    kinds = {
        tuple(dict(source.columns)[column] for column in group.binds[source.name] or ())
        for source in _restricted(group, shelf)
    }
    return len(kinds) == 1


def cut(group: Together, shelf: Mapping[str, Source], of: int) -> list[Part]:
    """Return the parts; they leave nothing out and share nothing."""
    restrict = tuple((name, columns) for name, columns in group.binds.items() if columns is not None)
    bounds = _bounds((source, group.binds[source.name] or ()) for source in _restricted(group, shelf))
    return [Part(number, of, restrict, bounds) for number in range(of)]


def _restricted(group: Together, shelf: Mapping[str, Source]) -> list[Source]:
    return [shelf[name] for name, columns in group.binds.items() if columns is not None]


def _bounds(sources: Iterable[tuple[Source, tuple[str, ...]]]) -> tuple[int, int] | None:
    """Return the least and greatest value by the footers of the files, where the scope is one BIGINT."""
    found: list[int] = []
    for source, columns in sources:
        if len(columns) != 1 or dict(source.columns)[columns[0]] != "BIGINT":
            return None
        found += [value for file in source.files for value in _extremes(file, columns[0])]
    return (min(found), max(found)) if found else None


def _extremes(file: str, column: str) -> list[int]:
    """Return the extremes of each row group that knows them."""
    told = pq.read_metadata(file)
    names = [told.schema.column(place).path for place in range(told.num_columns)]
    if column not in names:
        return []
    groups = (told.row_group(number).column(names.index(column)).statistics for number in range(told.num_row_groups))
    return [value for one in groups if one is not None and one.has_min_max for value in (one.min, one.max)]
