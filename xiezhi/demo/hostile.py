"""Rows that no register should hold: they belong in quarantine, and are written so that quarantine is seen."""

import csv
from collections.abc import Iterable
from pathlib import Path

from xiezhi.demo.tables import COLUMNS

# file → rows, each given as column → text; what is not named is empty
HOSTILE: dict[str, tuple[dict[str, str], ...]] = {
    "cases": (
        {"case_no": "SJ202502309001", "matter_no": "M015", "received_at": "2025-02-30 09:00:00"},
        {"case_no": "SJ202503039002", "matter_no": "M015", "received_at": "2025-03-03 10:00:00", "outcome": "同意"},
        {"matter_no": "M015", "received_at": "2025-03-04 10:00:00"},
        {"case_no": "SJ202503059003", "received_at": "2025-03-05 10:00:00", "extension_days": "十"},
        {"case_no": "SJ202503069004", "matter_no": "M015", "received_at": "2025-03-06 10:00:00"},
        {"case_no": "SJ202503069004", "matter_no": "M016", "received_at": "2025-03-06 11:00:00"},
    ),
    "case_events": (
        {"case_no": "SJ202503109005", "activity": "收件", "checkpoint": "CP1", "happened_at": "昨天"},
        {"case_no": "SJ202503109005", "activity": "受理", "checkpoint": "CP0", "happened_at": "2025-03-10 10:00:00"},
    ),
    "receipts": (
        {"receipt_no": "PJ900001", "case_no": "SJ202503109005", "amount": "一百元", "received_on": "2025-03-10"},
    ),
    "ratings": (
        {"rating_no": "PJ-9001", "case_no": "SJ202503109005", "grade": "五星", "rated_at": "2025-03-11 10:00:00"},
    ),
}


def write_hostile(folder: Path, names: Iterable[str] = tuple(HOSTILE)) -> None:
    """Append the bad rows to files that are there."""
    for name in names:
        rows = HOSTILE[name]
        columns = COLUMNS[name].split()
        with (folder / f"{name}.csv").open("a", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, lineterminator="\n")
            writer.writerows(rows)
