"""Saying things in the language of the page."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.web import language

register = template.Library()


@register.simple_tag
def say(zh: str, en: str, **values: Any) -> str:
    """Return one of two texts, with names in braces filled in: ``{% say "导出{n}件" "Export {n}" n=total %}``."""
    text = language.said(Words(zh, en))
    return text.format(**{name: shown(value) for name, value in values.items()}) if values else text


@register.filter
def words(value: Any) -> str:
    """Return words, or a ``{zh, en}`` of JSON, in the language of the page."""
    if isinstance(value, Words):
        return language.said(value)
    if isinstance(value, dict):
        return language.said(Words(str(value.get("zh", "")), str(value.get("en", ""))))
    return "" if value is None else str(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """Return a day as people say it."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return language.said(language.day_words(value, today=timezone.localdate()))


@register.filter
def moment(value: datetime | None) -> str:
    """Return a moment as people say it."""
    return "–" if value is None else language.said(language.moment_words(value, today=timezone.localdate()))


@register.filter
def shown(value: Any) -> str:
    """Return a value of any kind as a cell shows it: empty is a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return language.said(Words("是", "yes") if value else Words("否", "no"))
    if isinstance(value, int | Decimal | float):
        return language.number(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return words(value)
