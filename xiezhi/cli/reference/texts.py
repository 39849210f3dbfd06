"""Words of the reference that no part of the engine carries itself: settings, exit codes, derivations, marks."""

import tomllib
from functools import cache
from importlib.resources import files

from xiezhi.engine.words import Words


@cache
def _read() -> dict[str, dict[str, dict[str, str]]]:
    source = files("xiezhi.cli.reference").joinpath("texts.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


def texts(section: str) -> dict[str, Words]:
    """Return the words of a section by name."""
    return {name: Words(item["zh"], item["en"]) for name, item in _read()[section].items()}


def setting_defaults() -> dict[str, str]:
    """Return the default of each setting, as it is written in the environment."""
    return {name: item["default"] for name, item in _read()["settings"].items()}
