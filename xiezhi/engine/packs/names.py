"""What may be called what: names of columns and tables, and the words that SQL keeps for itself."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

NAME = re.compile(r"[a-z][a-z0-9_]*")
LONGEST = 63  # PostgreSQL cuts longer identifiers in silence

# Words that DuckDB (reserved, function and type names), PostgreSQL or Spark do not take as a bare column name.
_WORDS = """
    all analyse analyze and anti any array as asc asof asymmetric at authorization between bigint binary bit boolean
    both by case cast char character check coalesce collate collation column columns concurrently constraint create
    cross current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
    decimal default deferrable delete desc describe distinct do drop else end except exists extract false fetch float
    for foreign freeze from full generated glob grant group grouping grouping_id having ilike in initially inner inout
    insert int integer intersect interval into is isnull join lambda lateral leading left like limit localtime
    localtimestamp map merge minus national natural nchar none not notnull null nullif numeric offset on only or order
    out outer overlaps overlay pivot pivot_longer pivot_wider placing position positional precision primary qualify
    real references returning revoke right row select semi session_user setof show similar smallint some struct
    substring summarize symmetric table tablesample then time timestamp to trailing treat trim true try_cast tuple
    union unique unpack unpivot update user using values varchar variadic verbose when where window with xmlattributes
    xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
"""
RESERVED = frozenset(_WORDS.split())

# Names of tables that the engine itself puts beside a pack's.
CORE_TABLES = frozenset({"calendar", "sys", "values"})

_BETTER = {
    "at": "happened_at",
    "time": "happened_at",
    "timestamp": "happened_at",
    "from": "started_on",
    "to": "ended_on",
    "end": "ended_on",
    "case": "case_no",
    "order": "order_no",
    "group": "group_name",
    "limit": "limit_days",
    "user": "user_name",
    "position": "position_no",
    "row": "row_no",
    "values": "amounts",
    "window": "window_no",
}


_SHOWN = 12


def better_name(word: str) -> str:
    """Return a name to write in place of a reserved word: ``happened_at`` for ``at``."""
    return _BETTER.get(word, f"{word}_value")


def one_of(word: str, known: Iterable[str]) -> str:
    """Return what may have been meant: the known word most like this one, or some of those there are."""
    names = list(dict.fromkeys(known))
    more = ", …" if len(names) > _SHOWN else ""
    return nearest(word, names) or (f"there are: {', '.join(names[:_SHOWN])}{more}" if names else "there is none yet")


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` for the known word most like this one, or an empty text."""
    found = get_close_matches(word, list(known), n=1)
    return f'did you mean "{found[0]}"?' if found else ""
