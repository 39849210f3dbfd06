"""By which norm an installation judges a field: the one that its first mapping brought, and no other."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.intake.model import NormOfRun, ParameterOverride, TableOverride
from xiezhi.engine.packs.model import Law, Scalar
from xiezhi.engine.words import Words
from xiezhi.kernel.intake.models import Norm
from xiezhi.kernel.ledger.actions import record
from xiezhi.kernel.ledger.author import Author


class OtherNorm(XiezhiError):  # noqa: N818  named by what it says
    """A mapping judges by another norm than the installation: SQL sees one calendar and one set of values."""


def norm_of(field: str) -> NormOfRun:
    """Return the norm of a field; that of a mapping without ``[norm]`` where nothing was imported yet."""
    kept = Norm.objects.filter(field=field).first()
    return NormOfRun() if kept is None else from_json(kept.text)


def check_norm(field: str, norm: NormOfRun, *, mapping: str) -> None:
    """Refuse a mapping whose norm is not the field's.

    Raises:
        OtherNorm: says which keys differ.
    """
    kept = Norm.objects.filter(field=field).first()
    if kept is None:
        return
    set_before = from_json(kept.text)
    differing = [one.name for one in fields(norm) if getattr(norm, one.name) != getattr(set_before, one.name)]
    if differing:
        raise OtherNorm(
            f"{mapping}: [norm] differs from the norm of {field} in {', '.join(differing)}: an installation judges a"
            " field by one norm; write the same [norm] as in the mappings imported before"
        )


def set_norm(field: str, norm: NormOfRun, *, by: Author, at: datetime) -> bool:
    """Keep the norm of a field, in the transaction of its first batch; whether it was the first."""
    text = as_json(norm)
    _, made = Norm.objects.get_or_create(field=field, defaults={"text": text, "set_at": at})
    if made:
        record(kind="norm.set", about=("field", field), by=by, at=at, data={"norm": text}, field=field)
    return made


def as_json(norm: NormOfRun) -> dict[str, Any]:
    """Return a norm as JSON: values as texts, with their kind."""
    return {
        "calendar": norm.calendar,
        "indicators": list(norm.indicators),
        "parameters": [[one.name, _told(one.value), one.source] for one in norm.parameters],
        "basis": [[law.law, law.article, law.version, law.mark, law.note] for law in norm.basis],
        "limit_name": norm.limit_name.as_json(),
        "tables": [[one.table, [_told(cell) for cell in one.cells], one.source] for one in norm.tables],
    }


def from_json(text: dict[str, Any]) -> NormOfRun:
    """Return the norm that `as_json` gave."""
    return NormOfRun(
        calendar=text["calendar"],
        indicators=tuple(text["indicators"]),
        parameters=tuple(ParameterOverride(name, _value(value), source) for name, value, source in text["parameters"]),
        basis=tuple(Law(*law) for law in text["basis"]),
        limit_name=Words(**text["limit_name"]),
        tables=tuple(
            TableOverride(table, tuple(_value(cell) for cell in cells), source)
            for table, cells, source in text.get("tables", ())
        ),
    )


def _told(value: Scalar) -> list[str]:
    return [type(value).__name__, str(value)]


def _value(told: list[str]) -> Scalar:
    kind, text = told
    return _READ[kind](text)


_READ: dict[str, Callable[[str], Scalar]] = {
    "bool": lambda text: text == "True",
    "int": int,
    "str": str,
    "Decimal": Decimal,
    "date": date.fromisoformat,
    "NoneType": lambda _text: None,
}
