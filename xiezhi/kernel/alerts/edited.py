"""Facts that were changed or withdrawn after an alert: an alert of its own, for editing data may clear a name."""

from typing import Any

from xiezhi.engine.words import Words
from xiezhi.kernel.alerts.identity import Body
from xiezhi.kernel.alerts.models import Alert

EDITED = "edited_after_alert"
NAME = Words("预警后改动数据", "Data edited after the alert")
_WHY = Words(
    "预警发出后改动或撤回它所依据的数据，可能是更正，也可能是掩盖。须有人看过原值和新值。",
    "Editing the data an alert rests on may correct a mistake, or hide one. A person must see both values.",
)
_NEXT = Words(
    "请录入单位说明改动的依据。有依据，按数据更正结案；没有，连同原预警一并核实。",
    "Ask the body that entered it for the ground of the change. With one, close as corrected data; else verify both.",
)
_WORDS = {
    "corrected": Words("被改动", "were changed"),
    "withdrawn": Words("被撤回", "were withdrawn"),
}


def finding_of(alert: Alert, cause: str, detail: dict[str, Any], body: Body) -> Body:
    """Return the finding that facts of an alert were edited: in the form of the contract, marked as ours."""
    said = _WORDS[cause]
    message = Words(
        f"预警{alert.number}发出后，它依据的数据{said.zh}：{_edits(detail, '由', '改为', '、')}",
        f"After alert {alert.number}, facts it rests on {said.en}: {_edits(detail, '', ' became ', '; ')}",
    )
    return {
        **body,
        "indicator": EDITED,
        "rule": cause,
        "level": "orange",
        "name": NAME.as_json(),
        "period": alert.number,
        "part": {},
        "values": {},
        "clock": None,
        "basis": [],
        "norms": [],
        "reference": None,
        "as_of": None,
        "fingerprint": alert.fingerprint,
        "message": message.as_json(),
        "why": _WHY.as_json(),
        "absent": Words("", "").as_json(),
        "next": _NEXT.as_json(),
        "edits": detail,
    }


def _edits(detail: dict[str, Any], of: str, became: str, between: str) -> str:
    edits = detail.get("edits")
    if not edits:
        return str(detail.get("dataset", ""))
    return between.join(f"{name} {of}{change['old']}{became}{change['new']}" for name, change in edits.items())
