"""Both languages in one page: every text stands twice, and the switch hides one of them without script."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape

from xiezhi.engine.visible import visible
from xiezhi.engine.words import Words

_MOST = 400  # characters of one foreign text; the whole stands in the finding's JSON


@cache
def texts() -> Mapping[str, Words]:
    """Return every sentence of the report by its key."""
    source = files("xiezhi.cli.report").joinpath("texts.toml").read_text(encoding="utf-8")
    return {key: Words(item["zh"], item["en"]) for key, item in tomllib.loads(source).items()}


def plain(key: str, **parts: Any) -> Words:
    """Return a sentence filled in, as plain words; a part may be Words, a number or a text."""
    words = texts()[key]
    return Words(
        words.zh.format(**{name: _part(part, "zh") for name, part in parts.items()}),
        words.en.format(**{name: _part(part, "en") for name, part in parts.items()}),
    )


def say(key: str, **parts: Any) -> Markup:
    """Return a sentence filled in, in both languages, as markup."""
    return both(plain(key, **parts))


def both(words: Words | str) -> Markup:
    """Return words as markup: once where both languages say the same, else each in a span of its language."""
    if isinstance(words, str):
        return shown(words)
    zh, en = words.zh or words.en, words.en or words.zh
    if zh == en:
        return shown(zh)
    return Markup('<span lang="zh-Hans">{}</span><span lang="en">{}</span>').format(
        visible(zh, most=_MOST), visible(en, most=_MOST)
    )


def shown(value: object, most: int = _MOST) -> Markup:
    """Return a foreign text as markup, hidden characters made visible, its direction kept to itself if it has one."""
    text = visible(value, most=most)
    return escape(text) if text.isascii() else Markup("<bdi>{}</bdi>").format(text)


def number(value: int) -> str:
    """Return a whole number with thousands set apart and a true minus."""
    return f"{int(value):,}".replace("-", "\u2212")


class _Count(int):
    """A number in a sentence: ``{n}`` writes it, ``{n:s}`` the s of an English plural."""

    def __format__(self, form: str) -> str:
        if form == "s":
            return "" if self == 1 else "s"
        return number(self)


def _part(part: Any, language: str) -> Any:
    if isinstance(part, Words):
        return (part.zh or part.en) if language == "zh" else (part.en or part.zh)
    return _Count(part) if isinstance(part, int) else str(part)
