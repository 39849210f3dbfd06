"""Scoring compares subjects and levels, rule by rule, and takes no notice for an alert."""

from xiezhi.demo.score import score
from xiezhi.demo.truth import Planted


def _planted(rule: str, subject: str, level: str | None, kind: str = "law") -> Planted:
    return Planted(rule, kind, subject, level, ("", ""))


def _finding(rule: str, subject: str, level: str) -> dict[str, str]:
    indicator, name = rule.split(".")
    return {"indicator": indicator, "rule": name, "subject_id": subject, "level": level}


def test_found_missed_and_false_alarms() -> None:
    planted = [_planted("a.late", "1", "orange"), _planted("a.late", "2", "red"), _planted("a.late", "3", "orange")]
    findings = [_finding("a.late", "1", "orange"), _finding("a.late", "2", "orange"), _finding("a.late", "9", "red")]
    assert score(findings, planted) == [
        {"rule": "a.late", "kind": "law", "planted": 3, "found": 1, "missed": 2, "false_alarms": 1}
    ]


def test_an_innocent_case_that_is_found_is_a_false_alarm() -> None:
    planted = [_planted("a.late", "1", None)]
    assert score([_finding("a.late", "1", "orange")], planted)[0]["false_alarms"] == 1
    assert score([_finding("a.late", "1", "notice")], planted)[0] == {
        "rule": "a.late",
        "kind": "law",
        "planted": 0,
        "found": 0,
        "missed": 0,
        "false_alarms": 0,
    }


def test_the_worst_of_several_parts_counts() -> None:
    planted = [_planted("a.late", "1", "red")]
    findings = [_finding("a.late", "1", "red"), _finding("a.late", "1", "orange")]
    assert score(findings, planted)[0]["found"] == 1


def test_a_rule_without_plants_has_no_kind() -> None:
    planted = [_planted("b.x", "1", "orange", "statistic")]
    assert score([_finding("a.late", "7", "orange")], planted) == [
        {"rule": "a.late", "kind": None, "planted": 0, "found": 0, "missed": 0, "false_alarms": 1},
        {"rule": "b.x", "kind": "statistic", "planted": 1, "found": 0, "missed": 1, "false_alarms": 0},
    ]
