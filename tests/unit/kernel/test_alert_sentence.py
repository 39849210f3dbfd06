"""The sentence of an alert is set as a title is."""

import pytest

from xiezhi.kernel.alerts.sentence import sentence_of


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("办件 A-1 于 2026年8月28日 受理，已用 37 个工作日", "办件A-1于2026年8月28日受理，已用37个工作日"),
        ("环节 审核关 由 Customer contact 经办", "环节审核关由Customer contact经办"),
        ("p:04762a215ee8c4c3 经办", "p:04762a215ee8c4c3经办"),
    ],
)
def test_no_gap_is_typed_in_chinese(message: str, told: str) -> None:
    assert sentence_of({"message": {"zh": message, "en": ""}}).zh == told


def test_english_begins_with_a_capital() -> None:
    assert sentence_of({"message": {"zh": "", "en": "case A-1 is late"}}).en == "Case A-1 is late"
