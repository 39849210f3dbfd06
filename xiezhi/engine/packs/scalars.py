"""Types and values of parameters, reference tables and example cells."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from xiezhi.engine.columns import ColumnType, Kind
from xiezhi.engine.packs.model import Scalar

KINDS = ", ".join(kind.value for kind in Kind if kind is not Kind.DECIMAL) + ", decimal(p,s)"
VALUE_KINDS = "integer, decimal(p,s), boolean, text, date"

_DECIMAL = re.compile(r"decimal\((\d{1,2}), ?(\d{1,2})\)")
_VALUES = (Kind.INTEGER, Kind.DECIMAL, Kind.BOOLEAN, Kind.TEXT, Kind.DATE)
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


def column_type(written: str) -> ColumnType | None:
    """Return the type that a dataset's column declares, or None when it is none of `KINDS`."""
    found = _DECIMAL.fullmatch(written)
    if found:
        precision, scale = int(found[1]), int(found[2])
        return ColumnType(Kind.DECIMAL, precision, scale) if scale <= precision and 1 <= precision <= 38 else None
    kind = next((kind for kind in Kind if kind.value == written and kind is not Kind.DECIMAL), None)
    return None if kind is None else ColumnType(kind)


def value_type(written: str) -> ColumnType | None:
    """Return the type of a parameter or of a reference table's column, or None when it is none of `VALUE_KINDS`."""
    found = column_type(written)
    return found if found is not None and found.kind in _VALUES else None


def fits(value: Any, wanted: ColumnType) -> bool:
    """Whether a value as TOML gives it (decimals exact) is of the type, without loss."""
    return _FITS[wanted.kind](value, wanted)


def typed(value: Any, wanted: ColumnType) -> Scalar:
    """Return a fitting value in the form that the model holds: an integer written for a decimal becomes one."""
    made: Scalar = Decimal(value) if wanted.kind is Kind.DECIMAL else value
    return made


def from_text(cell: str, wanted: ColumnType) -> Scalar:
    """Return the value of a text cell; an empty cell is None.

    Times are accepted (``2025-09-26 09:00``) and returned as they are written, since no value of the model is a time.

    Raises:
        ValueError: the cell is not of the type.
    """
    if not cell:
        return None
    try:
        value = _PARSE[wanted.kind](cell)
    except ValueError as error:
        raise ValueError(cell) from error
    if not fits(value, wanted):
        raise ValueError(cell)
    return typed(value, wanted)


def said(wanted: ColumnType) -> str:
    """Return what to write for the type, for a message."""
    return {
        Kind.DATE: "a date such as 2026-01-01",
        Kind.TIME: "a time such as 2026-01-01 09:00",
        Kind.BOOLEAN: "true or false",
        Kind.MONEY: "a whole number of 分",
        Kind.DECIMAL: f"a number of at most {wanted.precision} digits, {wanted.scale} after the point",
        Kind.TEXT: "a text",
        Kind.CODE: "a text",
    }.get(wanted.kind, "a whole number")


def _whole(value: Any, _: ColumnType) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and _SMALLEST <= value <= _LARGEST


def _exact(value: Any, wanted: ColumnType) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    number = Decimal(value)
    if not number.is_finite():
        return False
    _, digits, exponent = number.normalize().as_tuple()
    after = max(-int(exponent), 0)
    before = max(len(digits) + int(exponent), 0)
    return after <= wanted.scale and before <= wanted.precision - wanted.scale


def _text(value: Any, _: ColumnType) -> bool:
    return isinstance(value, str) and bool(value)


def _boolean(value: Any, _: ColumnType) -> bool:
    return isinstance(value, bool)


def _day(value: Any, _: ColumnType) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


_FITS: dict[Kind, Callable[[Any, ColumnType], bool]] = {
    Kind.TEXT: _text,
    Kind.CODE: _text,
    Kind.INTEGER: _whole,
    Kind.MONEY: _whole,
    Kind.DECIMAL: _exact,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _day,
    Kind.TIME: _text,
    Kind.SURROGATE: _whole,
    Kind.OCCURRENCE: _whole,
}


def _parse_whole(cell: str) -> int:
    if not re.fullmatch(r"-?[0-9]+", cell):
        raise ValueError(cell)
    return int(cell)


def _parse_decimal(cell: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell):
        raise ValueError(cell)
    return Decimal(cell)


def _parse_boolean(cell: str) -> bool:
    if cell not in ("true", "false"):
        raise ValueError(cell)
    return cell == "true"


def parse_day(cell: str) -> date:
    """Return the date of ``2026-01-01`` and of no other form.

    Raises:
        ValueError: not such a date.
    """
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
        raise ValueError(cell)
    return date.fromisoformat(cell)


def _parse_time(cell: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?", cell):
        raise ValueError(cell)
    datetime.fromisoformat(cell.split(".", maxsplit=1)[0])
    return cell


_PARSE: dict[Kind, Callable[[str], Any]] = {
    Kind.TEXT: str,
    Kind.CODE: str,
    Kind.INTEGER: _parse_whole,
    Kind.MONEY: _parse_whole,
    Kind.DECIMAL: _parse_decimal,
    Kind.BOOLEAN: _parse_boolean,
    Kind.DATE: parse_day,
    Kind.TIME: _parse_time,
    Kind.SURROGATE: _parse_whole,
    Kind.OCCURRENCE: _parse_whole,
}
