"""More repeated rows than are compared at once: pass two cuts them into parts, and says what a plain loop says."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

Rows = Callable[..., list[dict[str, Any]]]
CASES = 'source = "t"\n[cases]\ndistinct = {distinct}\n[cases.columns]\ncase_no = "n"\nfee = "v"\n'
EVENTS = 'source = "t"\n[case_events.columns]\ncase_no = "n"\nactivity = "a"\nhappened_at = "t"\n'
NUMBER = 150_000


def cases() -> list[tuple[str, int]]:
    """Scattered cases; of each hundred, one has fees that differ."""
    keys = [n * 7919 % 30_011 for n in range(NUMBER)]
    return [(f"A{key}", n % 3 if key % 100 == 0 else key) for n, key in enumerate(keys)]


@pytest.mark.parametrize("distinct", [True, False])
def test_keys(intake: Any, rows: Rows, *, distinct: bool) -> None:
    given = cases()
    fees: dict[str, dict[int, int]] = defaultdict(dict)
    for line, (case, fee) in enumerate(given, start=2):
        fees[case].setdefault(fee, line)
    kept = [(case, *next(iter(told.items()))) for case, told in fees.items() if len(told) == 1]
    if distinct:
        fault = [(n, "contradiction") for told in fees.values() if len(told) > 1 for n in told.values()]
    else:
        first = {line for _, _, line in kept}
        fault = [
            (line, "key_conflict" if len(fees[case]) > 1 else "duplicate")
            for line, (case, _) in enumerate(given, start=2)
            if line not in first
        ]
    content = "n,v\n" + "".join(f"{case},{fee}\n" for case, fee in given)
    batch = intake.read(intake.file("t.csv", content), mapping=CASES.format(distinct=str(distinct).lower()))
    stored = rows(batch, "cases")
    assert [(r["case_no"], r["fee"] // 100, r["_line"]) for r in stored] == kept
    assert [r["_row"] for r in stored] == [n if distinct else line - 1 for n, (_, _, line) in enumerate(kept, 1)]
    ids = {case: number for number, case in enumerate(fees, start=1)}
    assert [r["case_id"] for r in stored] == [ids[case] for case, _, _ in kept]
    assert [(q["line"], q["reason_code"]) for q in rows(batch, "quarantine")] == sorted(fault)


def test_occurrences_over_two_files(intake: Any, rows: Rows) -> None:
    given = [(f"A{n * 7919 % 20_011}", n % 2) for n in range(NUMBER)]
    files = (given, given[: NUMBER // 10])  # the second file holds nothing new
    paths = [
        intake.file(name, "n,a,t\n" + "".join(f"{case},x{act},2020-01-01\n" for case, act in part))
        for name, part in zip(("a.csv", "b.csv"), files, strict=True)
    ]
    batch = intake.read(*paths, mapping=EVENTS)
    seen: dict[tuple[str, int], int] = defaultdict(int)
    wanted = []
    for line, (case, act) in enumerate(given, start=2):
        seen[case, act] += 1
        wanted.append((1, line, case, f"x{act}", seen[case, act]))
    ids = {case: number for number, case in enumerate(dict.fromkeys(case for case, _ in given))}
    wanted.sort(key=lambda row: (ids[row[2]], row[1]))
    columns = ("_file", "_line", "case_no", "activity", "nth")
    assert [tuple(r.values()) for r in rows(batch, "case_events", *columns)] == wanted
    assert [(q["file"], q["line"], q["reason_code"]) for q in rows(batch, "quarantine")] == [
        (str(paths[1]), line, "duplicate") for line in range(2, NUMBER // 10 + 2)
    ]
