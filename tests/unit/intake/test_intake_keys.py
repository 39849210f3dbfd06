"""Pass two: keys, duplicates, contradictions, occurrences, surrogates, references."""

from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest

from xiezhi.engine.intake.refusals import FileRefused

Rows = Callable[..., list[dict[str, Any]]]
CASES = 'source = "t"\n[cases.columns]\ncase_no = "n"\nfee = "v"\n'
DISTINCT = 'source = "t"\n[cases]\ndistinct = true\n[cases.columns]\ncase_no = "n"\nfee = "v"\n'
EVENTS = 'source = "t"\n[case_events.columns]\ncase_no = "n"\nactivity = "a"\nhappened_at = "t"\n'


def reasons(rows: Rows, batch: Any) -> list[tuple[int, str, str | None]]:
    return sorted((q["line"], q["reason_code"], q["value"]) for q in rows(batch, "quarantine"))


def test_two_different_rows_with_one_key_are_both_quarantined(intake: Any, rows: Rows) -> None:
    batch = intake.read(intake.file("t.csv", "n,v\nA1,1\nA2,5\nA1,2\nA3,7\n"), mapping=CASES)
    assert [(r["case_no"], r["_row"], r["_line"]) for r in rows(batch, "cases")] == [("A2", 2, 3), ("A3", 4, 5)]
    assert reasons(rows, batch) == [(2, "key_conflict", "A1"), (4, "key_conflict", "A1")]
    assert (batch.accepted, batch.quarantined) == ({"cases": 2}, {"cases": 2})


def test_of_equal_rows_the_first_stays(intake: Any, rows: Rows) -> None:
    batch = intake.read(intake.file("t.csv", "n,v\nA1,1\nA1,1.0\nA2,5\n"), mapping=CASES)
    assert [(r["case_no"], r["_line"]) for r in rows(batch, "cases")] == [("A1", 2), ("A2", 4)]
    assert reasons(rows, batch) == [(3, "duplicate", "A1")]


def test_distinct_rows_that_agree_become_one(intake: Any, rows: Rows) -> None:
    batch = intake.read(intake.file("t.csv", "n,v\nA1,1\nA2,5\nA1,1\nA2,5\nA2,5\n"), mapping=DISTINCT)
    assert [(r["case_no"], r["_row"], r["_line"], r["fee"]) for r in rows(batch, "cases")] == [
        ("A1", 1, 2, 100),
        ("A2", 2, 3, 500),
    ]
    assert rows(batch, "quarantine") == []


def test_distinct_rows_that_contradict_are_all_quarantined(intake: Any, rows: Rows) -> None:
    batch = intake.read(intake.file("t.csv", "n,v\nA1,1\nA2,5\nA1,\nA1,1\n"), mapping=DISTINCT)
    assert [(r["case_no"], r["_row"]) for r in rows(batch, "cases")] == [("A2", 1)]
    assert reasons(rows, batch) == [(2, "contradiction", "A1"), (4, "contradiction", "A1")]


def test_a_large_distinct_dataset_agrees_over_batches(intake: Any, rows: Rows) -> None:
    lines = "".join(f"A{n % 1000},{n % 1000}\n" for n in range(200_000))
    batch = intake.read(intake.file("t.csv", f"n,v\n{lines}"), mapping=DISTINCT)
    assert (batch.accepted, batch.quarantined) == ({"cases": 1000}, {})
    assert [r["_row"] for r in rows(batch, "cases")] == list(range(1, 1001))


def test_occurrences_count_equal_events_in_file_order(intake: Any, rows: Rows) -> None:
    content = "n,a,t\nA,x,2020-01-01\nA,x,2020-01-01\nA,y,2020-01-01\nB,x,2020-01-01\nA,x,2020-01-01\n"
    batch = intake.read(intake.file("t.csv", content), mapping=EVENTS)
    assert [(r["_row"], r["case_no"], r["activity"], r["nth"]) for r in rows(batch, "case_events")] == [
        (1, "A", "x", 1),
        (2, "A", "x", 2),
        (3, "A", "y", 1),
        (5, "A", "x", 3),
        (4, "B", "x", 1),  # clustered by case
    ]
    assert batch.unresolved == {"case_events.case_no": 5}


def test_one_event_in_two_files_is_not_a_second_event(intake: Any, rows: Rows) -> None:
    one = intake.file("a.csv", "n,a,t\nA,x,2020-01-01\nA,y,2020-01-02\n")
    two = intake.file("b.csv", "n,a,t\nA,y,2020-01-02\nA,z,2020-01-03\n")
    batch = intake.read(one, two, mapping=EVENTS)
    assert [(r["_file"], r["activity"], r["nth"]) for r in rows(batch, "case_events")] == [
        (1, "x", 1),
        (1, "y", 1),
        (2, "z", 1),
    ]
    assert [(q["file"], q["line"], q["reason_code"]) for q in rows(batch, "quarantine")] == [(str(two), 2, "duplicate")]


