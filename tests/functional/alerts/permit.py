"""A drainage permit past its limit: the finding behind the alert of these tests, in the form of the contract."""

from datetime import date
from typing import Any

from xiezhi.engine.calendars.explain import explain
from xiezhi.engine.calendars.pauses import Pause
from xiezhi.kernel.intake.models import VaultEntry
from xiezhi.kernel.registry.queries import working_calendar

APPLICANT = 0x0011223344556677
CLERK = 0x00AABBCCDDEEFF00
START, END = date(2026, 4, 8), date(2026, 5, 18)
_REVIEW = Pause(date(2026, 4, 20), date(2026, 4, 23), "expert_review")


def keep_names() -> None:
    """Put the names behind the tokens into the vault."""
    VaultEntry.objects.create(token=APPLICANT, value="周怀瑾")
    VaultEntry.objects.create(token=CLERK, value="130302199001011234")


def finding(case: str = "PS-2026-0417", *, level: str = "orange") -> dict[str, Any]:
    """Return the finding: expert review is excluded, testing was claimed without a written notice and counts."""
    walked = explain(working_calendar(), rule="working", start=START, limit=20, end=END, pauses=(_REVIEW,))
    assert walked.used is not None
    assert walked.due is not None
    token = f"p:{APPLICANT:016x}"
    return {
        "field": "approvals",
        "indicator": "decision_late",
        "rule": "late",
        "level": level,
        "name": {"zh": "办件超期", "en": "Decision late"},
        "subject_type": "case",
        "subject_id": case,
        "title": "某新厂房排水许可",
        "organisation": "ZJ",
        "post": None,
        "legal_date": "2026-04-08",
        "period": None,
        "part": {},
        "values": {
            "still_open": True,
            "accepted_on": START.isoformat(),
            "used_days": walked.used,
            "excluded_days": walked.paused,
            "limit_days": 20,
            "overdue_days": walked.used - 20,
            "due_on": walked.due.isoformat(),
            "notice_required": True,
        },
        "clock": {
            "rule": "working",
            "start": START.isoformat(),
            "end": None,
            "limit": 20,
            "used": walked.used,
            "due": walked.due.isoformat(),
            "pauses": [
                {"from": "2026-04-20", "to": "2026-04-23", "counted": False, "reason": "expert_review"},
                {"from": "2026-04-27", "to": "2026-04-29", "counted": True, "reason": "testing"},
            ],
        },
        "evidence": [
            _case(case, token),
            _procedure(case, "1", "expert_review", ("2026-04-20", "2026-04-23"), "2026-04-17"),
            _procedure(case, "2", "testing", ("2026-04-27", "2026-04-29"), None),
        ],
        "basis": [
            {"law": "中华人民共和国行政许可法", "article": number, "version": "2019-04-23", "mark": "T"}
            for number in ("42", "45", "82")
        ],
        "norms": ["AP-005"],
        "reference": None,
        "as_of": END.isoformat(),
        "version": 1,
        "fingerprint": "f" * 64,
        "digest": "d" * 64,
        "message": {
            "zh": f"市住建局受理{token}的一件排水许可，法定期限已过{walked.used - 20}个工作日，仍未作出决定。",
            "en": f"The Housing Bureau has not decided on a permit of {token}, {walked.used - 20} working days late.",
        },
        "why": {
            "zh": "申请人的新厂房等这份许可才能接管排水。",
            "en": "The applicant’s new plant cannot connect to the sewer without it.",
        },
        "absent": {
            "zh": "没有找到检测3日的书面告知。",
            "en": "No written notice of the three days of testing was found.",
        },
        "next": {
            "zh": "先向住建局要这3日的书面告知。有，预警即消除；没有，请单位说明并限期办结。",
            "en": "Ask the bureau for the notice. If it exists, the alert clears; if not, ask for an explanation.",
        },
    }


def _case(case: str, token: str) -> dict[str, Any]:
    return {
        "role": "case",
        "dataset": "cases",
        "key": {"case_no": case},
        "row_digest": "1" * 64,
        "file": "/deliveries/cases.csv",
        "line": 20417,
        "content": {
            "case_no": case,
            "title": "某新厂房排水许可",
            "department": "ZJ",
            "applicant": token,
            "responsible": f"p:{CLERK:016x}",
            "accepted_at": "2026-04-08T10:26:00",
            "accepted_at_utc": "2026-04-08T02:26:00Z",
            "decided_at": None,
        },
    }


def _procedure(case: str, number: str, kind: str, days: tuple[str, str], told: str | None) -> dict[str, Any]:
    return {
        "role": "pause",
        "dataset": "special_procedures",
        "key": {"case_no": case, "proc_no": number},
        "row_digest": number * 64,
        "file": "/deliveries/special_procedures.csv",
        "line": 880 + int(number),
        "content": {"proc_kind": kind, "started_on": days[0], "ended_on": days[1], "told_on": told},
    }
