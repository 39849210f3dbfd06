"""Texts become typed columns, or the record goes into quarantine with the reason."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

Rows = Callable[..., list[dict[str, Any]]]
ZONE = {"shanghai": "", "amsterdam": 'zone = "Europe/Amsterdam"\n'}


def one_column(intake: Any, rows: Rows, column: str, text: str, *, zone: str = "", extra: str = "") -> Any:
    """Read one case with one more column; return its value, or the reason it was put in quarantine for."""
    mapping = f'source = "t"\n{zone}[cases.columns]\ncase_no = "n"\n{column} = {extra or chr(34) + "v" + chr(34)}\n'
    batch = intake.read(intake.file("t.csv", f'n,v\nA1,"{text}"\n'), mapping=mapping)
    quarantined = rows(batch, "quarantine")
    if quarantined:
        (entry,) = quarantined
        assert (entry["file"], entry["line"], entry["dataset"]) == (batch.files[0].path, 2, "cases")
        assert (entry["column"], batch.accepted, batch.quarantined) == (column, {"cases": 0}, {"cases": 1})
        return entry["reason_code"]
    (row,) = rows(batch, "cases")
    return row[column]


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("pages", "12", 12),
        ("pages", "+5", 5),
        ("pages", "-5", -5),
        ("pages", " 1,234 ", 1234),
        ("pages", "12.0", 12),
        ("pages", "9223372036854775807", 2**63 - 1),
        ("pages", "9223372036854775808", "not_integer"),
        ("pages", "12.5", "not_integer"),
        ("pages", "1,23", "not_integer"),
        ("pages", "1e5", "not_integer"),
        ("pages", "0x10", "not_integer"),
        ("pages", "1_000", "not_integer"),
        ("pages", "=1+1", "not_integer"),
        ("fee", "1,234.5", 123450),
        ("fee", "-0.01", -1),
        ("fee", "35.000", 3500),
        ("fee", "0.005", "not_money"),
        ("fee", "12元", "not_money"),
        ("fee", "99999999999999999999", "not_money"),
        ("area", "123456.78", Decimal("123456.78")),
        ("area", "1.2300", Decimal("1.23")),
        ("area", "1.234", "not_decimal"),
        ("area", "1234567.8", "not_decimal"),
        ("area", "nan", "not_decimal"),
        ("online", "TRUE", True),
        ("online", "是", True),
        ("online", "1", True),
        ("online", "No", False),
        ("online", "否", False),
        ("online", "maybe", "not_boolean"),
        ("ended_on", "2024-02-29", date(2024, 2, 29)),
        ("ended_on", "2023-02-29", "not_date"),
        ("ended_on", "2024-2-9", "not_date"),
        ("ended_on", "epoch", "not_date"),
        ("ended_on", "infinity", "not_date"),
        ("ended_on", "9999-12-31", date(9999, 12, 31)),
        ("ended_on", "2024-01-31T16:30:00Z", date(2024, 2, 1)),
        ("ended_on", "2024-01-31 23:30", date(2024, 1, 31)),
        ("due_at", "2024-01-31", datetime(2024, 1, 31)),  # noqa: DTZ001  local civil time
        ("due_at", "2024-01-31T10:20", datetime(2024, 1, 31, 10, 20)),  # noqa: DTZ001
        ("due_at", "2024-01-31 10:20:30,5", datetime(2024, 1, 31, 10, 20, 30, 500000)),  # noqa: DTZ001
        ("due_at", "2024-01-31T10:20:30.123456789Z", datetime(2024, 1, 31, 18, 20, 30, 123456)),  # noqa: DTZ001
        ("due_at", "2024-01-31T10:20:30+0530", datetime(2024, 1, 31, 12, 50, 30)),  # noqa: DTZ001
        ("due_at", "2024-01-31T25:00", "not_time"),
        ("due_at", "2024-01-31T10:00+25:00", "not_time"),
        ("due_at", "2024-01-31 10:00 Europe/Rome", "not_time"),
        ("due_at", "now", "not_time"),
        ("channel", "net", "net"),
        ("channel", "Net", "not_in_list"),
        ("remark", "=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("remark", "@SUM(A1)", "@SUM(A1)"),
        ("remark", "　两端空白　", "两端空白"),
        ("remark", "  ", None),
        ("uscc", " 91110000600037341l ", "91110000600037341L"),
        ("uscc", "91110000600037341M", "check_digit"),
    ],
)
def test_a_text_becomes_a_value_or_a_reason(intake: Any, rows: Rows, column: str, text: str, expected: Any) -> None:
    assert one_column(intake, rows, column, text) == expected


def test_a_time_is_stored_as_local_civil_time_and_as_the_instant(intake: Any, rows: Rows) -> None:
    mapping = 'source = "t"\nzone = "Europe/Rome"\n[cases.columns]\ncase_no = "n"\ndue_at = "v"\nended_on = "v"\n'
    batch = intake.read(intake.file("t.csv", "n,v\nA1,2006-07-23T22:00:00Z\n"), mapping=mapping)
    assert rows(batch, "cases", "due_at", "due_at_utc", "ended_on") == [
        {
            "due_at": datetime(2006, 7, 24),  # noqa: DTZ001
            "due_at_utc": datetime(2006, 7, 23, 22),  # noqa: DTZ001
            "ended_on": date(2006, 7, 24),
        }
    ]


@pytest.mark.parametrize(
    ("text", "local", "utc"),
    [
        ("2012-03-25 02:30", datetime(2012, 3, 25, 3, 30), datetime(2012, 3, 25, 1, 30)),  # noqa: DTZ001  skipped
        ("2012-10-28 02:30", datetime(2012, 10, 28, 2, 30), datetime(2012, 10, 28, 1, 30)),  # noqa: DTZ001  twice
        ("2012-10-28 02:30+02:00", datetime(2012, 10, 28, 2, 30), datetime(2012, 10, 28, 0, 30)),  # noqa: DTZ001
    ],
)
def test_hours_that_the_clock_skips_or_repeats(
    intake: Any, rows: Rows, text: str, local: datetime, utc: datetime
) -> None:
    mapping = 'source = "t"\nzone = "Europe/Amsterdam"\n[cases.columns]\ncase_no = "n"\ndue_at = "v"\n'
    batch = intake.read(intake.file("t.csv", f"n,v\nA1,{text}\n"), mapping=mapping)
    assert rows(batch, "cases", "due_at", "due_at_utc") == [{"due_at": local, "due_at_utc": utc}]


def test_a_declared_form_of_dates(intake: Any, rows: Rows) -> None:
    form = '{column = "v", format = "%Y年%m月%d日"}'
    assert one_column(intake, rows, "ended_on", "2024年1月5日", extra=form) == date(2024, 1, 5)
    assert one_column(intake, rows, "ended_on", "2024-01-05", extra=form) == "not_date"
    with_zone = '{column = "v", format = "%d.%m.%Y %H:%M %z"}'
    expected = datetime(2024, 1, 5, 20)  # noqa: DTZ001
    assert one_column(intake, rows, "due_at", "5.1.2024 12:00 +0000", extra=with_zone) == expected


def test_an_event_outside_the_period_is_quarantined_and_a_deadline_is_not(intake: Any, rows: Rows) -> None:
    mapping = 'source = "t"\n[cases.columns]\ncase_no = "n"\nopened_at = "o"\ndue_at = "d"\n'
    file = intake.file(
        "t.csv",
        "n,o,d\nA1,2020-01-01,2099-01-01\nA2,2019-12-31T23:59:59,\nA3,2020-12-31T23:59:59.9,\nA4,2021-01-01,\n",
    )
    batch = intake.read(file, mapping=mapping, days=(date(2020, 1, 1), date(2020, 12, 31)))
    assert [row["case_no"] for row in rows(batch, "cases")] == ["A1", "A3"]
    assert [(q["line"], q["column"], q["reason_code"], q["value"]) for q in rows(batch, "quarantine")] == [
        (3, "opened_at", "outside_period", "2019-12-31T23:59:59"),
        (5, "opened_at", "outside_period", "2021-01-01"),
    ]
    assert batch.newest_event == date(2020, 12, 31)


def test_codes_are_translated_before_typing(intake: Any, rows: Rows) -> None:
    codes = '{column = "v", codes = {Internet = "net"}, other = "window"}'
    assert one_column(intake, rows, "channel", "Internet", extra=codes) == "net"
    assert one_column(intake, rows, "channel", "e-mail", extra=codes) == "window"
    assert one_column(intake, rows, "channel", "", extra=codes) is None
    nought = '{column = "v", codes = {"-" = "0", "" = "0"}}'
    assert one_column(intake, rows, "fee", "-", extra=nought) == 0
    assert one_column(intake, rows, "fee", "", extra=nought) == 0
    assert one_column(intake, rows, "fee", "1.5", extra=nought) == 150


def test_a_constant_feeds_every_row_and_what_is_not_fed_is_null(intake: Any, rows: Rows) -> None:
    mapping = 'source = "t"\n[cases.columns]\ncase_no = "n"\nchannel = {constant = "net"}\n'
    batch = intake.read(intake.file("t.csv", "n\nA1\nA2\n"), mapping=mapping)
    assert (
        rows(batch, "cases", "channel", "fee", "opened_at", "opened_at_utc", "officer")
        == [{"channel": "net", "fee": None, "opened_at": None, "opened_at_utc": None, "officer": None}] * 2
    )
    assert batch.fed == {"cases": frozenset({"case_no", "case_id", "channel"})}


def test_a_required_value_may_not_be_empty(intake: Any, rows: Rows) -> None:
    assert one_column(intake, rows, "fee", "1") == 100
    batch = intake.read(
        intake.file("t.csv", 'n,v\n" ",1\nA2,2\n'), mapping='source="t"\n[cases.columns]\ncase_no="n"\n'
    )
    assert [(q["line"], q["column"], q["reason_code"]) for q in rows(batch, "quarantine")] == [(2, "case_no", "empty")]


def test_quarantine_speaks_both_languages_and_shows_the_row(intake: Any, rows: Rows) -> None:
    mapping = 'source = "t"\n[cases.columns]\ncase_no = "n"\nfee = "v"\n'
    batch = intake.read(intake.file("t.csv", 'n,other,v\nA1,x,"1,5"\n'), mapping=mapping)
    assert rows(batch, "quarantine") == [
        {
            "file": batch.files[0].path,
            "line": 2,
            "dataset": "cases",
            "column": "fee",
            "reason_code": "not_money",
            "reason_zh": "不是以元为单位、至多两位小数的金额",
            "reason_en": "not an amount in yuan with at most two decimals",
            "value": "1,5",
            "row": '{"n":"A1","v":"1,5"}',
        }
    ]


def test_rows_of_the_wrong_width_are_quarantined(intake: Any, rows: Rows) -> None:
    mapping = 'source = "t"\n[cases.columns]\ncase_no = "n"\nfee = "v"\n'
    batch = intake.read(intake.file("t.csv", "n,v\nA1,1\nA2\nA3,1,2\nA4,\n"), mapping=mapping)
    assert [row["case_no"] for row in rows(batch, "cases")] == ["A1", "A4"]
    assert [(q["line"], q["dataset"], q["reason_code"]) for q in rows(batch, "quarantine")] == [
        (3, "", "field_count"),
        (4, "", "field_count"),
    ]
    assert (batch.quarantined, batch.files[0].records) == ({"": 2}, 4)
