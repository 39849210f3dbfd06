"""A silent feed is an alert to the owner of its data: silence is not cleanliness."""

from datetime import datetime
from typing import Any

from django.db import transaction

from xiezhi.engine.words import Words
from xiezhi.kernel.alerts.clearing import clear
from xiezhi.kernel.alerts.entering import enter
from xiezhi.kernel.alerts.enums import OPEN, Cause, Move
from xiezhi.kernel.alerts.identity import Body, identity_of
from xiezhi.kernel.alerts.models import Alert, AlertMove
from xiezhi.kernel.alerts.raising import ToRaise, raise_alerts
from xiezhi.kernel.fields import fields
from xiezhi.kernel.intake.models import Source
from xiezhi.kernel.intake.store import current_version

SILENT = "feed_silent"
NAME = Words("数据来源中断", "Feed not sound")
_WHY = Words(
    "来源没有按时、足量送数，依赖它的指标就看不见新情况；没有预警不等于没有问题。",
    "While a source does not deliver as expected, indicators fed by it see nothing new: no alert is not a clean bill.",
)
_NEXT = Words(
    "请数据责任单位恢复送数，或说明原因；恢复后这条预警自行消除。",
    "Ask the owner of the data to deliver again, or to say why not; the alert clears itself when data arrive.",
)
_STATES = {
    Source.Feed.LATE: Words("没有按时送数", "has not delivered in time"),
    Source.Feed.THIN: Words("送来的数据明显偏少", "delivered far fewer rows than expected"),
    Source.Feed.DIFFERENT: Words("送来的数据量与往常相差很大", "delivered a very different number of rows than usual"),
}


def watch(at: datetime) -> int:
    """Raise an alert for each feed that is not sound and has none; end those of feeds that are sound again."""
    silent = {s.code: s for s in Source.objects.exclude(stale_since=None) if s.field in fields().packs}
    open_ones = {a.subject_id: a for a in Alert.objects.filter(indicator=SILENT, state__in=OPEN)}
    new = [ToRaise((_finding(source),)) for code, source in sorted(silent.items()) if code not in open_ones]
    sound = [alert for code, alert in sorted(open_ones.items()) if code not in silent and alert.holds]
    if not new and not sound:
        return 0  # a transaction would take the database's one lock for nothing, every second
    with transaction.atomic():
        raise_alerts(new, version=current_version(), at=at)
        for alert in sound:
            _sound_again(alert, at)
    return len(new) + len(sound)


def _sound_again(alert: Alert, at: datetime) -> None:
    version = current_version()
    alert.holds, alert.cause, alert.condition_ended_at = False, Cause.ENDED, at
    AlertMove.objects.create(alert=alert, at=at, version=version, kind=Move.CONDITION_ENDED, cause=Cause.ENDED)
    enter(alert, "alert.condition_ended", {"cause": Cause.ENDED, "version": version}, at=at)
    if not alert.touched:
        clear(alert, at=at, version=version)
    alert.save()


def _finding(source: Source) -> Body:
    since = source.stale_since.date().isoformat() if source.stale_since else ""
    said = _STATES[Source.Feed(source.feed_state)]
    name_en = source.name_en or source.name_zh
    message = Words(
        f"来源“{source.name_zh}”{said.zh}，{since}起没有可靠的数据。",
        f"The source “{name_en}” {said.en}; no reliable data since {since}.",
    )
    empty: dict[str, Any] = {"zh": "", "en": ""}
    finding: Body = {
        "field": source.field,
        "indicator": SILENT,
        "rule": source.feed_state,
        "level": "orange",
        "name": NAME.as_json(),
        "subject_type": "source",
        "subject_id": source.code,
        "title": source.name_zh,
        "organisation": source.owner,
        "post": None,
        "legal_date": None,
        "period": None,
        "part": {},
        "values": {},
        "clock": None,
        "evidence": [],
        "basis": [],
        "norms": [],
        "reference": None,
        "as_of": None,
        "version": None,
        "fingerprint": "",
        "digest": "",
        "message": message.as_json(),
        "why": _WHY.as_json(),
        "absent": empty,
        "next": _NEXT.as_json(),
    }
    finding["digest"] = identity_of(finding)
    return finding
