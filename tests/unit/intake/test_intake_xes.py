"""XES: the quick reader and the parser of all of XML give the same records, and hostile logs are refused."""

import os
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from xiezhi.engine.intake.refusals import NotXes, WrongEncoding
from xiezhi.engine.intake.xesparsed import parsed
from xiezhi.engine.intake.xesplain import Irregular, plain

Rows = Callable[..., list[dict[str, Any]]]
COUNT = 2000 if os.environ.get("XIEZHI_SOAK") else 100
HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<log xes.version="1.0"{more}>
  <global scope="trace">
    <date key="enddate" value="1970-01-01T00:00:00Z"/></global>
  <global scope="event"><string key="org:resource" value="UNKNOWN"/></global>
"""
LOG = (
    HEAD
    + """  <trace>
    <string key="concept:name" value="A&amp;1"/>
    <event>
      <string key="concept:name" value="x &lt;&#x4e2d;&#10;&quot;y>"/>
      <date key="time:timestamp" value="2020-01-01T00:00:00+08:00"/>
    </event>
    <event><string key="concept:name" value="z"/><date key="time:timestamp" value="2020-01-02T00:00:00+08:00"/></event>
  </trace>
  <trace>
    <string key="concept:name" value="B"/>
  </trace>
</log>
"""
).format(more="")
NESTED = LOG.replace('value="z"/>', 'value="z"><string key="concept:name" value="inner"/></string>')
MAPPING = """source = "t"
[cases]
distinct = true
[cases.columns]
case_no = "case:concept:name"
ended_on = "case:enddate"
[case_events.columns]
case_no = "case:concept:name"
activity = "concept:name"
happened_at = "time:timestamp"
actor = "org:resource"
"""
SPELT = [
    LOG,
    NESTED,
    LOG.replace("<event>", "<!-- a comment --><event>"),
    LOG.replace('"', "'").replace("&#10;&quot;y>", "&#10;&quot;y>"),
    LOG.replace("<log", '<log xmlns="http://www.xes-standard.org/"'),
    LOG.replace("<log", '<xes:log xmlns:xes="http://www.xes-standard.org/"')
    .replace("</log", "</xes:log")
    .replace("<trace", "<xes:trace")
    .replace("</trace", "</xes:trace")
    .replace("<event", "<xes:event")
    .replace("</event", "</xes:event")
    .replace("<string", "<xes:string")
    .replace("<date", "<xes:date")
    .replace("<global", "<xes:global")
    .replace("</global", "</xes:global"),
    LOG.replace('    <string key="concept:name" value="A&amp;1"/>\n', "").replace(
        "  </trace>\n  <trace>", '    <string key="concept:name" value="A&amp;1"/>  </trace>\n\n  <trace>', 1
    ),
    LOG.replace('value="B"/>', 'value="B"></string>'),
    "\ufeff" + LOG,
    LOG.replace("\n", "\r\n"),
]


@pytest.mark.parametrize("text", SPELT)
def test_one_log_in_many_spellings(intake: Any, rows: Rows, text: str) -> None:
    batch = intake.read(intake.file("t.xes", text), mapping=MAPPING)
    assert [(r["case_no"], r["ended_on"]) for r in rows(batch, "cases")] == [("A&1", None), ("B", None)]
    assert [(r["case_no"], r["activity"]) for r in rows(batch, "case_events")] == [
        ("A&1", 'x <中\n"y>'),
        ("A&1", "z"),
    ]
    assert (batch.quarantined, batch.unresolved) == ({}, {})
    assert batch.fed == {
        "cases": {"case_no", "case_id", "ended_on"},  # declared in <global>, though no trace has it
        "case_events": {"case_no", "case_id", "activity", "happened_at", "nth", "actor"},
    }


def test_lines_are_exact(intake: Any, rows: Rows) -> None:
    for text in (LOG, NESTED):
        batch = intake.read(intake.file("t.xes", text), mapping=MAPPING)
        assert [r["_line"] for r in rows(batch, "case_events")] == [8, 12]
        assert [r["_line"] for r in rows(batch, "cases")] == [8, 14]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD.format(more="") + "</log>", "holds no trace"),
        ("", "not well-formed"),
        ("not xml", "not well-formed"),
        (LOG.replace("</log>", ""), "not well-formed XML: no element found"),
        (LOG.replace("</trace>", "</event>", 1), "line 13: is not well-formed XML: mismatched tag"),
        (LOG.replace("&amp;", "&nbsp;"), "line 7: is not well-formed XML: undefined entity"),
        (LOG.replace("&#10;", "&#0;"), "line 9: is not well-formed XML: reference to invalid character number"),
        (LOG.replace("A&amp;1", "A & 1"), "line 7: is not well-formed"),
        (LOG.replace("A&amp;1", "A<1"), "line 7: is not well-formed"),
        (LOG.replace("A&amp;1", "A\0"), "line 7: is not well-formed"),
        (LOG.replace("<log", '<!DOCTYPE log [<!ENTITY a "aaaa">]>\n<log'), "line 2: a document type is not read"),
        (
            LOG.replace("<log", '<!DOCTYPE log SYSTEM "file:///etc/passwd">\n<log'),
            "line 2: a document type is not read",
        ),
        (LOG + "<log/>", "junk after document element"),
        (LOG.replace("log", "html"), "begins with <html>, not with <log>"),
        (LOG.replace("A&amp;1", "x" * (3 << 20)), "a tag is longer than 1 MiB"),
        (NESTED.replace("inner", "x" * (3 << 20)), "a tag is longer than 1 MiB"),
        (
            LOG.replace("<event>", "<list>" * 100 + "</list>" * 100 + "<event>", 1),
            "more than 64 tags inside each other",
        ),
    ],
)
def test_hostile_logs_are_refused_with_the_line(intake: Any, text: str, said: str) -> None:
    with pytest.raises(NotXes, match=said):
        intake.read(intake.file("t.xes", text), mapping=MAPPING)
    assert list((intake.folder / "out1").iterdir()) == []


def test_a_bomb_of_entities_expands_to_nothing(intake: Any) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = LOG.replace("<log", f'<!DOCTYPE log [<!ENTITY l0 "lol">{entities}]>\n<log').replace("A&amp;1", "&l11;")
    with pytest.raises(NotXes, match="document type"):
        intake.read(intake.file("t.xes", bomb), mapping=MAPPING)


def test_a_log_in_gb18030_declared_or_not(intake: Any, rows: Rows) -> None:
    text = LOG.replace("A&amp;1", "甲一")
    for name in ("UTF-8", "GB18030", "GBK"):
        batch = intake.read(intake.file("t.xes", text.replace("UTF-8", name).encode("gb18030")), mapping=MAPPING)
        assert [r["case_no"] for r in rows(batch, "cases")] == ["甲一", "B"]
    with pytest.raises(WrongEncoding, match="byte"):
        intake.read(intake.file("t.xes", text.encode("gb18030") + b"\xff"), mapping=MAPPING)


def test_a_long_trace_and_a_late_irregularity_give_the_same_records(intake: Any, rows: Rows) -> None:
    def trace(case: str, events: int) -> str:
        event = (
            '<event><string key="concept:name" value="{}"/><date key="time:timestamp" value="2020-01-01"/></event>\n'
        )
        return (
            f'<trace><string key="concept:name" value="{case}"/>\n'
            + "".join(event.format(n) for n in range(events))
            + "</trace>\n"
        )

    body = "".join(trace(f"C{n}", 30) for n in range(1500)) + trace("long", 45_000)
    quick = intake.read(intake.file("a.xes", HEAD.format(more="") + body + "</log>"), mapping=MAPPING)
    slow = intake.read(intake.file("b.xes", HEAD.format(more="") + body + "<!-- end --></log>"), mapping=MAPPING)
    assert quick.accepted == {"cases": 1501, "case_events": 90_000}
    for name in ("cases", "case_events"):
        assert rows(quick, name) == rows(slow, name)


KEYS = ("concept:name", "org:resource", "time:timestamp", "x")
TEXT = st.text(alphabet="ab<>&\"'\n\t 中é", max_size=6)
ATTRIBUTES = st.dictionaries(st.sampled_from(KEYS), TEXT, max_size=3)
TRACES = st.lists(st.tuples(ATTRIBUTES, st.lists(ATTRIBUTES, max_size=3)), min_size=1, max_size=4)


@settings(max_examples=COUNT, deadline=None)
@given(TRACES, st.integers(1, 200), st.sampled_from(["", "\n", "  \r\n"]))
def test_both_readers_and_lxml_agree(
    traces: list[tuple[dict[str, str], list[dict[str, str]]]], size: int, blank: str
) -> None:
    def attributes(given_: dict[str, str]) -> str:
        return "".join(f"<string key={_quoted(k)} value={_quoted(v)}/>{blank}" for k, v in given_.items())

    def inside(events: list[dict[str, str]]) -> str:
        return "".join(f"<event>{attributes(event)}</event>{blank}" for event in events)

    body = "".join(f"<trace>{blank}{attributes(of)}{inside(events)}</trace>{blank}" for of, events in traces)
    text = f"<log>{blank}{body}</log>".encode()
    wanted = frozenset(KEYS) | frozenset(f"case:{key}" for key in KEYS)
    chunks = [text[i : i + size] for i in range(0, len(text), size)]
    quick, slow = _records(plain, chunks, wanted), _records(parsed, chunks, wanted)
    assert quick == slow == _by_lxml(text)


def _quoted(text: str) -> str:
    found = quoteattr(text, {"\n": "&#10;", "\t": "&#9;", '"': "&quot;"})
    return found if found.startswith('"') else '"' + found[1:-1].replace('"', "&quot;") + '"'


def _records(reader: Callable[..., Any], chunks: list[bytes], wanted: frozenset[str]) -> list[dict[str, Any]]:
    found = []
    for batch in reader("t.xes", chunks, wanted, {}):
        names = list(batch.columns)
        for n, (line, whole) in enumerate(zip(batch.line.to_pylist(), batch.whole.to_pylist(), strict=True)):
            values = {name: batch.columns[name][n].as_py() for name in names}
            found.append({"line": line, "whole": whole} | {k: v for k, v in values.items() if v is not None})
    return found


def _by_lxml(text: bytes) -> list[dict[str, Any]]:
    found = []
    for trace in etree.fromstring(text).findall("trace"):
        of = {f"case:{a.get('key')}": a.get("value") for a in trace.findall("string")}
        events = trace.findall("event")
        for event in events or [trace]:
            own = {a.get("key"): a.get("value") for a in event.findall("string")} if events else {}
            values = {k: v for k, v in (of | own).items() if v}
            found.append({"line": event.sourceline, "whole": bool(events)} | values)
    return found


def test_a_plain_log_is_read_by_the_quick_reader() -> None:
    usual = LOG.replace('y>"', 'y&gt;"').encode()
    assert len(_records(plain, [usual], frozenset({"concept:name"}))) == 3
    with pytest.raises(Irregular):
        _records(plain, [NESTED.encode()], frozenset({"concept:name"}))
