"""RFC 8785 canonical JSON, and the digest over it.

Source: RFC 8785 (JSON Canonicalization Scheme). We write strings, booleans, nulls and integers below 2^53 only, with
ASCII keys, so that sorting by bytes equals the sorting by UTF-16 units that the RFC asks for, and no number formatting
is at stake. What falls outside is refused, not approximated.
"""

import hashlib
from collections.abc import Mapping, Sequence

import orjson

from xiezhi.engine.errors import XiezhiError

_RULE = "canonical JSON holds text, booleans, null and integers below 2^53 under ASCII keys; found "
Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | bool | None

SAFE_INTEGER = 2**53


class NotCanonical(XiezhiError):  # noqa: N818  named by what it says
    """A value that has no canonical form here."""


def canonical(value: Json) -> bytes:
    """Return the canonical bytes of a value.

    Raises:
        NotCanonical: for floating point, integers of 2^53 or more, keys outside ASCII and lone surrogates.
    """
    _check(value)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, orjson.JSONEncodeError) as error:
        raise NotCanonical(_RULE + str(error)) from error


def digest(value: Json) -> str:
    """Return the SHA-256 of the canonical bytes, as 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _check(value: Json) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) >= SAFE_INTEGER:
            raise NotCanonical(_RULE + f"the integer {value}")
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not key.isascii():
                raise NotCanonical(_RULE + f"the key {key!r}")
            _check(item)
        return
    if isinstance(value, Sequence):
        for item in value:
            _check(item)
        return
    raise NotCanonical(_RULE + type(value).__name__)
