"""The page as a document: structure, nothing from outside, hostile texts, and what it states about what it left out."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import invented
import pytest

from xiezhi.cli.report import Report, render_report
from xiezhi.cli.report.selection import Most

_VOID = {"meta", "br", "input", "link", "hr", "img", "use", "path", "rect"}


class _Document(HTMLParser):
    """Collects elements, and checks that they close in order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.wrong: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.elements if "id" in attributes]


@pytest.fixture(scope="module")
def page() -> str:
    return render_report(invented.report())


@pytest.fixture(scope="module")
def document(page: str) -> _Document:
    return _Document(page)


def test_elements_close_in_order(document: _Document) -> None:
    assert document.wrong == []
    assert document.open == []


def test_title_is_a_sentence_with_its_number(page: str) -> None:
    assert "<title>行政审批有35件疑点待核实，红色10件、橙色25件；另有6件提醒 · 獬豸</title>" in page
    assert "Approvals: 35 suspicions to verify, 10 red and 25 orange; 6 notices besides" in page


def test_english_first(page: str) -> None:
    english = render_report(invented.report(), language="en")

    assert '<html lang="en"' in english
    assert "<title>Approvals: 35 suspicions" in english
    assert re.search(r'id="lang-en" checked', english)
    assert re.search(r'id="lang-zh" checked', page)


def test_nothing_comes_from_outside(document: _Document) -> None:
    addresses = [
        str(value)
        for _, attributes in document.elements
        for name, value in attributes.items()
        if name in ("src", "href", "action", "srcset", "data", "poster")
    ]

    assert addresses
    assert all(address.startswith("#") for address in addresses)
    assert not [tag for tag, _ in document.elements if tag in ("link", "img", "iframe", "object", "base", "form")]
    style = "".join(text for tag, text in document.texts if tag == "style")
    assert "url(" not in style
    assert "@import" not in style


