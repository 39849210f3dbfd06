"""An invented run, for the tests of the report: places, numbers and limits are made up, law texts are verbatim."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np

from xiezhi.cli.report import (
    IndicatorRun,
    LawText,
    Quarantined,
    ReadFile,
    Report,
    UsedValue,
)
from xiezhi.engine.calendars.calendar import Calendar, Mark
from xiezhi.engine.findings.wording import Manner
from xiezhi.engine.words import Words

XK = "中华人民共和国行政许可法"
AS_OF = date(2026, 5, 18)
_HOLIDAYS = {
    date(2026, 4, 6): Words("清明节", "Qingming"),
    **{date(2026, 5, n): Words("劳动节", "Labour Day") for n in range(1, 6)},
}
_MAKE_UP = {date(2026, 5, 9)}

LAWS = (
    LawText(
        XK,
        "2019-04-23",
        "42",
        "第四十二条",
        (
            (
                "除可以当场作出行政许可决定的外，行政机关应当自受理行政许可申请之日起二十日内作出行政许可决定。二十日内不能作出决定的，经本行政机关负责人批准，可以延长十日，并应当将延长期限的理由告知申请人。但是，法律、法规另有规定的，依照其规定。",
            ),
        ),
    ),
    LawText(
        XK,
        "2019-04-23",
        "45",
        "第四十五条",
        (
            (
                "行政机关作出行政许可决定，依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，所需时间不计算在本节规定的期限内。行政机关应当将所需时间书面告知申请人。",
            ),
        ),
    ),
    LawText(
        XK, "2019-04-23", "82", "第八十二条", (("本法规定的行政机关实施行政许可的期限以工作日计算，不含法定节假日。",),)
    ),
)

WHY = {
    "zh": "申请人要等这份许可才能开工；期限是法律对行政机关的约束。",
    "en": "The applicant cannot start without the permit; the limit binds the authority by law.",
}
NEXT = {
    "zh": "先向该单位要延期批准或书面告知。有，疑点即消除；没有，请单位说明并限期办结。",
    "en": "Ask first for the approved extension or the written notice. If it exists, the suspicion clears;"
    " if not, ask for an explanation and set a date.",
}
ABSENT = {
    "zh": "延长期限的批准、检测所需时间的书面告知。",
    "en": "an approved extension; a written notice of the time for testing.",
}
BUREAUS = ("市住建局", "市自然资源局", "市市场监管局", "市交通运输局", "市水务局")


def digest_of(*parts: object) -> str:
    """Return a digest of some parts, so that invented rows have believable ones."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def calendar() -> Calendar:
    """Return an invented calendar: weekends, Qingming, Labour Day and one make-up Saturday of 2026."""
    first = date(2019, 1, 1)
    days = [first + timedelta(n) for n in range((date(2028, 12, 31) - first).days + 1)]
    rest = np.array([day in _HOLIDAYS or (day.weekday() >= 5 and day not in _MAKE_UP) for day in days])
    marks = {day: Mark(words, rest=True) for day, words in _HOLIDAYS.items()}
    return Calendar("CN", first, rest, marks, frozenset({5, 6}), (2027, 2028))


CALENDAR = calendar()


