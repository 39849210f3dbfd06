"""How a stored value is written: in a finding's JSON, in its digest, and in a sentence.

Contracts: integers beyond 2^53 are strings; in digests all integers and decimals are; dates and civil times are ISO
without offset, instants with Z; a token is ``p:`` and 16 hex digits.
"""

from datetime import date, datetime
from decimal import Decimal

from xiezhi.engine.canonical import SAFE_INTEGER
from xiezhi.engine.intake.tokens import shown

Stored = str | int | bool | Decimal | date | datetime | None
Text = str | int | bool | None


def json_value(value: Stored, *, token: bool = False, instant: bool = False) -> Text:
    """Return the JSON form of a stored value."""
    if token and isinstance(value, int):
        return shown(value)
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) < SAFE_INTEGER else str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() + ("Z" if instant else "")


def digest_value(value: Stored, *, token: bool = False, instant: bool = False) -> str | bool | None:
    """Return the form that enters a digest: as JSON, but numbers are strings."""
    text = json_value(value, token=token, instant=instant)
    return str(text) if isinstance(text, int) and not isinstance(text, bool) else text