def test_policy_names_exactly_its_own_style_and_script(page: str, document: _Document) -> None:
    parts = {tag: re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL) for tag in ("style", "script")}
    hashes = {
        tag: "sha256-" + base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        for tag, found in parts.items()
    }

    assert [len(found) for found in parts.values()] == [1, 1]
    policy = next(a["content"] for tag, a in document.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy == (
        f"default-src 'none'; style-src '{hashes['style']}'; script-src '{hashes['script']}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not [tag for tag, attributes in document.elements if "style" in attributes]
    assert not [tag for tag, attributes in document.elements if any(name.startswith("on") for name in attributes)]


def test_ids_are_unique_and_every_link_arrives(document: _Document) -> None:
    ids = document.ids()
    wanted = {str(a["href"])[1:] for tag, a in document.elements if tag in ("a", "use")}
    wanted |= {name for _, a in document.elements for name in str(a.get("aria-labelledby") or "").split()}
    wanted |= {str(a["for"]) for _, a in document.elements if "for" in a}

    assert len(ids) == len(set(ids))
    assert wanted <= set(ids)


def test_headings_descend_one_at_a_time(document: _Document) -> None:
    levels = [int(tag[1]) for tag, _ in document.elements if re.fullmatch(r"h[1-6]", tag)]

    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_landmarks(document: _Document) -> None:
    tags = [tag for tag, _ in document.elements]

    assert [tags.count(name) for name in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]


def test_says_what_the_run_cannot_say(page: str) -> None:
    for sentence in (
        "预警是疑点，须经有权的人核实",
        "An alert is a suspicion.",
        "没有数据集“缴库”的列 deposited_on",
        "2027年的放假安排尚未公布",
        "12条记录没有入库，也没有参加判定。下面列出2条。",
        "数据没有“延期”一列，按没有延期处理",
        "明川市承诺，2025年第3号",
        "本库没有这一条的原文，只列出处。",
    ):
        assert sentence in page


def test_law_is_verbatim_and_marked_as_chinese(page: str) -> None:
    assert f'<blockquote lang="zh-CN">\n<p><bdi>{invented.LAWS[1].paragraphs[0][0]}</bdi></p>' in page


def test_evidence_names_file_line_and_digest(page: str) -> None:
    fact = invented.finding()["evidence"][0]

    assert 'cases.csv <span lang="zh-Hans">行 20417</span><span lang="en">line 20417</span>' in page
    assert fact["row_digest"] in page


HOSTILE = "<script>alert(1)</script>\"'&\u202etxt.exe\x00\ud800" + "A" * 500


def _hostile(**changes: Any) -> Report:
    words = {"zh": HOSTILE, "en": HOSTILE + "!"}
    finding = invented.finding(
        indicator=HOSTILE, rule=HOSTILE, subject_id=HOSTILE, title=HOSTILE + "t", organisation=HOSTILE, post=HOSTILE,
        period=HOSTILE, part={HOSTILE: HOSTILE}, values={HOSTILE: HOSTILE}, norms=[HOSTILE], reference=HOSTILE,
        name=words, message=words, why=words, absent=words, next=words, digest=HOSTILE, fingerprint=HOSTILE,
        basis=[{"law": HOSTILE, "article": HOSTILE, "version": HOSTILE, "mark": HOSTILE}],
        evidence=[
            {"role": HOSTILE, "dataset": HOSTILE, "key": {HOSTILE: HOSTILE}, "row_digest": HOSTILE, "file": HOSTILE,
             "line": HOSTILE, "content": {HOSTILE: HOSTILE, HOSTILE + "2": None}},
        ],
    )  # fmt: skip
    return invented.report(findings=[finding], **changes)


def test_hostile_texts_stay_texts() -> None:
    for most in (Most(), Most(full_each=0)):
        page = render_report(_hostile(), most=most)
        document = _Document(page)

        assert document.wrong == []
        assert page.count("<script>") == 1
        assert not [text for tag, text in document.texts if tag != "script" and re.search("[\x00\u202e\ud800]", text)]
        assert "⟨U+202E⟩txt.exe⟨U+0000⟩⟨U+D800⟩" in page
        assert page.encode()


def test_field_name_cannot_leave_the_style_sheet() -> None:
    page = render_report(invented.report(field='x"; } </style><script>alert(1)</script>'))

    assert page.count("</style>") == 1
    assert page.count("<script>") == 1


def test_thousands_stay_usable_and_say_what_was_left_out() -> None:
    findings = list(invented.many(1200))
    page = render_report(invented.report(findings=findings), most=Most(full_each=20, full_all=30, rows_all=500))
    document = _Document(page)

    rows = [a for tag, a in document.elements if tag == "tr" and "item" in str(a.get("class"))]
    full = [a for tag, a in document.elements if tag == "article"]
    assert (len(full), len(rows)) == (30, 500)
    assert "共960件。最重的15件逐件列出依据、推算和证据，其后275件各列一行。" in page
    assert "还有670件没有列在本报告里" in page
    assert "共240件。最重的15件逐件列出依据、推算和证据，其后225件各列一行。" in page
    assert len(page) < 2_000_000


def test_worst_come_first() -> None:
    page = render_report(invented.report())
    group = page[page.index('id="i2"') :]
    levels = re.findall(r'<article class="finding item lv-(\w+)"', group)

    assert levels == sorted(levels, key=["red", "orange", "notice"].index)
    assert len(set(levels)) == 3


def test_empty_run_says_that_silence_is_no_proof() -> None:
    page = render_report(invented.report(findings=[]))

    assert "<title>行政审批没有发现疑点 · 獬豸</title>" in page
    assert "运行了3个指标，1个没有运行；没有发现不等于没有问题" in page
    assert 'id="filter-text"' not in page


def test_finding_of_an_unknown_indicator_is_not_lost() -> None:
    page = render_report(invented.report(findings=[invented.finding()], indicators=[]))

    assert len(re.findall("<article ", page)) == 1


def test_unmasked_report_says_so() -> None:
    page = render_report(invented.report(masked=False))

    assert "本报告含未遮蔽的个人信息" in page
    assert "个人信息已遮蔽。" not in page


def test_same_run_gives_the_same_page(page: str) -> None:
    assert render_report(invented.report()) == page
