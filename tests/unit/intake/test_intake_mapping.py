"""Mapping files: what they say, and every refusal with its line and what to write instead."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xiezhi.engine.errors import AuthorError
from xiezhi.engine.intake.mapping import load_mapping
from xiezhi.engine.intake.model import ColumnMap, DatasetMap, NormOfRun, ParameterOverride, SourceMap
from xiezhi.engine.intake.refusals import FileRefused, HeadingMissing, NothingFed
from xiezhi.engine.packs.model import Law
from xiezhi.engine.words import Words

Rows = Callable[..., list[dict[str, Any]]]
WHOLE = """source = "receipt"
zone = "Europe/Amsterdam"
encoding = "GBK"
prefix = "R-"

[norm]
calendar = "NL"
indicators = ["recorded_deadline_missed"]
basis = [{law = "Awb", article = "4:13", version = "2011-10-01", mark = "T"}]
limit_name = {zh = "登记期限", en = "recorded deadline"}
[norm.parameters]
decision_days = {value = 40, source = "decision of 2010"}

[cases]
files = "*.csv*"
distinct = true
require = ["case:concept:name"]
[cases.columns]
case_no = "case:concept:name"
channel = {column = "case:channel", codes = {Internet = "net"}, other = "window"}
remark = {constant = "none"}
ended_on = {column = "end", format = "%d-%m-%Y"}
officer = {column = "org:resource", privacy = "none", reason = "a pseudonym of the publisher"}
"""


def test_a_whole_mapping(intake: Any, datasets: Any) -> None:
    path = intake.file("m.toml", WHOLE)
    assert load_mapping(path, datasets) == SourceMap(
        source="receipt",
        path=path,
        zone="Europe/Amsterdam",
        encoding="gb18030",
        prefix="R-",
        datasets={
            "cases": DatasetMap(
                "cases",
                files="*.csv*",
                distinct=True,
                require=("case:concept:name",),
                columns={
                    "case_no": ColumnMap(column="case:concept:name"),
                    "channel": ColumnMap(column="case:channel", codes=(("Internet", "net"),), other="window"),
                    "remark": ColumnMap(constant="none"),
                    "ended_on": ColumnMap(column="end", format="%d-%m-%Y"),
                    "officer": ColumnMap(column="org:resource", privacy="none", reason="a pseudonym of the publisher"),
                },
            )
        },
        norm=NormOfRun(
            calendar="NL",
            indicators=("recorded_deadline_missed",),
            parameters=(ParameterOverride("decision_days", 40, "decision of 2010"),),
            basis=(Law("Awb", "4:13", "2011-10-01", "T"),),
            limit_name=Words("登记期限", "recorded deadline"),
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('zone = "Europe/Amsterdam"', 'zone = "Europe/Amsterdm"', (2, 'did you mean "Europe/Amsterdam"?')),
        ('encoding = "GBK"', 'encoding = "gbx"', (3, "is no encoding")),
        ("source =", "sources =", (1, 'did you mean "source"?')),
        ("[cases]", "[case]\n[cases]", (14, 'did you mean "cases"?')),
        ("case_no =", "case_mo =", (19, 'cases has no column "case_mo"')),
        ("case_no =", "case_mo =", (18, "cases cannot be fed without case_no")),
        ("distinct = true", 'distinct = "yes"', (16, "write true or false")),
        ('"net"}', '"nets"}', (20, 'did you mean "net"?')),
        ('other = "window"', 'other = "door"', (20, '"door" is not in the code list channel')),
        ('{constant = "none"}', '{constant = "none", column = "x"}', (21, "either a column or a constant")),
        ('{constant = "none"}', "{}", (21, "either a column or a constant")),
        ('{constant = "none"}', "5", (21, "is not a table")),
        ('"%d-%m-%Y"', '"%Q"', (22, "does not serve a column of type date")),
        (
            'remark = {constant = "none"}',
            'remark = {column = "r", format = "%Y"}',
            (21, "does not serve a column of type"),
        ),
        (', reason = "a pseudonym of the publisher"', "", (23, "without a reason")),
        ('privacy = "none"', 'privacy = "public"', (23, "write one of: none")),
        (
            'remark = {constant = "none"}',
            'remark = {column = "r", privacy = "none", reason = "x"}',
            (21, "nothing is to be"),
        ),
        ("remark =", "case_id =", (21, "is counted by the engine")),
        ('{value = 40, source = "decision of 2010"}', "{value = 40}", (12, 'has no "source"')),
        ('en = "recorded deadline"', 'en = ""', (10, "no English")),
        ("distinct = true", "distinct = true\nfoo = 1", (17, 'unknown key "foo"')),
        ("distinct = true", "distinct = ", (16, "toml")),
    ],
)
def test_a_refusal_names_the_line_and_what_to_write(
    intake: Any, datasets: Any, old: str, new: str, place: tuple[int, str]
) -> None:
    line, said = place
    path = intake.file("m.toml", WHOLE.replace(old, new, 1))
    with pytest.raises(AuthorError) as refused:
        load_mapping(path, datasets)
    assert [issue for issue in refused.value.issues if issue.place.line == line and said in str(issue)], refused.value


def test_a_mapping_must_feed_something(intake: Any, datasets: Any) -> None:
    with pytest.raises(AuthorError, match=r"no section feeds a dataset — write one of: \[cases\], \[case_events\]"):
        load_mapping(intake.file("m.toml", 'source = "x"\n'), datasets)


def test_files_named_after_datasets_need_no_mapping(intake: Any, rows: Rows) -> None:
    cases = intake.file("cases.2024.csv", "\ufeff办件号;渠道; Officer ;备注\nA1;net;张三;x\n")
    events = intake.file("case_events.csv.gz", gzip.compress(b"CASE_NO\tactivity\thappened_at\nA1\tx\t2024-01-01\n"))
    batch = intake.read(cases, events)
    assert batch.fed == {
        "cases": frozenset({"case_no", "case_id", "channel", "officer"}),
        "case_events": frozenset({"case_no", "case_id", "activity", "happened_at", "nth"}),
    }
    assert (batch.accepted, batch.quarantined, batch.unresolved) == ({"cases": 1, "case_events": 1}, {}, {})


@pytest.mark.parametrize(
    ("name", "content", "error", "said"),
    [
        (
            "permits.csv",
            "case_no\n1\n",
            NothingFed,
            "named after no dataset; name it one of cases.csv, case_events.csv",
        ),
        ("cases.csv", "number\n1\n", HeadingMissing, r"no heading for cases.case_no .*headings of the file: number"),
        ("cases.csv", "case_no,办件号\n1,1\n", FileRefused, "both feed case_no"),
        ("cases.csv", "", FileRefused, "is empty"),
        ("cases.xlsx", "x", FileRefused, "its name tells no format"),
        ("cases.csv", ",".join(f"c{n}" for n in range(5000)) + "\n", FileRefused, "has 5000 columns"),
        ("cases.csv", "case\0_no\n1\n", FileRefused, "the heading on line 1 cannot be read"),
        ("cases.csv", "case_no," + "x" * (2 << 20) + "\n1,2\n", FileRefused, "the heading on line 1 cannot be read"),
    ],
)
def test_files_that_speak_for_nothing(
    intake: Any, name: str, content: str, error: type[FileRefused], said: str
) -> None:
    with pytest.raises(error, match=said):
        intake.read(intake.file(name, content))


def test_files_of_one_dataset_feed_a_column_only_where_all_do(intake: Any) -> None:
    one = intake.file("cases.1.csv", "case_no,fee,remark\nA,1,x\n")
    two = intake.file("cases.2.csv", "case_no,fee\nB,1\n")
    assert intake.read(one, two).fed == {"cases": frozenset({"case_no", "case_id", "fee"})}
    three = intake.file("cases.3.csv", "办件号,fee\nC,1\n")
    with pytest.raises(FileRefused, match="calls case_no '办件号' where another file says 'case_no'"):
        intake.read(one, three)


def test_a_heading_that_a_key_needs_must_be_there(intake: Any) -> None:
    mapping = 'source = "t"\n[cases.columns]\ncase_no = "nummer"\nremark = "opmerking"\n'
    with pytest.raises(
        HeadingMissing, match=r"no heading 'nummer', which feeds cases\.case_no.*Headings of the file: n"
    ):
        intake.read(intake.file("t.csv", "n\n1\n"), mapping=mapping)
    assert intake.read(intake.file("u.csv", "nummer\n1\n"), mapping=mapping).fed == {"cases": {"case_no", "case_id"}}


def test_a_heading_twice_is_refused_only_where_it_is_read(intake: Any) -> None:
    mapping = 'source = "t"\n[cases.columns]\ncase_no = "n"\nremark = "r"\n'
    assert intake.read(intake.file("t.csv", "n,r,x,x\n1,2,3,4\n"), mapping=mapping).accepted == {"cases": 1}
    with pytest.raises(FileRefused, match="the heading 'r' stands twice"):
        intake.read(intake.file("u.csv", "n,r,r\n1,2,3\n"), mapping=mapping)


def test_a_file_that_no_section_takes_is_refused(intake: Any) -> None:
    mapping = 'source = "t"\n[cases]\nfiles = "*.xes"\n[cases.columns]\ncase_no = "n"\n'
    with pytest.raises(NothingFed, match=r"no section of the mapping takes this file \(\[cases\] files = '\*\.xes'\)"):
        intake.read(intake.file("t.csv", "n\n1\n"), mapping=mapping)


def test_the_reference_page_shows_a_mapping_that_loads(intake: Any, datasets: Any) -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "reference" / "mapping.md"
    example = page.read_text("utf-8").split("```toml\n")[1].split("```")[0]
    assert load_mapping(intake.file("m.toml", example), datasets).norm.calendar == "NL"
