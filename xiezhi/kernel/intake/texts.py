"""The SQL texts of this room, with their places in braces."""

from functools import cache
from importlib.resources import files


@cache
def template(name: str) -> str:
    """Return a text of the folder ``sql``."""
    return files("xiezhi.kernel.intake").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
