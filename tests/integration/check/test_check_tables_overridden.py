"""A row laid over a reference table by a mapping: the run judges by it, and its fingerprint says so."""

from contextlib import contextmanager

from xiezhi.cli.reporting import report_of
from xiezhi.engine.check.run import Request, run_check

EVENTS = """case_no,activity,checkpoint,happened_at
A,receive,CP1,2025-11-03 09:00
A,accept,CP2,2025-11-05 09:00
B,receive,CP1,2024-11-04 09:00
B,accept,CP2,2024-11-06 09:00
"""
CASES = "case_no,accepted_at,decided_at\nA,2025-11-05 09:00,2025-11-06 09:00\nB,2024-11-06 09:00,2024-11-07 09:00\n"
MAPPING = """source = "t"
[norm]
indicators = ["step_late", "delivery_late"]
{rows}
[cases]
files = "cases.csv"
[cases.columns]
case_no = "case_no"
accepted_at = "accepted_at"
decided_at = "decided_at"
[case_events]
files = "events.csv"
[case_events.columns]
case_no = "case_no"
activity = "activity"
checkpoint = "checkpoint"
happened_at = "happened_at"
"""
ROW = '[[norm.tables.step_limits]]\ncheckpoint = "CP2"\nfrom = 2025-01-01\nlimit_days = 1\nsource = "rules of 2024"\n'


@contextmanager
def judged(tmp_path, pack, rows: str):
    for name, text in (("cases.csv", CASES), ("events.csv", EVENTS), ("m.toml", MAPPING.format(rows=rows))):
        (tmp_path / name).write_text(text, encoding="utf-8")
    with run_check(Request(pack, [tmp_path / "cases.csv", tmp_path / "events.csv"], tmp_path / "m.toml")) as outcome:
        yield outcome


def prints(outcome) -> dict[str, str]:
    return {ran.indicator.id: ran.compiled.fingerprint for ran in outcome.ran if ran.compiled}


def test_the_run_judges_by_the_row_from_its_day_on(tmp_path, approvals) -> None:
    with judged(tmp_path, approvals, "") as plain, judged(tmp_path, approvals, ROW) as laid:
        assert [finding["subject_id"] for finding in plain.findings] == []
        assert [(f["subject_id"], f["values"]["limit_days"], f["values"]["used_days"]) for f in laid.findings] == [
            ("A", 1, 2)
        ]
        before, after = prints(plain), prints(laid)
    assert before.keys() == after.keys()
    assert {name for name, value in before.items() if after[name] != value} == {"step_late"}


def test_the_report_lists_the_row(tmp_path, approvals) -> None:
    with judged(tmp_path, approvals, "") as plain:
        assert report_of(plain).overrides == []
    with judged(tmp_path, approvals, ROW) as laid:
        (used,) = report_of(laid).overrides
    assert (used.name.zh, used.name.en, used.value.en, used.source) == (
        "环节的一般时限（工作日）（checkpoint = CP2，自 2025-01-01 起）",
        "General limits of steps, in working days (checkpoint = CP2, from 2025-01-01)",
        "limit_days = 1",
        "rules of 2024",
    )
