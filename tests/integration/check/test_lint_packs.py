"""Every shipped pack compiles, and every example of its pages holds."""

import shutil

import pytest

from xiezhi.engine.lint import lint_pack
from xiezhi.engine.packs.load import find_packs, load_pack
from xiezhi.engine.packs.scaffold import new_platform


@pytest.mark.parametrize("field", sorted(find_packs()))
def test_shipped_pack(field) -> None:
    report = lint_pack(load_pack(find_packs()[field]))
    assert [str(issue) for issue in report.issues] == []
    assert report.examples > 0


def test_a_new_platform_passes(tmp_path) -> None:
    report = lint_pack(load_pack(new_platform(tmp_path, "forestry", zh="林业", en="Forestry")))
    assert [str(issue) for issue in report.issues] == []
    assert report.examples > 0


def test_a_wrong_example_is_told_with_its_line(approvals, tmp_path) -> None:
    folder = tmp_path / "approvals"
    shutil.copytree(approvals.path, folder)
    page = folder / "indicators" / "supplements_repeated.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(
        text.replace("| repeated | A          | orange | 2       |", "| repeated | A          | orange | 3       |"),
        encoding="utf-8",
    )
    report = lint_pack(load_pack(folder), only=("supplements_repeated",))
    line = next(n for n, written in enumerate(text.splitlines(), 1) if written == "### two notices")
    assert [(issue.place.path, issue.place.line, issue.code) for issue in report.issues] == [(page, line, "example")]
