"""The laws and norms that ship: whole, resolvable, and the same as those of the approvals pack."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.engine.errors import Issue
from xiezhi.engine.packs import library
from xiezhi.engine.packs.citations import Cited, chinese, is_mark, item_lines, parse_citation
from xiezhi.engine.packs.load import shipped
from xiezhi.engine.packs.read_laws import read_laws
from xiezhi.engine.packs.read_norms import read_norms
from xiezhi.engine.packs.section import read_toml

XK = ("中华人民共和国行政许可法", "2019-04-23")
APPROVALS = shipped() / "approvals"


def test_51_laws_of_4355_articles_and_444_norms() -> None:
    assert len(library.laws()) == 51
    assert sum(len(articles) for articles in library.laws().values()) == 4355
    assert len(library.norms()) == 444
    assert library.prefixes() == {"AP", "BF", "DC", "EN", "FN", "GP", "PJ", "TB", "TX", "VL"}


def test_articles_are_numbered_without_gap() -> None:
    for articles in library.laws().values():
        assert list(articles) == [str(number) for number in range(1, len(articles) + 1)]


def test_titles_are_the_numbers_in_chinese() -> None:
    for articles in library.laws().values():
        for number, article in articles.items():
            if int(number) < 100:
                assert article.title == f"第{chinese(int(number))}条"


def test_the_text_of_the_laws_is_the_one_that_was_taken_over() -> None:
    whole = hashlib.sha256()
    for (law, version), articles in library.laws().items():
        for number, article in articles.items():
            lines = "\n".join(line for lines in article.paragraphs for line in lines)
            whole.update(f"{law}|{version}|{number}|{lines}\n".encode())
    assert whole.hexdigest() == "dd9613676cd2f36f3145193a468c28502c7f40ba841614643a8c736a7013d297"


def test_every_citation_of_a_law_that_ships_resolves_to_the_item() -> None:
    cited = [law for norm in library.norms().values() for law in norm.basis if (law.law, law.version) in library.laws()]
    assert len(cited) == 546
    for law in cited:
        article = library.article(law.law, law.version, law.article)
        assert article is not None
        number = parse_citation(law.article)
        assert number is not None
        if number.item is not None:
            assert len(item_lines(article, number.item)) == 1


def test_an_article_an_item_and_what_is_not_there() -> None:
    article = library.article(*XK, "72(7)")
    assert article is not None
    assert (article.abbr, article.article, article.title) == ("XK", "72", "第七十二条")
    assert item_lines(article, 7) == ("（七）未依法说明不受理行政许可申请或者不予行政许可的理由的；",)
    assert item_lines(article, 12) == ()
    assert library.article(*XK, "84") is None
    assert library.article(XK[0], "2003-08-27", "42") is None
    assert library.article("GB/T 39734-2020", "2020", "4") is None
    assert library.article(*XK, "第四十二条") is None


def test_a_norm() -> None:
    norm = library.norm("AP-002")
    assert norm is not None
    assert (norm.words.zh, norm.kind, norm.mark) == ("多次补正", "law", "T")
    assert [(law.law, law.article) for law in norm.basis] == [
        (XK[0], "32(4)"),
        (XK[0], "72(4)"),
        ("优化营商环境条例", "36"),
    ]
    assert library.norm("AP-999") is None


def test_a_norm_without_articles_cites_the_text_as_a_whole() -> None:
    norm = library.norm("AP-029")
    assert norm is not None
    assert [(law.law, law.article, law.mark) for law in norm.basis] == [("", "", "S")]


def test_the_norms_of_approvals_are_the_45_of_the_library() -> None:
    issues: list[Issue] = []
    root = read_toml(APPROVALS / "norms.toml", issues)
    assert root is not None
    norms = read_norms(root)
    assert issues == []
    assert norms == {norm.id: norm for norm in library.norms().values() if norm.id.startswith("AP-")}
    assert len(norms) == 45


def test_the_laws_of_approvals_are_verbatim_and_hold_what_its_norms_cite() -> None:
    issues: list[Issue] = []
    held = {}
    for path in sorted((APPROVALS / "laws").iterdir()):
        root = read_toml(path, issues)
        assert root is not None
        held |= read_laws(root)
    assert issues == []
    for (law, version, number), article in held.items():
        same = library.article(law, version, number)
        assert same is not None
        assert article.paragraphs == same.paragraphs
        assert article.source.endswith(same.source)
    wanted = {
        (found.law, found.version, found.article)
        for norm in library.norms().values()
        if norm.id.startswith("AP-")
        for law in norm.basis
        if (found := library.article(law.law, law.version, law.article))
    }
    wanted |= {("中华人民共和国民法典", "2020-05-28", str(number)) for number in range(201, 205)}
    wanted |= {("中华人民共和国税收征收管理法实施细则", "2016-02-06", number) for number in ("108", "109")}
    wanted |= {(*XK, str(number)) for number in range(1, 84)}
    assert wanted <= set(held)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("42", Cited("42", None)),
        ("32(4)", Cited("32", 4)),
        ("102(21)", Cited("102", 21)),
        ("9.6", None),
        ("P2-04", None),
        ("042", None),
        ("0", None),
        ("32(0)", None),
        ("32（4）", None),
        ("", None),
        ("42 ", None),
    ],
)
def test_citations(text: str, cited: Cited | None) -> None:
    assert parse_citation(text) == cited


@given(st.integers(1, 99))
def test_chinese_numbers(number: int) -> None:
    digits = "零一二三四五六七八九"
    tens, _, ones = chinese(number).rpartition("十")
    before = digits.index(tens) if tens else int("十" in chinese(number))
    assert before * 10 + (digits.index(ones) if ones else 0) == number


@pytest.mark.parametrize("mark", ["A", "T", "S", "C", "K", "D", "T/D", "S/K"])
def test_marks(mark: str) -> None:
    assert is_mark(mark)


@pytest.mark.parametrize("mark", ["", "X", "T/", "TD", "t", "T/X"])
def test_no_marks(mark: str) -> None:
    assert not is_mark(mark)
