"""`check` with the shipped mappings gives the very cases that the recount gives, on every log."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import recount

from xiezhi.engine.check.run import Request, run_check
from xiezhi.engine.packs.load import find_packs, load_pack
from xiezhi.engine.run.jobs import Limits

T02, T04 = "T02 Check confirmation of receipt", "T04 Determine confirmation of receipt"

Findings = Sequence[Mapping[str, Any]]

ROOMY = Limits()
NOT_RUN = {"bpic15.toml": ["duties_not_separated"]}  # that log has no checkpoints; the norm is that of both logs


@pytest.fixture(scope="module")
def checked(logs, maps, extra_packs) -> Iterator[Callable[..., tuple[Findings, date | None]]]:
    """Check a log by a mapping, each combination once."""
    known: dict[tuple[str, str, str, Limits], tuple[Findings, date | None]] = {}

    def check(field: str, log: str, mapping: str, limits: Limits = ROOMY) -> tuple[Findings, date | None]:
        key = (field, log, mapping, limits)
        if key not in known:
            pack = load_pack(find_packs([extra_packs])[field])
            request = Request(pack=pack, files=[logs / log], mapping=maps / mapping, limits=limits)
            with run_check(request) as outcome:
                assert [ran.indicator.id for ran in outcome.ran if ran.not_run] == NOT_RUN.get(mapping, [])
                assert outcome.batch.quarantined == {}
                known[key] = (list(outcome.findings), outcome.as_of)
        return known[key]

    return check


def _cases(findings: Findings, indicator: str, **values: Any) -> set[str]:
    return {
        f["subject_id"]
        for f in findings
        if f["indicator"] == indicator and all(f["values"][name] == value for name, value in values.items())
    }


@pytest.mark.parametrize("log", ["receipt.csv.gz", "receipt.xes.gz"])
def test_receipt(checked, logs, log) -> None:
    cases = recount.csv_cases(logs / "receipt.csv.gz")
    findings, as_of = checked("approvals", log, "receipt.toml")
    assert as_of == recount.newest_day(cases, recount.AMSTERDAM) == date(2012, 1, 23)
    assert _cases(findings, "due_missed", still_open=False) == recount.ended_late(cases, "deadline", "enddate")
    assert _cases(findings, "due_missed", still_open=True) == recount.open_late(
        cases, "deadline", "enddate", recount.AMSTERDAM, as_of
    )
    assert _cases(findings, "last_event_after_due") == recount.last_event_late(cases, "deadline")
    assert _cases(findings, "duties_not_separated") == recount.one_actor(cases, T02, T04)


def test_csv_and_xes_agree_to_the_digest(checked) -> None:
    csv, _ = checked("approvals", "receipt.csv.gz", "receipt.toml")
    xes, _ = checked("approvals", "receipt.xes.gz", "receipt.toml")
    assert [f["digest"] for f in csv] == [f["digest"] for f in xes]
    assert len({f["digest"] for f in csv}) == len(csv)


def test_digests_do_not_depend_on_threads_or_memory(checked) -> None:
    wide, _ = checked("approvals", "receipt.csv.gz", "receipt.toml")
    narrow, _ = checked("approvals", "receipt.csv.gz", "receipt.toml", Limits(memory_mb=300, threads=1))
    assert [f["digest"] for f in narrow] == [f["digest"] for f in wide]


def test_a_dutch_log_is_not_worded_by_chinese_law(checked) -> None:
    findings, _ = checked("approvals", "receipt.csv.gz", "receipt.toml")
    laws = {law["law"] for f in findings for law in f["basis"]}
    recorded = "来源所载“登记的到期时间” · Recorded deadline, as the source recorded it"
    assert laws == {"Algemene wet bestuursrecht", recorded}


def test_bpic15(checked, logs) -> None:
    cases = recount.xes_cases(logs / "BPIC15_1.xes.gz")
    findings, as_of = checked("approvals", "BPIC15_1.xes.gz", "bpic15.toml")
    assert as_of == recount.newest_day(cases, recount.AMSTERDAM)
    late = recount.ended_late(cases, "endDatePlanned", "endDate")
    still = recount.open_late(cases, "endDatePlanned", "endDate", recount.AMSTERDAM, as_of)
    assert (len(late), len(still)) == (20, 8)
    assert _cases(findings, "due_missed", still_open=False) == late
    assert _cases(findings, "due_missed", still_open=True) == still
    assert _cases(findings, "last_event_after_due") == recount.last_event_late(cases, "endDatePlanned")


def test_fines(checked, fines_recounted) -> None:
    findings, _ = checked("fines", "Road_Traffic_Fine_Management_Process.xes.gz", "traffic-fines.toml")
    found: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        found[finding["rule"]].add(finding["subject_id"])
    assert {rule: found.get(rule, set()) for rule in fines_recounted} == fines_recounted
    assert set(found) <= set(fines_recounted)


def test_the_fines_pack_says_what_it_is(extra_packs: Path) -> None:
    pack = load_pack(extra_packs / "fines")
    assert {norm.kind for norm in pack.norms.values()} == {"practice"}
    assert {norm.mark for norm in pack.norms.values()} == {"D"}
    assert len(pack.indicators["course"].rules) == 11
