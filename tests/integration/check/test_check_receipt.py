"""The receipt log through the whole engine: the sets of cases, by csv and by XES, to the digest."""

import csv
import gzip
from datetime import date, datetime

import pytest

from xiezhi.engine.check.reproduce import differences
from xiezhi.engine.check.run import Request, run_check
from xiezhi.engine.findings.finding import digest_of
from xiezhi.engine.run.jobs import Limits

AS_OF = date(2012, 1, 23)


@pytest.fixture(scope="module", params=["receipt.csv.gz", "receipt.xes.gz"])
def findings(request, approvals, logs, mappings):
    asked = Request(pack=approvals, files=(logs / request.param,), mapping=mappings / "receipt.toml")
    with run_check(asked) as outcome:
        assert outcome.as_of == AS_OF
        assert [ran.indicator.id for ran in outcome.ran if ran.not_run] == []
        yield list(outcome.findings)


@pytest.fixture(scope="module")
def recounted(logs) -> dict[str, set[str]]:
    """Count the same once more by a plain loop over the csv."""
    ended, last, due = {}, {}, {}
    with gzip.open(logs / "receipt.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            case, at = row["case:concept:name"], datetime.fromisoformat(row["time:timestamp"])
            due[case] = datetime.fromisoformat(row["case:deadline"])
            end = row["case:enddate"]
            ended[case] = datetime.fromisoformat(end) if end else None
            last[case] = max(at, last.get(case, at))
    return {
        "ended": {case for case, end in ended.items() if end is not None and end > due[case]},
        "open": {case for case, end in ended.items() if end is None and due[case].date() < AS_OF},
        "last": {case for case, at in last.items() if at > due[case]},
    }


def test_deadlines_are_right_to_the_last_case(findings, recounted) -> None:
    missed = [finding for finding in findings if finding["rule"] == "missed"]
    found = {
        "ended": {f["subject_id"] for f in missed if not f["values"]["still_open"]},
        "open": {f["subject_id"] for f in missed if f["values"]["still_open"]},
        "last": {f["subject_id"] for f in findings if f["rule"] == "after_due"},
    }
    assert found == recounted
    assert {name: len(cases) for name, cases in found.items()} == {"ended": 377, "open": 37, "last": 92}


def test_csv_and_xes_agree_to_the_digest(approvals, logs, mappings) -> None:
    digests = []
    for name in ("receipt.csv.gz", "receipt.xes.gz"):
        asked = Request(pack=approvals, files=(logs / name,), mapping=mappings / "receipt.toml")
        with run_check(asked) as outcome:
            digests.append(sorted(finding["digest"] for finding in outcome.findings))
    assert digests[0] == digests[1]


def test_threads_and_memory_change_nothing(findings, approvals, logs, mappings) -> None:
    asked = Request(
        pack=approvals,
        files=(logs / "receipt.csv.gz",),
        mapping=mappings / "receipt.toml",
        limits=Limits(memory_mb=300, threads=1),
    )
    with run_check(asked) as outcome:
        assert sorted(f["digest"] for f in outcome.findings) == sorted(f["digest"] for f in findings)


def test_anyone_can_recompute_a_digest(findings) -> None:
    assert [finding["subject_id"] for finding in findings if digest_of(finding) != finding["digest"]] == []


def test_a_finding_is_reproduced_and_a_changed_one_is_not(findings, approvals, logs, mappings) -> None:
    saved = next(finding for finding in findings if finding["rule"] == "after_due")
    asked = Request(
        pack=approvals,
        files=(logs / "receipt.csv.gz",),
        mapping=mappings / "receipt.toml",
        only=(saved["indicator"],),
    )
    with run_check(asked) as outcome:
        assert differences(saved, outcome) == []
        changed = {**saved, "values": {**saved["values"], "last_on": "2011-01-01"}}
        told = differences(changed, outcome)
    assert told[0] == "differs:"
    assert [line for line in told if line.startswith("values: ")] == [
        f"values: saved {changed['values']!r}, now {saved['values']!r}"
    ]


def test_every_finding_says_where_it_is_from(findings) -> None:
    wrong = [f["subject_id"] for f in findings if not f["evidence"] or any(e["line"] < 1 for e in f["evidence"])]
    assert wrong == []
