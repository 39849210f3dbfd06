"""Whatever a file holds, it is refused as a whole, or each of its records is accepted or in quarantine."""

import itertools
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiezhi.engine.intake.refusals import FileRefused

Rows = Callable[..., list[dict[str, Any]]]
CELLS = st.one_of(
    st.sampled_from(["A1", "A2", "x", "2020-01-01", "9999-12-31", "=1+1", '"', '"a\nb"', "", "\0", "甲", "\r"]),
    st.text(max_size=6),
)
RECORDS = st.lists(st.lists(CELLS, max_size=4).map(",".join), max_size=12)
COUNT = itertools.count()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS, end=st.sampled_from(["\n", "\r\n", "\r"]), encoding=st.sampled_from(["utf-8", "gb18030"]))
def test_no_record_is_lost(intake: Any, rows: Rows, records: list[str], end: str, encoding: str) -> None:
    text = end.join(["case_no,activity,happened_at", "A1,x,2020-01-01", *records])
    folder = intake.folder / str(next(COUNT))
    folder.mkdir()
    path = folder / "case_events.csv"
    path.write_bytes(text.encode(encoding, "ignore"))
    try:
        batch = intake.read(path)
    except FileRefused:
        return  # the message is tested where each refusal is
    (file,) = batch.files
    assert batch.accepted["case_events"] + sum(batch.quarantined.values()) == file.records
    assert len(rows(batch, "quarantine")) == sum(batch.quarantined.values())
    assert len(rows(batch, "case_events")) == batch.accepted["case_events"]