def test_two_files_with_one_key_are_not_merged_unless_they_agree(intake: Any, rows: Rows) -> None:
    one, two = intake.file("a.csv", "n,v\nA,1\nB,1\n"), intake.file("b.csv", "n,v\nB,1\nA,2\n")
    batch = intake.read(one, two, mapping=DISTINCT)
    assert [(r["case_no"], r["_file"]) for r in rows(batch, "cases")] == [("B", 1)]
    assert [(q["file"], q["line"], q["reason_code"]) for q in rows(batch, "quarantine")] == [
        (str(one), 2, "contradiction"),
        (str(two), 3, "contradiction"),
    ]


def test_the_same_file_twice_is_refused_and_leaves_nothing(intake: Any) -> None:
    one, two = intake.file("a.csv", "n,v\nA,1\n"), intake.file("b.csv", "n,v\nA,1\n")
    with pytest.raises(FileRefused, match=r"b\.csv: is the same file as .*a\.csv"):
        intake.read(one, two, mapping=CASES)
    assert list((intake.folder / "out1").iterdir()) == []


LOG = """source = "t"
{prefix}
[cases]
distinct = true
[cases.columns]
case_no = "n"
fee = "v"
[case_events.columns]
case_no = "n"
activity = "a"
happened_at = "t"
"""


@pytest.mark.parametrize("order", ["ABAC", "AABC", "CBAA"])
def test_a_surrogate_is_the_same_number_in_every_dataset(intake: Any, rows: Rows, order: str) -> None:
    content = "".join(f"{case},1,a{n},2020-01-0{n + 1}\n" for n, case in enumerate(order))
    batch = intake.read(intake.file("t.csv", f"n,v,a,t\n{content}"), mapping=LOG.format(prefix=""))
    cases = {r["case_no"]: r["case_id"] for r in rows(batch, "cases")}
    assert cases == {case: number for number, case in enumerate(dict.fromkeys(order), start=1)}
    events = rows(batch, "case_events")
    assert [r["case_id"] for r in events] == sorted(cases[case] for case in order)
    assert {(r["case_no"], r["case_id"]) for r in events} == set(cases.items())
    assert batch.unresolved == {}


def test_a_quarantined_case_leaves_its_events_unresolved(intake: Any, rows: Rows) -> None:
    content = "n,v,a,t\nA,1,x,2020-01-01\nA,2,y,2020-01-02\nB,1,x,2020-01-01\n"
    batch = intake.read(intake.file("t.csv", content), mapping=LOG.format(prefix=""))
    assert (batch.accepted, batch.unresolved) == ({"cases": 1, "case_events": 3}, {"case_events.case_no": 2})


def test_a_prefix_stands_before_every_text_that_names_the_subject(intake: Any, rows: Rows) -> None:
    content = "n,v,a,t\nA,1,x,2020-01-01\n"
    batch = intake.read(intake.file("t.csv", content), mapping=LOG.format(prefix='prefix = "R-"'))
    assert [r["case_no"] for name in ("cases", "case_events") for r in rows(batch, name)] == ["R-A", "R-A"]
    assert batch.unresolved == {}


def test_a_section_takes_only_rows_with_what_it_requires(intake: Any, rows: Rows) -> None:
    mapping = 'source = "t"\n[cases]\nrequire = ["v"]\n[cases.columns]\ncase_no = "n"\nfee = "v"\n'
    batch = intake.read(intake.file("t.csv", "n,v\nA,\nB,2\n"), mapping=mapping)
    assert [(r["case_no"], r["_row"], r["_line"]) for r in rows(batch, "cases")] == [("B", 1, 3)]
    assert rows(batch, "quarantine") == []


def test_a_file_of_a_heading_only_is_an_empty_dataset(intake: Any, rows: Rows) -> None:
    batch = intake.read(intake.file("t.csv", "n,v,a,t\n"), mapping=LOG.format(prefix=""))
    assert (batch.accepted, batch.quarantined, batch.newest_event) == ({"cases": 0, "case_events": 0}, {}, None)
    assert rows(batch, "cases") == []


def test_a_call_leaves_its_datasets_and_nothing_else(intake: Any) -> None:
    batch = intake.read(intake.file("t.csv", "n,v,a,t\nA,1,x,2020-01-01\n"), mapping=LOG.format(prefix=""))
    names = sorted(path.name for path in batch.folder.iterdir())
    assert names == ["case_events.parquet", "cases.parquet", "quarantine.parquet"]
    layout = pq.ParquetFile(batch.folder / "case_events.parquet")
    assert layout.schema_arrow.names[:4] == ["_row", "_file", "_line", "_recorded_at"]
    assert layout.metadata.row_group(0).column(0).encodings == ("DELTA_BINARY_PACKED",)
