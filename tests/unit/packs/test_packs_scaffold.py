"""What the scaffold writes loads, and what it will not write it says."""

import shutil
from pathlib import Path

import pytest

from xiezhi.engine.packs.load import load_pack
from xiezhi.engine.packs.model import Status
from xiezhi.engine.packs.scaffold import NotWritten, new_indicator, new_platform

GOOD = Path(__file__).parent / "good"


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_new_field_loads_with_one_of_everything(tmp_path: Path) -> None:
    folder = new_platform(tmp_path / "city", "forestry", zh="林业监督", en='Forestry & "woods" \\ <all>')
    pack = load_pack(folder)
    assert folder == tmp_path / "city" / "forestry"
    assert files(tmp_path / "city") == [
        "forestry/board.toml",
        "forestry/datasets/cases.toml",
        "forestry/feeds.toml",
        "forestry/indicators/late.md",
        "forestry/indicators/late.sql",
        "forestry/norms.toml",
        "forestry/pages/case.toml",
        "forestry/pages/overview.toml",
        "forestry/parameters/late.toml",
        "forestry/platform.toml",
    ]
    assert pack.id == "forestry"
    assert (pack.words.zh, pack.words.en) == ("林业监督", 'Forestry & "woods" \\ <all>')
    assert list(pack.norms) == ["FORESTRY-001"]
    assert list(pack.parameters) == ["late_days", "late_red_days"]
    assert pack.indicators["late"].status is Status.ACTIVE
    assert len(pack.indicators["late"].examples) == 7


def test_a_field_with_the_prefix_of_the_library_gets_another(tmp_path: Path) -> None:
    assert list(load_pack(new_platform(tmp_path, "t_x", zh="税", en="Tax")).norms) == ["TXX-001"]


def test_a_new_indicator_in_a_new_field(tmp_path: Path) -> None:
    folder = new_platform(tmp_path, "forestry", zh="林业监督", en="Forestry")
    written = new_indicator(folder, "slow_felling", zh="采伐许可过慢", en="Felling licence too slow")
    assert sorted(str(path.relative_to(folder)) for path in written) == [
        "indicators/slow_felling.md",
        "indicators/slow_felling.sql",
        "parameters/slow_felling.toml",
    ]
    indicator = load_pack(folder).indicators["slow_felling"]
    assert (indicator.status, indicator.words.zh) == (Status.TRIAL, "采伐许可过慢")
    assert "param('slow_felling_days', CAST(c.accepted_at AS DATE))" in indicator.sql


def test_a_new_indicator_in_a_pack_of_other_columns(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(GOOD, tmp_path / "good"))
    path = folder / "datasets/cases.toml"
    text = path.read_text(encoding="utf-8").replace('key = ["case_no"]', 'key = ["case_no", "outcome", "visit_no"]')
    path.write_text(text.replace('closed = "closed_at"\n', ""), encoding="utf-8")
    new_indicator(folder, "open_long", zh="久办未结", en="Open for long")
    indicator = load_pack(folder).indicators["open_long"]
    assert indicator.scope == ("case_no", "outcome", "visit_no")
    assert indicator.part == ("outcome", "visit_no")
    assert indicator.examples[0].given["cases"] == (
        {"case_no": "A", "outcome": "granted", "accepted_at": "2025-09-26 09:00"},
    )
    assert "k2.day = :as_of" in indicator.sql
    assert indicator.clock is not None
    assert indicator.clock.end is None


@pytest.mark.parametrize("name", ["", "Forestry", "for estry", "../woods", "1woods", "select", "calendar", "w" * 55])
def test_an_id_that_will_not_do_is_refused_and_nothing_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotWritten, match=r"is no id; use small letters|is a word that SQL or the engine keeps"):
        new_platform(tmp_path, name, zh="林业", en="Forestry")
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("zh", "en", "said"), [("", "Forestry", "Chinese"), ("林业", "a\nb", "English"), ("{林}", "a", "Chinese")]
)
def test_names_that_will_not_do_are_refused(tmp_path: Path, zh: str, en: str, said: str) -> None:
    with pytest.raises(NotWritten) as refused:
        new_platform(tmp_path, "forestry", zh=zh, en=en)
    assert str(refused.value) == f"the {said} name is empty, or not one plain line without braces; write one"
    assert files(tmp_path) == []


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    folder = new_platform(tmp_path, "forestry", zh="林业", en="Forestry")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(NotWritten) as there:
        new_platform(tmp_path, "forestry", zh="林业", en="Forestry")
    assert str(there.value) == f"{folder}: is there already; choose another id, or remove it first"
    with pytest.raises(NotWritten) as taken:
        new_indicator(folder, "late", zh="超期", en="Late")
    assert str(taken.value) == (
        f'{folder}: "late" is taken (indicators/late.sql, indicators/late.md, parameters/late.toml, late_days,'
        " late_red_days); choose another id"
    )
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_pack_without_a_subject_that_opens_is_told_so(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(GOOD, tmp_path / "good"))
    path = folder / "datasets/cases.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('opened = "accepted_at"\n', ""), encoding="utf-8")
    with pytest.raises(NotWritten) as refused:
        new_indicator(folder, "slow", zh="慢", en="Slow")
    said = 'no dataset has a [subject] with "opened", a date or time; write one'
    assert str(refused.value) == f"{folder / 'datasets'}: {said}"
