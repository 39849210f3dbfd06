"""What a clause may carry, and what a column may be called."""

import re

from sqlglot import exp

from xiezhi.engine.compile import forms
from xiezhi.engine.compile.text import Text
from xiezhi.engine.packs.names import RESERVED

_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def check_name(text: Text, node: exp.Expr, name: str) -> None:
    """Refuse a name that no column or CTE may have."""
    if not _NAME.fullmatch(name) or len(name) > 60:
        raise text.refuse(
            node, "name", f"{name!r} is no name of a column", "use small letters, digits and _ (60 at most)"
        )
    if name in RESERVED:
        raise text.refuse(node, "reserved", f"{name} is a reserved word", f"write {name}_ or a fuller name")


def check_options(text: Text, node: exp.Expr, allowed: set[str]) -> None:
    """Refuse a node that carries more than it may."""
    for name, argument in node.args.items():
        if argument in (None, False, [], "") or name in allowed:
            continue
        form = forms.refused_class(f"{type(node).__name__}.{name}") or forms.refused_class(f"*.{name}")
        where = argument if isinstance(argument, exp.Expr) else node
        said = type(node).__name__.upper()
        code, message = (form.id, "") if form else ("option", f"{said} with {name.rstrip('_')} is not portable")
        raise text.refuse(where, code, message, "" if form else "leave it out")
