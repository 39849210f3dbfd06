"""Encodings and archives: what is read, and what is refused with the line and the offset."""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from xiezhi.engine.intake.encodings import Survey, survey, utf8_chunks
from xiezhi.engine.intake.refusals import FileRefused, Inflated, Truncated, WrongEncoding
from xiezhi.engine.intake.streams import CHUNK

CHINESE = "办件编号,承办人\n甲一,张三\n"
Look = Callable[..., Survey]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    def surveyed(content: bytes, *, name: str = "a.csv", declared: str | None = None) -> Survey:
        path = tmp_path / name
        path.write_bytes(content)
        return survey(path, declared, lambda _piece: None)

    return surveyed


def text_of(surveyed: Survey) -> str:
    return b"".join(utf8_chunks(surveyed, lambda _piece: None)).decode()


@pytest.mark.parametrize(
    ("encoding", "decided"),
    [("utf-8", None), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16"), ("gbk", "gb18030")],
)
def test_encodings_that_simply_work(look: Look, encoding: str, decided: str | None) -> None:
    surveyed = look(CHINESE.encode(encoding))
    assert (surveyed.encoding, text_of(surveyed)) == (decided, CHINESE)


def test_gb18030_works_where_a_character_lies_across_chunks(look: Look) -> None:
    text = "a" * (CHUNK - 1) + "办\n" + CHINESE * 20
    surveyed = look(text.encode("gb18030"))
    assert (surveyed.encoding, text_of(surveyed)) == ("gb18030", text)


def test_four_byte_characters_of_gb18030(look: Look) -> None:
    text = CHINESE + "㐀𠀀😀\n"
    assert text_of(look(text.encode("gb18030"))) == text


def test_traditional_text_in_gb18030(look: Look) -> None:
    text = "補助事項或用途,補助對象,主辦機關\n臺北市民營公車業者,臺灣證券,財團法人\n"
    assert text_of(look(text.encode("gb18030"))) == text


def test_a_stray_byte_deep_in_utf8_is_named_and_not_turned_into_other_characters(look: Look) -> None:
    good = (CHINESE * 200_000).encode()
    with pytest.raises(WrongEncoding, match=rf"UTF-8 up to line 400001 \(byte {len(good)}\)"):
        look(good + b"\xe5\x8a,x\n" + CHINESE.encode())


def test_a_stray_byte_deep_in_gb18030_is_named(look: Look) -> None:
    good = (CHINESE * 200_000).encode("gb18030")
    with pytest.raises(WrongEncoding, match=rf"neither UTF-8 nor GB18030: line 400001 \(byte {len(good)}\)"):
        look(good + b"\xff\n")


def test_a_stray_byte_in_an_ascii_file_is_named(look: Look) -> None:
    with pytest.raises(WrongEncoding, match=r"line 3 \(byte 10\) is wrong"):
        look(b"a,b\n1,2\n3,\xff\n")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_are_counted_whatever_ends_them(look: Look, end: str) -> None:
    begin = ("x" * (CHUNK - 1) + end) * 3  # a line end across two chunks
    with pytest.raises(WrongEncoding, match=rf"line 4 \(byte {len(begin)}\) is wrong"):
        look(begin.encode() + b"\xff\xff\n")
    wide = (begin.encode("utf-16"), b"\x00\xd8\x0a\x00")
    with pytest.raises(WrongEncoding, match=rf"utf-16 text: line 4 \(byte {len(wide[0])}\)"):
        look(b"".join(wide), declared="utf-16")


def test_latin_1_is_not_taken_for_chinese(look: Look) -> None:
    content = "nom,prénom\nDupont,Hélène\nDuval,Gwenaëlle\n".encode("latin-1")
    assert content.decode("gb18030") == "nom,pr閚om\nDupont,H閘鑞e\nDuval,Gwena雔le\n"  # well formed, and wrong
    with pytest.raises(WrongEncoding, match="no Chinese text"):
        look(content)


def test_a_declared_encoding_is_proven_to_the_last_byte(look: Look) -> None:
    text = "nom\nHélène\n"
    assert text_of(look(text.encode("latin-1"), declared="iso8859-1")) == text
    with pytest.raises(WrongEncoding, match=r"no gb18030 text: line 2 \(byte 6\) is wrong"):
        look(b"a,b\n1,\xff\n", declared="gb18030")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "gb18030"])
def test_a_mark_at_the_beginning_is_no_text_whatever_is_declared(look: Look, encoding: str) -> None:
    assert text_of(look(("\ufeff" + CHINESE).encode(encoding), declared=encoding)) == CHINESE


def test_utf16_without_a_mark_is_refused(look: Look) -> None:
    with pytest.raises(WrongEncoding, match="UTF-16 without a byte order mark"):
        look("case_no,fee\n1,2\n".encode("utf-16-le"))


def test_an_xml_declaration_is_believed(look: Look) -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><log/>é'
    assert text_of(look(text.encode("latin-1"), name="a.xes")) == text


def test_the_digest_is_of_the_file_as_it_lies_on_disk(look: Look) -> None:
    for name, content in (("a.csv", CHINESE.encode("gb18030")), ("a.csv.gz", gzip.compress(CHINESE.encode()))):
        assert look(content, name=name).sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "packed",
    [
        ("a.csv.gz", gzip.compress(b"a,b\n") + gzip.compress(b"1,2\n")),
        ("a.csv.gz", gzip.compress(b"a,b\n1,2\n") + b"\0" * 512),
        ("a.csv.zst", zstandard.compress(b"a,b\n") + zstandard.compress(b"1,2\n")),
    ],
)
def test_archives_of_several_members(look: Look, packed: tuple[str, bytes]) -> None:
    name, content = packed
    assert text_of(look(content, name=name)) == "a,b\n1,2\n"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_truncated_archive_says_how_far_it_went(look: Look, pack: Callable[[bytes], bytes]) -> None:
    content = pack("".join(f"{n},{n * 7919 % 1000003}\n" for n in range(400_000)).encode())
    name = "a.csv.gz" if pack is gzip.compress else "a.csv.zst"
    with pytest.raises(Truncated, match=rf"{name}: the archive is cut off after [1-9]\d+ whole lines"):
        look(content[: len(content) * 9 // 10], name=name)


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv.zst"])
def test_what_is_no_archive_is_refused(look: Look, name: str) -> None:
    with pytest.raises(FileRefused, match="compressed data are damaged"):
        look(b"case_no\n1\n", name=name)


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv.zst"])
def test_a_bomb_is_called_one(look: Look, name: str) -> None:
    one = b"\n" * (64 << 20)
    content = (gzip.compress(one, 9) if name.endswith("gz") else zstandard.compress(one)) * 5
    with pytest.raises(Inflated, match="no ordinary archive"):
        look(content, name=name)
