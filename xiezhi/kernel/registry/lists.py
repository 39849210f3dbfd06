"""The registry as lists: one declaration for each kind of rows, drawn from the columns of its sheet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import may
from xiezhi.kernel.listing import Column, Filter, Listing
from xiezhi.kernel.registry.sheets import SHEETS, Sheet, SheetColumn


@dataclass(frozen=True)
class RegistryRow:
    """A row of the registry: its key, and the values of its sheet's columns by field."""

    key: str
    values: dict[str, Any]


def _listing(sheet: Sheet) -> Listing[Any, RegistryRow]:
    referred = tuple(column.field for column in sheet.columns if column.refers is not None)
    texts = [c.field for c in sheet.columns if c.field in {"code", "number", "name", "name_zh", "name_en", "short_zh"}]

    def visible(actor: Actor) -> QuerySet[Any]:
        found = sheet.model._default_manager.select_related(*referred)  # noqa: SLF001  the manager of any model
        return found if may(actor, "registry.read") else found.none()

    def row(item: Model) -> RegistryRow:
        values = {column.field: _said(getattr(item, column.field)) for column in sheet.columns}
        return RegistryRow(" ".join(str(values[name]) for name in sheet.key), values)

    return Listing(
        name=f"registry-{sheet.kind}",
        words=sheet.words,
        columns=tuple(_column(column) for column in sheet.columns),
        visible=visible,
        row=row,
        filters=(
            Filter("q", Words("编码或名称", "Code or name"), _contains(texts), "text"),
            Filter("today", Words("只看今天有效的", "Valid today only"), _today, "flag"),
        ),
        order=(sheet.key[0],),
        key=lambda found: found.key,
        empty=Words("还没有登记。可以从XLSX导入。", "Nothing is registered yet. Import an XLSX file."),
    )


def _column(column: SheetColumn) -> Column[RegistryRow]:
    name = column.field
    sort = (f"{name}__{'number' if name == 'person' else 'code'}",) if column.refers else (name,)
    kind: Any = "date" if name.startswith("valid_") else "number" if name.endswith("_days") else "text"
    return Column(name, column.words, lambda found: found.values[name], kind, () if name in _LISTED else sort)


_LISTED = frozenset({"aliases", "checkpoints"})


def _contains(names: list[str]) -> Callable[[str], Q]:
    def where(value: str) -> Q:
        condition = Q(pk__in=()) if not names else Q()
        for name in names:
            condition |= Q(**{f"{name}__icontains": value})
        return condition

    return where


def _today(value: str) -> Q:  # noqa: ARG001  a flag has one value
    today = timezone.localdate()
    return Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gt=today))


def _said(value: Any) -> Any:
    if isinstance(value, list):
        return "、".join(value)
    if isinstance(value, Model):
        name = getattr(value, "name_zh", None) or ""
        return f"{getattr(value, 'code', None) or getattr(value, 'number', '')} {name}".strip()
    return value


LISTS: dict[str, Listing[Any, RegistryRow]] = {sheet.kind: _listing(sheet) for sheet in SHEETS}