def finding(**changes: Any) -> dict[str, Any]:
    """Return the drainage permit of the interface page: two working days over, one exclusion kept, one refused."""
    base: dict[str, Any] = {
        "field": "approvals",
        "indicator": "g05_overdue",
        "rule": "overdue",
        "level": "orange",
        "name": {"zh": "决定超期", "en": "Decision overdue"},
        "subject_type": "case",
        "subject_id": "PS-2026-0417",
        "title": "PS-2026-0417",
        "organisation": "市住建局",
        "post": "排水许可审批岗",
        "legal_date": "2026-04-08",
        "period": "",
        "part": {},
        "values": {
            "used_days": 22,
            "limit_days": 20,
            "overdue_days": 2,
            "still_open": True,
            "accepted_on": "2026-04-08",
        },
        "clock": {
            "rule": "working",
            "start": "2026-04-08T10:26:00",
            "end": None,
            "limit": 20,
            "used": 22,
            "due": "2026-05-14",
            "pauses": [
                {"from": "2026-04-20", "to": "2026-04-23", "counted": False, "reason": "专家评审"},
                {"from": "2026-04-27", "to": "2026-04-29", "counted": True, "reason": "检测"},
            ],
        },
        "evidence": [
            {
                "role": "case",
                "dataset": "cases",
                "key": {"case_id": "3118"},
                "row_digest": digest_of("cases", 3118),
                "file": "cases.csv",
                "line": 20417,
                "content": {
                    "case_no": "PS-2026-0417",
                    "accepted_at": "2026-04-08T10:26:00",
                    "closed_at": None,
                    "officer": "周*",
                    "fee": 1200,
                },
            },
            {
                "role": "pause",
                "dataset": "special_procedures",
                "key": {"case_id": "3118", "seq": "2"},
                "row_digest": digest_of("special", 2),
                "file": "special.csv",
                "line": 902,
                "content": {"kind": "检测", "from": "2026-04-27", "to": "2026-04-29", "told_on": None},
            },
        ],
        "basis": [
            {"law": XK, "article": "42", "version": "2019-04-23", "mark": "T"},
            {"law": XK, "article": "45", "version": "2019-04-23", "mark": "T"},
            {"law": XK, "article": "82", "version": "2019-04-23", "mark": "T"},
        ],
        "norms": ["AP-005"],
        "reference": None,
        "as_of": AS_OF.isoformat(),
        "version": None,
        "fingerprint": digest_of("fingerprint", "g05"),
        "digest": digest_of("finding", 417),
        "message": {
            "zh": "市住建局受理的办件 PS-2026-0417，法定期限已过2个工作日，仍未作出决定",
            "en": "The Housing Bureau has not decided case PS-2026-0417, two working days after the statutory limit",
        },
        "why": WHY,
        "absent": ABSENT,
        "next": NEXT,
    }
    return {**base, **changes}


def four_eyes(number: int, **changes: Any) -> dict[str, Any]:
    """Return a finding without a clock: one person accepted, examined and approved."""
    bureau = BUREAUS[number % len(BUREAUS)]
    return finding(
        indicator="g17_four_eyes",
        rule="same_person",
        level="red" if number % 3 == 0 else "orange",
        name={"zh": "职责分离", "en": "Separation of duties"},
        subject_id=f"SP-2026-{number:04d}",
        title=f"SP-2026-{number:04d}",
        organisation=bureau,
        legal_date=f"2026-04-{1 + number % 28:02d}",
        values={"steps": 3, "people": 1},
        clock=None,
        basis=[{"law": XK, "article": "34", "version": "2019-04-23", "mark": "S"}],
        norms=["AP-017"],
        fingerprint=digest_of("fingerprint", "g17"),
        digest=digest_of("finding", "g17", number),
        message={
            "zh": f"办件 SP-2026-{number:04d} 的受理、审查和批准由同一人经手",
            "en": f"One person accepted, examined and approved case SP-2026-{number:04d}",
        },
        why={"zh": "一人经手全程，没有第二双眼睛。", "en": "One person did every step; no second pair of eyes."},
        absent={"zh": "第二名经办人。", "en": "a second officer."},
        next={"zh": "先核对系统账号是否共用。", "en": "Check first whether an account is shared."},
        **changes,
    )


def overdue(number: int) -> dict[str, Any]:
    """Return a plain finding of a closed case, some working days over or close to the limit."""
    start = date(2026, 3, 2) + timedelta(days=number % 5)
    working = [day for day in (start + timedelta(n) for n in range(1, 121)) if not CALENDAR.rests(day)]
    over = number % 9 - 1
    used = 20 + over
    bureau = BUREAUS[number % len(BUREAUS)]
    return finding(
        level="notice" if over < 1 else "red" if over > 5 else "orange",
        subject_id=f"XK-2026-{number:04d}",
        title=f"XK-2026-{number:04d}",
        organisation=bureau,
        legal_date=start.isoformat(),
        values={
            "used_days": used,
            "limit_days": 20,
            "overdue_days": over,
            "still_open": False,
            "accepted_on": start.isoformat(),
        },
        clock={
            "rule": "working",
            "start": start.isoformat(),
            "end": working[used - 1].isoformat(),
            "limit": 20,
            "used": used,
            "due": working[19].isoformat(),
            "pauses": [],
        },
        digest=digest_of("finding", "g05", number),
        message={
            "zh": f"{bureau}的办件 XK-2026-{number:04d} 用了{used}个工作日，法定期限20个工作日",
            "en": f"Case XK-2026-{number:04d} took {used} working days; the statutory limit is 20",
        },
    )


