"""Types of pack SQL: the DuckDB names that the portable subset knows, and how they meet.

What is not known here is not portable: HUGEINT and DOUBLE have families of their own so that they can be refused by
name. ``moment`` is a DATE moved by an INTERVAL, which engines type differently until it is CAST to DATE.
"""

import re

INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_DIGITS = {"TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19}
_FAMILIES = {
    **dict.fromkeys(INTEGERS, "integer"),
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "time",
    "INTERVAL": "interval",
    "MOMENT": "moment",
    "HUGEINT": "huge",
    "DOUBLE": "float",
    "NULL": "null",
}
OUTPUT_FAMILIES = frozenset({"integer", "decimal", "text", "boolean", "date", "time"})
_DECIMAL = re.compile(r"DECIMAL\((\d+), ?(\d+)\)")
WIDEST = 38


def family(kind: str) -> str:
    """Return the family of a type: integer, decimal, text, boolean, date, time, interval, moment, list …, or other."""
    if kind.endswith("[]"):
        return "list"
    if _DECIMAL.fullmatch(kind):
        return "decimal"
    return _FAMILIES.get(kind, "other")


def digits(kind: str) -> tuple[int, int]:
    """Return precision and scale of a decimal or integer type."""
    found = _DECIMAL.fullmatch(kind)
    return (int(found[1]), int(found[2])) if found else (_DIGITS[kind], 0)


def decimal(precision: int, scale: int) -> str:
    """Return the name of a decimal type, no wider than any engine holds."""
    return f"DECIMAL({min(precision, WIDEST)},{scale})"


def is_number(kind: str) -> bool:
    """Whether the type is an integer or a decimal."""
    return family(kind) in ("integer", "decimal")


def unify(left: str, right: str) -> str | None:
    """Return the type that holds both, None where the engines do not agree that there is one."""
    if right in (left, "NULL"):
        return left
    if left == "NULL":
        return right
    if family(left) == family(right) == "integer":
        return max(left, right, key=INTEGERS.index)
    if is_number(left) and is_number(right):
        (p1, s1), (p2, s2) = digits(left), digits(right)
        scale = max(s1, s2)
        return decimal(max(p1 - s1, p2 - s2) + scale, scale)
    return None


def comparable(left: str, right: str) -> bool:
    """Whether two values may be compared without an implicit cast that engines do differently."""
    families = {family(left), family(right)} - {"null"}
    if families & {"other", "huge", "float", "interval", "moment", "list"}:
        return False
    return len(families) <= 1 or families == {"integer", "decimal"}


def integer_kind(digits_needed: int) -> str:
    """Return the type of an integer literal of so many digits."""
    return "INTEGER" if digits_needed <= 9 else "BIGINT" if digits_needed <= 18 else "HUGEINT"
