"""Pages of the reference, from the shipped field and from packs that a city wrote itself."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from xiezhi.cli import main
from xiezhi.cli.reference import markdown
from xiezhi.cli.reference.command import write_pages
from xiezhi.cli.reference.common import calendars, derivations
from xiezhi.cli.reference.drawn import named_in
from xiezhi.cli.reference.pages import field_pages, reference_pages
from xiezhi.engine.errors import AuthorError
from xiezhi.engine.packs.load import load_pack, pack_folder
from xiezhi.engine.packs.model import Pack
from xiezhi.engine.packs.scaffold import new_indicator, new_platform


@pytest.fixture(scope="module")
def approvals() -> Pack:
    return load_pack(pack_folder("approvals"))


@pytest.fixture(scope="module")
def shipped(approvals: Pack) -> dict[str, str]:
    return field_pages(approvals)


@pytest.fixture
def forestry(tmp_path: Path) -> Path:
    folder = new_platform(tmp_path, "forestry", zh="林业", en="Forestry")
    new_indicator(folder, "felled_early", zh="提前采伐", en="Felled early")
    return folder


def section(page: str, title: str) -> str:
    head, _, rest = page.partition(f"## {title}\n")
    assert rest, f"no section {title} in {head[:80]}"
    return re.split(r"^## ", rest, flags=re.MULTILINE)[0]


def test_the_same_pack_gives_the_same_bytes(shipped: dict[str, str]) -> None:
    again = reference_pages([load_pack(pack_folder("approvals"))], main)
    assert {f"approvals/{path}": text for path, text in shipped.items()} == {
        path: text for path, text in again.items() if path.startswith("approvals/")
    }


def test_a_threshold_is_resolved_to_its_dated_value_and_article(shipped: dict[str, str]) -> None:
    page = shipped["indicators/supplement_late.md"]
    values = section(page, "数值 Dated values")
    assert "`supplement_days`" in values
    assert "| 2004-07-01 | `5` | 《行政许可法》第三十二条（4）" in values
    assert "自收到申请材料之日起即为受理" in section(page, "依据 Basis")


def test_the_parameters_of_views_below_an_indicator_are_its_own(approvals: Pack, shipped: dict[str, str]) -> None:
    page = shipped["indicators/decision_late.md"]
    assert "`decision_days`" in section(page, "数值 Dated values")
    assert "param('decision_days'" not in approvals.indicators["decision_late"].sql


def test_a_scope_is_called_proven_or_the_reason_is_given(shipped: dict[str, str]) -> None:
    assert "已证明：case_id；matters 变动时整体运行" in shipped["indicators/decision_late.md"]
    assert "runs whole: cases.matter_no may be empty" in shipped["indicators/order_of_acceptance.md"]


def test_a_citys_own_pack_is_documented_the_same_way(forestry: Path) -> None:
    pages = field_pages(load_pack(forestry))
    assert {name.split("/")[0] for name in pages} == {
        "README.md",
        "datasets.md",
        "indicators",
        "norms.md",
        "parameters.md",
        "views.md",
    }
    assert "# 提前采伐 · Felled early" in pages["indicators/felled_early.md"]


def test_a_norm_without_indicator_says_why_or_that_nobody_wrote_it(forestry: Path) -> None:
    norms = forestry / "norms.toml"
    written = norms.read_text(encoding="utf-8")
    silent = (
        '\n[FO-900]\nname = {zh = "甲", en = "A"}\ncheck = {zh = "要", en = "must"}\nkind = "practice"\nmark = "D"\n'
    )
    told = silent.replace("FO-900", "FO-901")
    told += 'decidable = "content"\nunchecked = {zh = "须看现场", en = "needs a visit"}\n'
    norms.write_text(written + silent + told, encoding="utf-8")
    page = field_pages(load_pack(forestry))["norms.md"]
    assert re.search(r"^\| \[FO-900\]\(#fo-900\) .* \| 尚未编写 · not yet written \|$", page, re.MULTILINE)
    assert re.search(r"^\| \[FO-901\]\(#fo-901\) .* \| 须看现场 · needs a visit \|$", page, re.MULTILINE)
    assert "say why not, 1 are not yet written" in page
    assert page.index("1 are not yet written") < page.index("FO-900")


def test_a_word_for_decidable_that_is_none_is_refused_with_its_line(forestry: Path) -> None:
    norms = forestry / "norms.toml"
    written = norms.read_text(encoding="utf-8").replace(
        'kind = "practice"', 'kind = "practice"\ndecidable = "maybe"', 1
    )
    norms.write_text(written, encoding="utf-8")
    with pytest.raises(AuthorError) as refused:
        load_pack(forestry)
    [issue] = refused.value.issues
    assert issue.place.line == written.splitlines().index('decidable = "maybe"') + 1
    assert issue.instead == "write one of: data, partial, content, not_a_check"


def test_the_command_writes_the_fields_named(tmp_path: Path, forestry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIEZHI_PLATFORMS", str(forestry))
    out = tmp_path / "pages"
    done = CliRunner().invoke(main, ["reference", "--out", str(out), "forestry"])
    assert (done.exit_code, done.stderr) == (0, "")
    assert sorted(path.name for path in out.iterdir() if path.is_dir()) == ["forestry"]
    assert "xiezhi reference" in (out / "cli.md").read_text(encoding="utf-8")


def test_a_field_that_is_none_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["reference", "--out", str(tmp_path / "pages"), "aprovals"])
    assert done.exit_code == 3
    assert "no field is called 'aprovals'" in done.stderr
    assert not (tmp_path / "pages").exists()


def test_an_earlier_page_is_taken_away_and_a_page_by_hand_is_kept(tmp_path: Path) -> None:
    write_pages({"a.md": markdown.page("A"), "b/c.md": markdown.page("C")}, tmp_path)
    (tmp_path / "b" / "hand.md").write_text("# By hand\n", encoding="utf-8")
    write_pages({"a.md": markdown.page("A2")}, tmp_path)
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.md")) == ["a.md", "b/hand.md"]
    assert (tmp_path / "a.md").read_text(encoding="utf-8").endswith("# A2\n")


def test_a_cell_cannot_break_its_table() -> None:
    shown = markdown.table(("x",), [(markdown.plain("a|b\n<i>[c](d)"),), (markdown.code("p || q"),)])
    assert shown.splitlines()[2:] == ["| a\\|b &lt;i>\\[c](d) |", "| `p \\|\\| q` |"]


def test_parameters_are_found_whatever_the_spacing() -> None:
    assert named_in("x >= param('a_1', d) AND y < param( 'b', e) OR param('a_1', f) > 0") == ["a_1", "b"]


def test_the_years_of_china_are_those_published() -> None:
    assert "| CN | 2004–2026 | 1990–2003, 2027–2036 |" in calendars()


def test_every_derivation_has_a_version() -> None:
    page = derivations()
    assert re.findall(r"^## (\w+)$", page, re.MULTILINE) == ["clock", "statistics"]
    assert len(re.findall(r"^\| 版本 Version \| \d+ \|$", page, re.MULTILINE)) == 2
