"""JSON Lines: objects become rows, whatever is none goes into quarantine."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Rows = Callable[..., list[dict[str, Any]]]


def test_values_come_as_they_are_written(intake: Any, rows: Rows) -> None:
    file = intake.file(
        "cases.jsonl",
        '{"case_no": "A1", "fee": 100000000.10, "pages": 3, "online": true, "remark": "x\\ty"}\n'
        '\n{"case_no": "A2", "fee": "1,234.5", "pages": 12345678901234567890, "online": null}\r\n'
        '{"case_no": "A3", "area": 0.1, "remark": "\\ud83d\\ude00 \\\\u0000"}\n'
        '{"case_no": "A4", "unknown": {"a": [1, 2]}}',
    )
    batch = intake.read(file)
    assert [
        (r["case_no"], r["_line"], r["fee"], r["area"], r["pages"], r["online"], r["remark"])
        for r in rows(batch, "cases")
    ] == [
        ("A1", 1, 10_000_000_010, None, 3, True, "x\ty"),
        ("A3", 4, None, Decimal("0.10"), None, None, "😀 \\u0000"),
        ("A4", 5, None, None, None, None, None),
    ]
    assert [(q["line"], q["column"], q["reason_code"]) for q in rows(batch, "quarantine")] == [
        (3, "pages", "not_integer")
    ]
    assert batch.fed["cases"] == {"case_no", "case_id", "fee", "pages", "online", "area", "remark"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("not json", ("", "", "not_json")),
        ('{"case_no": "A2"', ("", "", "not_json")),
        ('["A2"]', ("", "", "not_json")),
        ('"A2"', ("", "", "not_json")),
        ('{"case_no": "\\ud800"}', ("", "", "not_json")),
        ('{"case_no": "A2", "case_no": "A3"}', ("", "", "twice_in_object")),
        ('{"case_no": "A2", "remark": "\\u0000"}', ("", "", "nul_byte")),
        ('{"case_no": "A2", "remark": "\0"}', ("", "", "nul_byte")),
        ('{"case_no": "A2", "remark": "' + "x" * (1 << 20) + '"}', ("", "", "too_long")),
        ('{"case_no": "A2", "remark": {"a": 1}}', ("cases", "remark", "nested")),
        ('{"case_no": ["A2"], "remark": "x"}', ("cases", "case_no", "nested")),
        ('{"case_no": "A2", "remark": NaN}', ("", "remark", "not_json_number")),
        ('{"case_no": "A2", "fee": -Infinity}', ("", "fee", "not_json_number")),
        ('{"case_no": inf, "remark": "nan"}', ("", "case_no", "not_json_number")),
        ('{"case_no": "A2", "never~/read": [1, {"a": nan}]}', ("", "never~/read", "not_json_number")),
        ('{"case_no": "A2", "remark": "\\\\", "x": NaN}', ("", "x", "not_json_number")),
        ("[NaN]", ("", "", "not_json")),
        ('{"case_no": null}', ("cases", "case_no", "empty")),
        ("{}", ("cases", "case_no", "empty")),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, ("cases", "case_no", "empty")),
        ('{"a":' * 100_000, ("", "", "not_json")),
    ],
)
def test_a_bad_line_costs_itself_only(intake: Any, rows: Rows, line: str, told: tuple[str, str, str]) -> None:
    file = intake.file("cases.jsonl", f'{{"case_no": "A1", "remark": "x"}}\n{line}\n{{"case_no": "A9"}}\n')
    batch = intake.read(file)
    assert [(r["case_no"], r["_line"]) for r in rows(batch, "cases")] == [("A1", 1), ("A9", 3)]
    assert [(q["line"], q["dataset"], q["column"], q["reason_code"]) for q in rows(batch, "quarantine")] == [(2, *told)]


def test_texts_that_spell_no_number_are_texts(intake: Any, rows: Rows) -> None:
    told = ["NaN", '"Infinity"', "\\", ': NaN, "inf": -Infinity', "financial"]
    lines = [json.dumps({"case_no": f"A{n}", "remark": text, "nan": "inf"}) for n, text in enumerate(told)]
    batch = intake.read(intake.file("cases.jsonl", "\n".join(lines)))
    assert ([r["remark"] for r in rows(batch, "cases")], batch.quarantined) == (told, {})


def test_gb18030_json(intake: Any, rows: Rows) -> None:
    file = intake.file("cases.ndjson", '{"办件编号": "甲一", "渠道": "net", "备注/说~明": "x"}\n'.encode("gb18030"))
    assert [(r["case_no"], r["channel"]) for r in rows(intake.read(file), "cases")] == [("甲一", "net")]
