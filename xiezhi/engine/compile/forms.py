"""The table of forms: what pack SQL may contain, what it may not, and what to write instead.

Each allowed form is executed by the tests; the dialect lint takes its words for refused forms from here.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from xiezhi.engine.compile.spark import spark


@dataclass(frozen=True)
class Form:
    """One form of SQL.

    Attributes:
        id: also the code of the issue when it is refused.
        sql: an expression, or a whole SELECT, over the table ``t`` of the tests.
        allowed: whether pack SQL may contain it.
        classes: SQLGlot classes that the form admits, or that are refused by it.
        functions: names of functions that SQLGlot knows no class for.
        why: why it is refused, or what it does.
        instead: the portable alternative in words. ``portable``: the same in SQL.
    """

    id: str
    sql: str
    allowed: bool
    classes: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    why: str = ""
    instead: str = ""
    portable: str = ""

    @property
    def spark(self) -> str:
        """The form as Spark reads it."""
        return spark(self.query())

    def query(self, sql: str = "") -> str:
        """Return the form as a whole SELECT over ``t``."""
        text = sql or self.sql
        return text if text.startswith(("SELECT", "WITH")) else f"SELECT {text} AS x FROM t"


@cache
def table() -> tuple[Form, ...]:
    """Return all forms in the order of the table."""
    text = files(__package__).joinpath("forms.toml").read_text(encoding="utf-8")
    return tuple(_form(row) for row in tomllib.loads(text)["form"])


def _form(row: dict[str, Any]) -> Form:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Form(**fields)


@cache
def _refused() -> dict[str, Form]:
    return {form.id: form for form in table() if not form.allowed}


@cache
def _by_class() -> dict[str, Form]:
    found: dict[str, Form] = {}
    for form in table():
        if not form.allowed:
            for name in (*form.classes, *(name.lower() for name in form.functions)):
                found.setdefault(name, form)
    return found


def refused(code: str) -> Form | None:
    """Return the refused form with this code."""
    return _refused().get(code)


def refused_class(name: str) -> Form | None:
    """Return the refused form that a SQLGlot class (or a function name in small letters) belongs to."""
    return _by_class().get(name)
