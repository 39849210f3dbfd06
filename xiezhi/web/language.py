"""The language of the page at hand, and how days, moments and numbers are said in it."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language

from xiezhi.engine.words import Language, Words

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
_WEEKDAYS = (
    Words("星期一", "Monday"),
    Words("星期二", "Tuesday"),
    Words("星期三", "Wednesday"),
    Words("星期四", "Thursday"),
    Words("星期五", "Friday"),
    Words("星期六", "Saturday"),
    Words("星期日", "Sunday"),
)


def language() -> Language:
    """Return the language of the request: Chinese unless English was chosen."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def said(words: Words) -> str:
    """Return words in the language of the page; where one language is missing, in the other."""
    return words.in_(language()) or words.zh or words.en


def day_words(day: date, *, today: date | None = None) -> Words:
    """Return a day as people say it; the year is said when it is not this one."""
    year = today is None or day.year != today.year
    zh = f"{day.year}年{day.month}月{day.day}日" if year else f"{day.month}月{day.day}日"
    en = f"{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")
    return Words(zh, en)


def moment_words(moment: datetime, *, today: date | None = None) -> Words:
    """Return a moment in local civil time, as people say it."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    day = day_words(local.date(), today=today)
    return Words(f"{day.zh} {local:%H:%M}", f"{day.en} {local:%H:%M}")


def weekday_words(day: date) -> Words:
    """Return the name of the day of the week."""
    return _WEEKDAYS[day.weekday()]


def number(value: Decimal | float) -> str:
    """Return a number with thousands separators and a true minus sign."""
    return f"{value:,}".replace("-", "−")
