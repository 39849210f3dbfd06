"""Findings compared with the planted truth, rule by rule."""

from collections.abc import Iterable, Mapping
from typing import Any

from xiezhi.demo.truth import Planted

_ALERTS = ("orange", "red")


def score(findings: Iterable[Mapping[str, Any]], planted: Iterable[Planted]) -> list[dict[str, Any]]:
    """Return one object a rule: ``rule, kind, planted, found, missed, false_alarms``, ordered by rule.

    Subjects are compared, and only what is orange or red: a notice is no alert. What was planted at one level and found
    at the other counts as missed. ``kind`` is None for a rule that raised false alarms and had nothing planted.

    Args:
        findings: objects with ``indicator``, ``rule``, ``level`` and ``subject_id``.
        planted: the truth.
    """
    alerts: dict[str, dict[str, str]] = {}
    for finding in findings:
        if finding["level"] in _ALERTS:
            subjects = alerts.setdefault(f"{finding['indicator']}.{finding['rule']}", {})
            worst = max(subjects.get(finding["subject_id"], ""), finding["level"])  # "orange" < "red"
            subjects[finding["subject_id"]] = worst
    wanted: dict[str, dict[str, str]] = {}
    kinds: dict[str, str] = {}
    for one in planted:
        kinds[one.rule] = one.kind
        subjects = wanted.setdefault(one.rule, {})
        if one.level is not None:
            subjects[one.subject_id] = one.level
    return [
        _line(rule, kinds.get(rule), wanted.get(rule, {}), alerts.get(rule, {})) for rule in sorted(wanted | alerts)
    ]


def _line(rule: str, kind: str | None, wanted: Mapping[str, str], found: Mapping[str, str]) -> dict[str, Any]:
    right = {subject for subject, level in wanted.items() if found.get(subject) == level}
    return {
        "rule": rule,
        "kind": kind,
        "planted": len(wanted),
        "found": len(right),
        "missed": len(wanted) - len(right),
        "false_alarms": len(found.keys() - wanted.keys()),
    }
