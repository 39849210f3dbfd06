"""`xiezhi.check` from a script, and `reproduce` on what its outputs hold."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import xiezhi
from xiezhi.cli import main
from xiezhi.engine.calendars.calendar import OutsideCalendar
from xiezhi.engine.intake.tokens import NoKey

CASES = "case_no,due_at,closed_at\nA,2025-10-10 12:00,\nB,2025-10-10 12:00,2025-10-10 12:01\n"
AS_OF = date(2025, 10, 13)


@pytest.fixture
def cases(tmp_path) -> Path:
    file = tmp_path / "cases.csv"
    file.write_text(CASES, encoding="utf-8")
    return file


def test_one_file_needs_no_list(cases) -> None:
    one = xiezhi.check("approvals", cases, as_of=AS_OF)
    several = xiezhi.check("approvals", [str(cases)], as_of=datetime(2025, 10, 13, 8, 30))  # noqa: DTZ001  a local moment
    assert [finding["subject_id"] for finding in one.findings] == ["A", "B"]
    assert one.table == several.table


def test_a_day_written_as_text_is_refused(cases) -> None:
    with pytest.raises(TypeError, match=r"as_of must be a datetime\.date, not '2025-10-13'"):
        xiezhi.check("approvals", cases, as_of="2025-10-13")


def test_an_empty_key_is_refused(cases) -> None:
    with pytest.raises(NoKey, match="is empty"):
        xiezhi.check("approvals", cases, as_of=AS_OF, key=b"\n")


def test_a_day_that_the_calendar_does_not_reach_is_refused(cases) -> None:
    """Open cases would otherwise be left out without a word."""
    with pytest.raises(OutsideCalendar, match="2090-01-01 is outside"):
        xiezhi.check("approvals", cases, as_of=date(2090, 1, 1))


@pytest.mark.parametrize(("day", "years"), [(date(2026, 12, 31), ()), (date(2027, 3, 1), (2027,))])
def test_days_counted_over_an_unpublished_year_name_it(cases, day, years) -> None:
    assert tuple(xiezhi.check("approvals", cases, as_of=day).provisional) == years


def test_a_script_without_a_guard_runs_once(cases) -> None:
    script = cases.parent / "script.py"
    script.write_text(
        "import datetime, xiezhi\nprint('begun')\n"
        f"print(len(xiezhi.check('approvals', {str(cases)!r}, as_of=datetime.date(2025, 10, 13)).findings))\n",
        encoding="utf-8",
    )
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, timeout=120)  # noqa: S603
    assert ran.stdout.split() == ["begun", "2"]


def test_an_ended_command_leaves_no_folder(cases, tmp_path) -> None:
    temporary, draft = tmp_path / "temporary", tmp_path / "slow.sql"
    temporary.mkdir()
    joins = " ".join(f"JOIN calendar AS k{n} ON k{n}.work_no <> k{n - 1}.work_no" for n in range(1, 5))
    draft.write_text(f"SELECT CAST(COUNT(k0.day) AS BIGINT) AS n FROM calendar AS k0 {joins}", encoding="utf-8")
    command = [sys.executable, "-c", "from xiezhi.cli import main; main()", "try", "approvals", draft, cases]
    with subprocess.Popen(  # noqa: S603
        command, env={**os.environ, "TMPDIR": str(temporary)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        deadline = time.monotonic() + 60
        while not list(temporary.glob("xiezhi-run-*/evaluator-*")) and time.monotonic() < deadline:
            time.sleep(0.05)
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=60) == 128 + signal.SIGTERM
    assert list(temporary.iterdir()) == []


@pytest.fixture
def saved(cases) -> dict:
    return xiezhi.check("approvals", cases, as_of=AS_OF).findings[0]


def reproduced(cases: Path, finding: object, *options: str) -> tuple[int, list[str]]:
    file = cases.parent / "finding.json"
    file.write_text(json.dumps(finding, default=str), encoding="utf-8")
    result = CliRunner().invoke(main, ["reproduce", str(file), str(cases), *options])
    return result.exit_code, result.output.splitlines()


def test_a_row_of_the_parquet_output_is_reproduced(cases, saved) -> None:
    file = cases.parent / "found.parquet"
    pq.write_table(xiezhi.check("approvals", cases, as_of=AS_OF).table, file)
    row = pq.read_table(file).slice(0, 1).to_pylist()[0]
    assert reproduced(cases, row) == (0, [f"same {saved['digest']}"])


def test_the_part_of_a_fingerprint_that_differs_is_named(cases, saved) -> None:
    parts = {**saved["fingerprint_parts"], "rules": "0" * 16}
    code, told = reproduced(cases, {**saved, "fingerprint": "0" * 64, "fingerprint_parts": parts})
    assert code == 1
    assert [line for line in told if line.startswith("fingerprint part")] == [
        f"fingerprint part rules: saved {'0' * 16}, now {saved['fingerprint_parts']['rules']}"
    ]


@pytest.mark.parametrize("wrong", [{"values": None}, {"evidence": 5}, {"as_of": "soon"}, {"digest": ...}])
def test_what_is_no_finding_is_refused(cases, saved, wrong) -> None:
    finding = {name: value for name, value in {**saved, **wrong}.items() if value is not ...}
    code, told = reproduced(cases, finding)
    assert code == 3
    assert told[-1].endswith("save one line of `xiezhi check --json`")


def test_files_of_which_no_row_can_be_read_are_refused(tmp_path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("case_no,due_at\nA,soon\n", encoding="utf-8")
    assert CliRunner().invoke(main, ["check", "approvals", str(file)]).exit_code == 3


def test_a_check_of_no_file_is_refused_and_limits_are_public() -> None:
    with pytest.raises(ValueError, match="no file"):
        xiezhi.check("approvals", [], limits=xiezhi.Limits(threads=1))
