"""The splitter against Python's csv module, and against everything hostile in one record."""

import csv
import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.engine.intake.records import LIMIT, split, split_lines

COUNT = 3000 if os.environ.get("XIEZHI_SOAK") else 150
TEXTS = st.text(alphabet='ab,;"\n\r 中\t', max_size=40)
FIELDS = st.lists(st.lists(st.text(alphabet='ab,"\n\r 中', max_size=8), min_size=2, max_size=4), min_size=1, max_size=6)


def records(text: str, size: int, delimiter: str = ",") -> tuple[list[tuple[int, str, int]], list[tuple[int, str]]]:
    raw = text.encode()
    found, faults = [], []
    for block in split((raw[i : i + size] for i in range(0, len(raw), size)), delimiter):
        for start, stop, line, fields in zip(block.start, block.stop, block.line, block.fields, strict=True):
            found.append((int(line), block.text[start:stop].decode(), int(fields)))
        faults += [(fault["line"], fault["reason"]) for fault in block.faults.to_pylist()]
    return found, faults


def parsed(text: str, delimiter: str = ",") -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]


@settings(max_examples=COUNT, deadline=None)
@given(FIELDS, st.sampled_from(["\n", "\r\n", "\r"]), st.integers(1, 50), st.sampled_from(",;\t|"))
def test_written_records_come_back(rows: list[list[str]], end: str, size: int, delimiter: str) -> None:
    out = io.StringIO(newline="")
    ends = any(one in field for row in rows for field in row for one in "\r\n")  # the writer forgets some of them
    quoting = csv.QUOTE_ALL if ends else csv.QUOTE_MINIMAL
    csv.writer(out, lineterminator=end, delimiter=delimiter, quoting=quoting).writerows(rows)
    found, faults = records(out.getvalue(), size, delimiter)
    assert not faults
    assert [parsed(text, delimiter)[0] for _, text, _ in found] == rows
    assert [fields for *_, fields in found] == [len(row) for row in rows]


@settings(max_examples=COUNT, deadline=None)
@given(TEXTS, st.integers(1, 60))
def test_any_text_splits_as_the_csv_module_splits_it(text: str, size: int) -> None:
    found, faults = records(text, size)
    if not faults:  # an unclosed mark is where the two differ on purpose
        assert [parsed(one)[0] for _, one, _ in found] == parsed(text)
        assert [fields for *_, fields in found] == [len(row) for row in parsed(text)]


@settings(max_examples=COUNT, deadline=None)
@given(TEXTS, st.integers(1, 60))
def test_lines_are_those_of_the_text(text: str, size: int) -> None:
    found, _ = records(text, size)
    lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline="").read().split("\n")
    for line, one, _ in found:
        first = one.replace("\r\n", "\n").replace("\r", "\n").split("\n")[0]
        assert lines[line - 1] == first


def test_physical_lines_are_counted_through_quoted_line_ends() -> None:
    text = 'a,b\n1,"x\ny\r\nz"\n\n2,3\n'
    assert records(text, 3)[0] == [(1, "a,b", 2), (2, '1,"x\ny\r\nz"', 2), (6, "2,3", 2)]


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_mark_inside_an_unquoted_field_quotes_nothing(size: int) -> None:
    text = 'a,b\n5" pipe,1\n"x, ""y""",2\n6",3\n'
    assert [one for _, one, _ in records(text, size)[0]] == ["a,b", '5" pipe,1', '"x, ""y""",2', '6",3']


@pytest.mark.parametrize("size", [1, 5, 4096])
def test_an_unclosed_mark_costs_its_own_line_only(size: int) -> None:
    found, faults = records('a,b\n1,"never closed\n2,3\n4,5\n', size)
    assert found == [(1, "a,b", 2), (3, "2,3", 2), (4, "4,5", 2)]
    assert faults == [(2, "unclosed_quote")]


def test_a_nul_byte_costs_its_own_record_only() -> None:
    found, faults = records("a,b\n1,\0\n2,3\n", 4096)
    assert ([line for line, *_ in found], faults) == ([1, 3], [(2, "nul_byte")])


@pytest.mark.parametrize("size", [1 << 14, 1 << 22])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_record_beyond_the_limit_is_skipped_to_its_end(size: int, end: str) -> None:
    long = "x" * (LIMIT + 10)
    text = f'a,b{end}1,{long}{end}2,"{long}{end}{end}"{end}3,4{end}'
    found, faults = records(text, size)
    assert found == [(1, "a,b", 2), (6, "3,4", 2)]
    assert faults == [(2, "too_long"), (3, "too_long")]


def test_a_record_at_the_limit_is_read() -> None:
    text = "1," + "x" * (LIMIT - 2) + "\n2,3\n"
    assert [line for line, *_ in records(text, 1 << 16)[0]] == [1, 2]


def test_an_unclosed_mark_beyond_the_limit_is_named_with_its_line() -> None:
    text = 'a,b\n1,"' + "x\n" * LIMIT
    assert records(text, 1 << 18) == ([(1, "a,b", 2)], [(2, "unclosed_quote")])


def test_json_lines_are_split_at_line_ends_only() -> None:
    raw = b'{"a":"x,\\"y"}\r\n\n{"b":1}'
    blocks = list(split_lines(raw[i : i + 4] for i in range(0, len(raw), 4)))
    assert [b.text[s:e] for b in blocks for s, e in zip(b.start, b.stop, strict=True)] == [
        b'{"a":"x,\\"y"}',
        b'{"b":1}',
    ]
    assert [int(line) for b in blocks for line in b.line] == [1, 3]
