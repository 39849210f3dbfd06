"""The SELECT that types the texts of one batch, and the shapes that texts must have.

DuckDB's casts take more than a clerk means ("epoch", "0x10", "1e5"), so a cast is tried only on a text of the right
shape. A time without offset is local in the zone. One that the clock skipped in spring is read as if the clock had not
yet been put forward (02:30 becomes 03:30); one that came twice in autumn is the second, in standard time.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files

from xiezhi.engine.columns import ColumnType, Kind
from xiezhi.engine.intake.cells import REASON
from xiezhi.engine.intake.sections import Feed, Section

FACTOR = 64  # _error = feed × FACTOR + reason
_YEAR = r"([1-9]\d{3}|0[1-9]\d{2}|00[1-9]\d|000[1-9])"
_DAY = _YEAR + r"-\d{2}-\d{2}"
_TIME = _DAY + r"([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-](0\d|1[0-4])(:?\d{2})?)?)?"
_DIGITS = r"[+-]?(\d+|\d{1,3}(,\d{3})+)"
_TRUE = "('true', 'yes', '是', '1')"
_FALSE = "('false', 'no', '否', '0')"
_NUMBERS = (Kind.INTEGER, Kind.MONEY, Kind.DECIMAL)
_REASON_OF = {
    Kind.INTEGER: "not_integer",
    Kind.MONEY: "not_money",
    Kind.DECIMAL: "not_decimal",
    Kind.BOOLEAN: "not_boolean",
    Kind.DATE: "not_date",
    Kind.TIME: "not_time",
}


@dataclass(frozen=True)
class Steady:
    """From ``begin`` to ``end`` (in UTC, days inside the real bounds) a zone is ``offset_us`` ahead of UTC."""

    begin: datetime
    end: datetime
    offset_us: int


def select(
    section: Section, *, first_day: date, last_day: date, resolved: frozenset[int], steady: Steady | None = None
) -> str:
    """Return the SELECT over ``raw``: columns ``c0…`` (texts or tokens), ``k0…`` (reasons, for ``resolved``).

    ``steady``: when the zone keeps one offset. It changes no value: there the rules of the zone need not be asked.
    """
    plain, values, local, outputs, faults = [], [], [], ["_line"], []
    for number, feed in enumerate(section.feeds):
        value = _value(feed, f"c{number}")
        if feed.column.type.kind is Kind.TIME and not feed.direct:
            if steady is not None and feed.map.format is None:
                plain.append(f"TRY_CAST(c{number} AS TIMESTAMP) AS p{number}")
                value = _unasked(number, steady, value)
            local.append(f"{_local(section.zone, number, steady)} AS l{number}")
        values.append(f"{value} AS v{number}")
        outputs += _outputs(feed, number)
        faults += [
            f"WHEN {condition} THEN {number * FACTOR + REASON[reason]}"
            for condition, reason in _faults(feed, number, (first_day, last_day))
        ]
        if number in resolved:
            faults.append(f"WHEN k{number} > 0 THEN {number * FACTOR} + k{number}")
    return template("typed").format(
        plain="".join(f", {one}" for one in plain),
        values=", ".join(values),
        local="".join(f", {one}" for one in local),
        outputs=", ".join(outputs),
        faults=" ".join(faults) or "WHEN false THEN 0",
    )


def quoted(name: str) -> str:
    """Return an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return an SQL string."""
    return "'" + text.replace("'", "''") + "'"


@cache
def template(name: str) -> str:
    """Return the SQL text beside this module, with its places in braces."""
    return files(__package__).joinpath(f"{name}.sql").read_text("utf-8")


def _value(feed: Feed, text: str) -> str:
    kind = feed.column.type.kind
    if feed.direct:
        return text
    if kind in (Kind.DATE, Kind.TIME):
        return _moment(feed, text)
    if kind in _NUMBERS:
        return _number(feed.column.type, text)
    if kind is Kind.BOOLEAN:
        return f"CASE WHEN lower({text}) IN {_TRUE} THEN true WHEN lower({text}) IN {_FALSE} THEN false END"
    return f"{literal(feed.prefix)} || {text}" if feed.prefix else text


def _number(kind: ColumnType, text: str) -> str:
    """Return a number out of digits with or without thousands separators; decimals beyond the scale must be zeros."""
    plain = f"replace({text}, ',', '')"
    shape = _DIGITS + rf"(\.\d{{0,{_decimals(kind)}}}0*)?"
    if kind.kind is Kind.MONEY:
        return _if_shaped(text, shape, f"TRY_CAST(TRY_CAST({plain} AS DECIMAL(20, 2)) * 100 AS BIGINT)")
    return _if_shaped(text, shape, f"TRY_CAST({plain} AS {kind.stored})")


def _decimals(kind: ColumnType) -> int:
    return {Kind.INTEGER: 0, Kind.MONEY: 2}.get(kind.kind, kind.scale)


def _moment(feed: Feed, text: str) -> str:
    """Return a DATE, or the TIMESTAMPTZ of a time; the session's zone is the section's."""
    is_date = feed.column.type.kind is Kind.DATE
    if feed.map.format is not None:
        parsed = f"CAST(try_strptime({text}, {literal(feed.map.format)}) AS TIMESTAMPTZ)"
        return f"CAST({parsed} AS DATE)" if is_date else parsed
    cast = f"TRY_CAST({text} AS TIMESTAMPTZ)"
    instant = _if_shaped(text, _TIME, f"coalesce({cast}, TRY_CAST(replace({text}, ',', '.') AS TIMESTAMPTZ))")
    if not is_date:
        return instant
    day = f"CASE WHEN regexp_full_match({text}, '{_DAY}') THEN TRY_CAST({text} AS DATE)"
    return f"{day} ELSE CAST({instant} AS DATE) END"


def _unasked(number: int, steady: Steady, value: str) -> str:
    """Return a time whose text is exactly what the local time is written as, in a steady stretch; else ``value``."""
    plain = f"p{number}"
    inside = f"{plain} BETWEEN TIMESTAMP '{steady.begin}' AND TIMESTAMP '{steady.end}'"
    return (
        f"CASE WHEN {inside} AND CAST({plain} AS VARCHAR) = c{number} "
        f"THEN make_timestamptz(epoch_us({plain}) - {steady.offset_us}) ELSE {value} END"
    )


def _local(zone: str, number: int, steady: Steady | None) -> str:
    asked = f"timezone({literal(zone)}, v{number})"
    if steady is None:
        return asked
    inside = f"v{number} BETWEEN TIMESTAMPTZ '{steady.begin}Z' AND TIMESTAMPTZ '{steady.end}Z'"
    return f"CASE WHEN {inside} THEN make_timestamp(epoch_us(v{number}) + {steady.offset_us}) ELSE {asked} END"


def _if_shaped(text: str, shape: str, value: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, '{shape}') THEN {value} END"


def _outputs(feed: Feed, number: int) -> list[str]:
    name, value = feed.column.name, f"v{number}"
    if feed.column.type.kind is Kind.TIME and not feed.direct:
        return [
            f"l{number} AS {quoted(name)}",
            f"make_timestamp(epoch_us({value})) AS {quoted(f'{name}_utc')}",
        ]
    return [f"{value} AS {quoted(name)}"]


def _faults(feed: Feed, number: int, days: tuple[date, date]) -> list[tuple[str, str]]:
    faults = []
    kind = feed.column.type.kind
    if feed.needed:
        faults.append((f"c{number} IS NULL", "empty"))
    if kind in _REASON_OF and not feed.direct:
        faults.append((f"c{number} IS NOT NULL AND v{number} IS NULL", _REASON_OF[kind]))
    if feed.column.event and kind in (Kind.DATE, Kind.TIME):
        local = f"l{number}" if kind is Kind.TIME else f"v{number}"
        faults.append(
            (f"{local} < DATE '{days[0]}' OR {local} >= DATE '{days[1] + timedelta(days=1)}'", "outside_period")
        )
    return faults
