"""Names behind the tokens of findings, masked, looked up in bulk: two queries for a whole page."""

import re
from collections.abc import Iterable
from typing import Any

from xiezhi.engine.findings.masking import Display
from xiezhi.engine.words import Words
from xiezhi.kernel.intake.vault import open_tokens, resolve

_TOKEN = re.compile(r"p:([0-9a-f]{16})")


def display_for(values: Iterable[Any]) -> Display:
    """Return the display of all tokens that stand in texts, at any depth of lists and mappings."""
    tokens = {int(found, 16) for text in _texts(values) for found in _TOKEN.findall(text)}
    return Display(resolve(tokens), open_tokens(tokens)) if tokens else Display()


def resolved(words: Words, display: Display) -> Words:
    """Return words with masked names in place of tokens."""
    return Words(display.resolve(words.zh), display.resolve(words.en))


def token_of_text(text: str) -> int | None:
    """Return the token that a text is, None where it is none or more than one."""
    found = _TOKEN.fullmatch(text)
    return int(found[1], 16) if found else None


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Iterable):
        for item in value:
            yield from _texts(item)
