"""One defect at a time: the whole of what the author is told, with file, line and what to write instead."""

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from xiezhi.engine.errors import AuthorError
from xiezhi.engine.packs.load import load_pack

HERE = Path(__file__).parent
DEFECTS = tomllib.loads((HERE / "broken.toml").read_text(encoding="utf-8"))["defects"]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HERE / "good", tmp_path / "good"))


def told(pack: Path) -> list[str]:
    with pytest.raises(AuthorError) as refused:
        load_pack(pack)
    assert str(refused.value) == "\n".join(str(issue) for issue in refused.value.issues)
    return [str(issue).replace(f"{pack}/", "").replace(str(pack), ".") for issue in refused.value.issues]


def spoil(pack: Path, defect: dict[str, Any]) -> None:
    path = pack / defect["file"]
    if "new" not in defect:
        path.unlink()
    elif "old" not in defect:
        path.parent.mkdir(exist_ok=True)
        path.write_text(defect["new"], encoding="utf-8")
    else:
        text = path.read_text(encoding="utf-8")
        assert defect["old"] in text
        path.write_text(text.replace(defect["old"], defect["new"], 1), encoding="utf-8")


def test_the_pack_without_a_defect_loads(pack: Path) -> None:
    assert load_pack(pack).id == "good"


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect["name"])
def test_a_defect_is_told_with_its_place(pack: Path, defect: dict[str, Any]) -> None:
    spoil(pack, defect)
    assert told(pack) == defect["told"]


def test_all_defects_of_a_pack_are_told_at_once(pack: Path) -> None:
    chosen = {"order is no number", "column at", "value of another type", "rows overlap", "norm in one language"}
    defects = [defect for defect in DEFECTS if defect["name"] in chosen]
    for defect in defects:
        spoil(pack, defect)
    assert told(pack) == sorted(line for defect in defects for line in defect["told"])


def test_a_file_that_is_not_utf8_is_told_and_nothing_that_may_stand_in_it_is_missed(pack: Path) -> None:
    path = pack / "norms.toml"
    foreign = path.read_bytes().replace("自定".encode(), "自定".encode("gb18030"))
    path.write_bytes(foreign)
    byte = foreign.index("自定".encode("gb18030"))
    assert told(pack) == [f"norms.toml:13: encoding: not UTF-8 at byte {byte} — save it as UTF-8"]


def test_an_unreadable_dataset_causes_no_further_errors(pack: Path) -> None:
    path = pack / "datasets/cases.toml"
    path.write_text(path.read_text(encoding="utf-8") + "[columns", encoding="utf-8")
    lines = path.read_text(encoding="utf-8").count("\n") + 1
    assert told(pack) == [
        f"datasets/cases.toml:{lines}: toml: Expected ']' at the end of a table declaration — write valid TOML"
    ]


def test_tables_nested_by_the_thousand_and_endless_numbers_are_refused(pack: Path) -> None:
    path = pack / "platform.toml"
    for hostile in ("a = " + "[" * 100_000, "a = " + "1" * 10_000):
        path.write_text(hostile, encoding="utf-8")
        place = "platform.toml:1: toml: a number too long or tables too deep to be read — write plain TOML"
        assert told(pack) == [place]


def test_windows_line_ends_change_nothing(pack: Path) -> None:
    for path in pack.rglob("*.*"):
        if path.suffix != ".sql":
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    loaded = load_pack(pack)
    assert loaded.indicators["overdue"].examples == load_pack(HERE / "good").indicators["overdue"].examples
    assert loaded.tables["matter_limits"].rows == load_pack(HERE / "good").tables["matter_limits"].rows


def test_a_folder_that_cannot_be_the_id_of_a_field(tmp_path: Path) -> None:
    pack = Path(shutil.copytree(HERE / "good", tmp_path / "Good-1"))
    instead = "use small letters, digits and underscores, a letter first"
    assert told(pack) == [f'.: name: the folder\'s name "Good-1" is no id of a field — {instead}']
