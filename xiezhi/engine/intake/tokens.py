"""Tokens in place of the texts that name a person, and the vault that knows which is which.

A token is the first 63 bits of HMAC-SHA256 over the normalised text (NFKC, no outer white space). Without a key of the
installation the fixed ``CHECK_KEY`` serves: tokens and digests then agree between machines, and are not confidential.
"""

import hmac
import unicodedata
from hashlib import sha256

from xiezhi.engine.errors import XiezhiError

CHECK_KEY = b"xiezhi/check/v1"
BITS = 63


class NoKey(XiezhiError):  # noqa: N818  named by what is wrong
    """A key was given that holds nothing: its tokens would be open to anybody's guess."""


class TokenCollision(XiezhiError):  # noqa: N818  named by what happened
    """Two different texts have one token under this key."""


def normal(text: str) -> str:
    """Return the text as it is compared and kept: NFKC, without outer white space."""
    return unicodedata.normalize("NFKC", text).strip()


def token_of(text: str, *, key: bytes | None = None, bits: int = BITS) -> int:
    """Return the token of a text, from 0 to 2^bits − 1."""
    digest = hmac.digest(CHECK_KEY if key is None else key, normal(text).encode(), sha256)
    return int.from_bytes(digest[:8], "big") >> (64 - bits)


def shown(token: int) -> str:
    """Return a token as findings write it: ``p:`` and 16 hex digits."""
    return f"p:{token:016x}"


class Vault:
    """The texts of this run's tokens, in memory only.

    Attributes:
        texts: token → normalised text. ``opened``: tokens of columns that the mapping declares to be pseudonyms.
    """

    def __init__(self, key: bytes | None, *, bits: int = BITS) -> None:
        if key is not None and not key.strip():
            raise NoKey("the key of the identity tokens (--key) is empty: put 32 random bytes into its file")
        self.key = key
        self.bits = bits
        self.texts: dict[int, str] = {}
        self.opened: set[int] = set()

    def token(self, text: str, *, opened: bool = False) -> int:
        """Return the token of a text and keep the text.

        Raises:
            TokenCollision: another text has this token already; none of the batch may be used.
        """
        kept = normal(text)
        token = token_of(kept, key=self.key, bits=self.bits)
        if self.texts.setdefault(token, kept) != kept:
            raise TokenCollision("two direct identifiers have one token under this key: choose another key (--key)")
        if opened:
            self.opened.add(token)
        return token
