"""What a derivation of a deadline says, in both languages. Articles are named under China's calendar only."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xiezhi.engine.words import Words


class Cause(StrEnum):
    """Why a day counts or does not."""

    START = "start"
    WORKING = "working"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    PAUSE = "pause"
    EXTENSION = "extension"  # a long rest inside a tax period
    MOVED = "moved"  # the last day was a rest day


@dataclass(frozen=True)
class Citation:
    """An article that counting follows; ``mark`` is the evidence mark: T = read in full text."""

    law: str
    article: str
    version: str
    mark: str = "T"

    def as_json(self) -> dict[str, str]:
        """Return the form that findings carry."""
        return {"law": self.law, "article": self.article, "version": self.version, "mark": self.mark}


_CIVIL = [Citation("中华人民共和国民法典", str(article), "2020-05-28") for article in (201, 202, 203)]
_LICENCE = Citation("中华人民共和国行政许可法", "82", "2019-04-23")
_TAX = Citation("中华人民共和国税收征收管理法实施细则", "109", "2016-02-06")
_CITED = {
    "working": (_CIVIL[0], _LICENCE),
    "calendar": (_CIVIL[0], _CIVIL[2]),
    "month": tuple(_CIVIL),
    "tax": (_CIVIL[0], _TAX),
}
_BEFORE_THE_CODE = Words(
    "民法典自 2021-01-01 施行；此前民法总则第201至203条、民法通则第154条所定计算方法相同",
    "the Civil Code is in force since 2021-01-01; before, the General Rules of Civil Law Art. 201 to 203 and the "
    "General Principles of Civil Law Art. 154 counted alike",
)
CIVIL_CODE_IN_FORCE = date(2021, 1, 1)

_TAX_ARTICLE = Words("税收征管法实施细则第109条", "implementing rules of tax collection Art. 109")
_RULES = {
    "working": (
        Words("工作日计算", "working days"),
        Words("行政许可法第82条等", "Administrative Licensing Law Art. 82 and others"),
    ),
    "calendar": (Words("自然日计算", "calendar days"), Words("民法典第201、203条", "Civil Code Art. 201, 203")),
    "month": (Words("按月计算", "months"), Words("民法典第201至203条", "Civil Code Art. 201 to 203")),
    "tax": (Words("税收期限", "tax periods"), _TAX_ARTICLE),
}
_START = Words("起算日不计入", "the starting day does not count"), Words("民法典第201条", "Civil Code Art. 201")
_MOVED = {
    "calendar": (
        Words("末日为休息日，顺延至其后第一个工作日", "the last day is a rest day: it moves to the next working day"),
        Words("民法典第203条", "Civil Code Art. 203"),
    ),
    "tax": (
        Words("末日为休假日，顺延至休假期满的次日", "the last day is a rest day: it moves to the day after the rest"),
        _TAX_ARTICLE,
    ),
}
_EXTENDS = (
    Words("期限内连续三日以上休假，按日顺延", "three or more rest days in a row inside the period extend it"),
    _TAX_ARTICLE,
)
WEEKEND = Words("周末", "weekend")
WORKING = Words("工作日", "working day")
COUNTS = Words("照计", "counts all the same")
LAST_DAY = Words("期限末日", "last day")
_WEEKDAYS = Words("一二三四五六日", "MonTueWedThuFriSatSun")


def rule_words(rule: str, country: str) -> Words:
    """Return what a rule of counting is called."""
    return _said(*_RULES[rule], country)


def citations(rule: str, country: str) -> tuple[Citation, ...]:
    """Return the articles a rule follows: none outside China, whose law they are."""
    return _CITED[rule] if country == "CN" else ()


def start_words(country: str) -> Words:
    """Return why the starting day does not count."""
    return _said(*_START, country)


def moved_words(rule: str, country: str) -> Words:
    """Return why a last day moves."""
    return _said(*_MOVED["tax" if rule == "tax" else "calendar"], country)


def extension_words(country: str) -> Words:
    """Return why a long rest extends a tax period."""
    return _said(*_EXTENDS, country)


def pause_words(reason: str) -> Words:
    """Return why a day of a pause does not count, with the source's own reason."""
    return Words(f"依法扣除：{reason or '未注明'}", f"left out: {reason or 'no reason given'}")


def make_up_words(holiday: Words) -> Words:
    """Return why a weekend day is worked."""
    return Words(f"{holiday.zh}调休上班", f"make-up working day for {holiday.en}")


def joined(*parts: Words) -> Words:
    """Return several reasons as one."""
    told = [part for part in parts if part]
    return Words("；".join(part.zh for part in told), "; ".join(part.en for part in told))


def weekday(day: date) -> Words:
    """Return the short name of a weekday."""
    number = day.weekday()
    return Words(f"周{_WEEKDAYS.zh[number]}", _WEEKDAYS.en[3 * number : 3 * number + 3])


def notes(country: str, start: date, *, stopped: date | None) -> tuple[Words, ...]:
    """Return what must be said beside the result. ``stopped``: since when the clock stands still for good."""
    told = []
    if country == "CN" and start < CIVIL_CODE_IN_FORCE:
        told.append(_BEFORE_THE_CODE)
    if stopped is not None:
        zh, en = (
            f"自 {stopped} 起扣除且未恢复，期限末日未定",
            f"stopped since {stopped} and not resumed: no last day yet",
        )
        told.append(Words(zh, en))
    return tuple(told)


def _said(words: Words, law: Words, country: str) -> Words:
    if country != "CN":
        return words
    return Words(f"{words.zh}（{law.zh}）", f"{words.en} ({law.en})")