INDICATORS = (
    IndicatorRun(
        "g05_overdue",
        Words("决定超期", "Decision overdue"),
        measure=Words(
            "一件已受理的办件，过了法定期限仍没有作出决定。量的是已用工作日，依法扣除的时间不计。",
            "A case accepted but not decided in time: working days used, without the time excluded by law.",
        ),
        norms=("AP-005",),
        fingerprint=digest_of("fingerprint", "g05"),
        scope_proven=True,
        scope_reason=Words("按办件", "by case"),
        exclusions=(
            Words(
                "经负责人批准延长并告知理由，不超过10个工作日",
                "Extended with approval and reasons, up to 10 working days",
            ),
        ),
        innocent=(
            Words("书面告知未录入系统", "The written notice was not entered"),
            Words("决定已作出，次日补录", "Decided in time, entered the next day"),
        ),
    ),
    IndicatorRun(
        "g17_four_eyes",
        Words("职责分离", "Separation of duties"),
        measure=Words("同一人受理、审查并批准同一办件。", "One person accepts, examines and approves the same case."),
        norms=("AP-017",),
        fingerprint=digest_of("fingerprint", "g17"),
        scope_proven=False,
        scope_reason=Words("窗口跨办件，不能按办件拆开", "a window spans cases"),
    ),
    IndicatorRun(
        "g19_order",
        Words("受理先后", "Order by acceptance"),
        status="trial",
        fingerprint=digest_of("fingerprint", "g19"),
    ),
    IndicatorRun(
        "g12_fee_deposit",
        Words("收费缴库", "Fee not deposited"),
        not_run=Words("没有数据集“缴库”的列 deposited_on", "column deposited_on of dataset deposits is missing"),
    ),
)


def report(**changes: Any) -> Report:
    """Return a run of some forty findings."""
    base: dict[str, Any] = {
        "field": "approvals",
        "words": Words("行政审批", "Approvals"),
        "findings": [finding(), *(overdue(n) for n in range(24)), *(four_eyes(n) for n in range(16))],
        "indicators": INDICATORS,
        "as_of": AS_OF,
        "files": (
            ReadFile("cases.csv", digest_of("file", 1), 41_208),
            ReadFile("special.csv", digest_of("file", 2), 1_031),
        ),
        "accepted": {"cases": 41_196, "special_procedures": 1_031},
        "quarantined": {"cases": 12},
        "quarantine": (
            Quarantined(
                "cases.csv",
                318,
                "cases",
                "accepted_at",
                Words("不是日期：请写成2026-05-18", "not a date: write 2026-05-18"),
                "2026-13-40",
            ),
            Quarantined("cases.csv", 977, "cases", "officer", Words("必填列为空", "required column is empty")),
        ),
        "provisional": (2027,),
        "overrides": (
            UsedValue(
                Words("决定期限", "Limit of a decision"),
                Words("15个工作日", "15 working days"),
                "明川市承诺，2025年第3号",
            ),
        ),
        "laws": LAWS,
        "datasets": {"cases": Words("办件", "Cases"), "special_procedures": Words("特别程序", "Special procedures")},
        "columns": {
            "cases": {
                "case_id": Manner(Words("办件序号", "Case surrogate")),
                "case_no": Manner(Words("办件编号", "Case number")),
                "accepted_at": Manner(Words("受理时间", "Accepted"), "time"),
                "closed_at": Manner(Words("办结时间", "Closed"), "time"),
                "officer": Manner(Words("受理人", "Officer")),
                "fee": Manner(Words("收费", "Fee"), "fen"),
            },
            "special_procedures": {
                "kind": Manner(Words("种类", "Kind")),
                "from": Manner(Words("开始日", "From"), "date"),
                "to": Manner(Words("结束日", "To"), "date"),
                "told_on": Manner(Words("书面告知日", "Notified on"), "date"),
            },
        },
        "roles": {"g05_overdue": {"case": Words("办件", "Case"), "pause": Words("主张扣除", "Claimed")}},
        "values": {
            "g05_overdue": {
                "used_days": Manner(Words("已用", "used"), "working days"),
                "limit_days": Manner(Words("期限", "limit"), "working days"),
                "overdue_days": Manner(Words("超期", "over"), "working days"),
                "still_open": Manner(Words("未办结", "still open"), "yes/no"),
                "accepted_on": Manner(Words("受理日", "accepted on"), "date"),
            }
        },
        "calendar": CALENDAR,
        "limit_name": Words("法定期限", "statutory limit"),
        "assumptions": (Words("数据没有“延期”一列，按没有延期处理", "No extension column: taken as not extended"),),
        "version": "0.1.0",
    }
    return Report(**{**base, **changes})


def many(count: int) -> Iterator[dict[str, Any]]:
    """Yield so many findings of two indicators."""
    for number in range(count):
        yield four_eyes(number) if number % 5 == 0 else overdue(number)
