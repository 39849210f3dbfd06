"""XLSX into the registry: all or nothing, each error with sheet, line and column; a change is published once."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from xiezhi.kernel.access.actor import Actor, Held
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.may import NotAllowed
from xiezhi.kernel.ledger.models import Entry
from xiezhi.kernel.registry.actions import BadSuccession, set_calendar_day, succeed
from xiezhi.kernel.registry.importing import NoWorkbook, import_workbook
from xiezhi.kernel.registry.models import Organisation, Post, Stamp
from xiezhi.kernel.registry.queries import (
    current_code,
    organisation_code,
    organisation_words,
    subtree,
    working_calendar,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 18, 9, 0, tzinfo=UTC)
KEEPER = Actor(11, "系统管理员", (Held(Role.SYSTEM_ADMINISTRATOR),))
OFFICER = Actor(12, "林知远", (Held(Role.OFFICER),))
HEAD = ["编码", "名称", "简称", "上级", "承继单位", "起始日", "终止日"]


def book(path: Path, **sheets: list[list[Any]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for place, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write(place, column, value)
    return path


def bodies(tmp_path: Path) -> Path:
    return book(
        tmp_path / "bodies.xlsx",
        organisations=[
            HEAD,
            ["CITY", "明川市人民政府", "", "", "", "2000-01-01", ""],
            ["ZJ", "明川市住房和城乡建设局", "市住建局", "CITY", "", "2000-01-01", ""],
            ["FG", "明川市房产管理局", "市房管局", "CITY", "", "2000-01-01", ""],
        ],
        posts=[["code", "name", "organisation", "key post", "valid from"], ["P1", "排水科", "ZJ", "是", "2000-01-01"]],
    )


def test_import_adds_then_changes_nothing_when_repeated(tmp_path: Path) -> None:
    first = import_workbook(bodies(tmp_path), by=KEEPER, at=AT)
    assert first.errors == []
    assert first.added == {"organisations": 3, "posts": 1}
    entries = Entry.objects.count()
    again = import_workbook(bodies(tmp_path), by=KEEPER, at=AT)
    assert (again.added, again.changed) == ({"organisations": 0, "posts": 0}, {"organisations": 0, "posts": 0})
    assert again.same == {"organisations": 3, "posts": 1}
    assert Entry.objects.count() == entries == 4
    assert Post.objects.get().key_post is True


def test_one_wrong_cell_and_nothing_is_stored(tmp_path: Path) -> None:
    path = book(
        tmp_path / "wrong.xlsx",
        organisations=[
            HEAD,
            ["ZJ", "明川市住房和城乡建设局", "市住建局", "", "", "2000-01-01", ""],
            ["ZJ", "又一个", "", "", "", "2000-01-01", ""],
            ["", "没有编码", "", "", "", "2000-13-01", ""],
            ["SW", "明川市水务局", "", "NOBODY", "", "2000-01-01", "1999-01-01"],
        ],
    )
    result = import_workbook(path, by=KEEPER, at=AT)
    assert [str(error) for error in result.errors] == [
        "单位 line 3: the key of line 2 stands here again",
        "单位 line 4, 编码: is empty, and must not be",
        "单位 line 4, 起始日: '2000-13-01' is no day: write it as 2026-05-18, or format the cell as a date",
        "单位 line 5, 上级: 'NOBODY' is not registered: register it first, or put it above",
        "单位 line 5, 终止日: 1999-01-01 is not after 2000-01-01",
    ]
    assert Organisation.objects.count() == 0
    assert Entry.objects.count() == 0


def test_unknown_heading_and_no_workbook_are_refused(tmp_path: Path) -> None:
    path = book(
        tmp_path / "heads.xlsx", organisations=[[*HEAD, "备注"], ["ZJ", "局", "", "", "", "2000-01-01", "", "x"]]
    )
    assert [str(e) for e in import_workbook(path, by=KEEPER, at=AT).errors] == [
        "单位 line 1, 备注: this heading is not known"
    ]
    (tmp_path / "text.xlsx").write_text("no workbook", encoding="utf-8")
    with pytest.raises(NoWorkbook, match=r"text\.xlsx: is no XLSX workbook"):
        import_workbook(tmp_path / "text.xlsx", by=KEEPER, at=AT)
    with pytest.raises(NoWorkbook, match="has no sheet that is known"):
        import_workbook(book(tmp_path / "other.xlsx", Sheet1=[["a"]]), by=KEEPER, at=AT)


def test_only_looking_does_nothing(tmp_path: Path) -> None:
    assert import_workbook(bodies(tmp_path), by=KEEPER, at=AT, only_look=True).added == {"organisations": 3, "posts": 1}
    assert Organisation.objects.count() == 0


def test_an_officer_may_not(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="kept by the system administrator"):
        import_workbook(bodies(tmp_path), by=OFFICER, at=AT)


def test_names_successors_and_subtrees(tmp_path: Path) -> None:
    import_workbook(bodies(tmp_path), by=KEEPER, at=AT)
    assert [organisation_code(text) for text in ("市住建局", "zj", "明川市住房和城乡建设局", "水务局")] == [
        "ZJ",
        "ZJ",
        "ZJ",
        "",
    ]
    assert subtree("CITY") == {"CITY", "ZJ", "FG"}
    assert subtree("ZJ") == {"ZJ"}
    succeed(code="FG", successor="ZJ", on=date(2025, 7, 1), by=KEEPER, at=AT)
    assert subtree("ZJ") == {"ZJ", "FG"}
    assert current_code("FG") == "ZJ"
    assert organisation_words("FG").zh == "市房管局"
    assert Organisation.objects.get(code="FG").valid_to == date(2025, 7, 1)
    with pytest.raises(BadSuccession, match="it is, or ends in, the same body"):
        succeed(code="ZJ", successor="FG", on=date(2025, 7, 1), by=KEEPER, at=AT)
    assert Stamp.objects.get().number == 3  # two kinds imported, one succession


def test_an_own_day_of_the_calendar_is_laid_over(tmp_path: Path) -> None:
    monday = date(2026, 5, 18)
    assert working_calendar().rests(monday) is False
    set_calendar_day(
        calendar="CN",
        day=monday,
        is_rest=True,
        name_zh="防汛停工",
        name_en="Flood closure",
        source="明政办〔2026〕1号",
        by=KEEPER,
        at=AT,
    )
    assert working_calendar().rests(monday) is True
    assert working_calendar().marks[monday].words.en == "Flood closure"
