"""The norm of a mapping: citations, values of parameters, and rows laid over reference tables."""

from datetime import date

import pytest

from xiezhi.engine.errors import AuthorError
from xiezhi.engine.intake.mapping import load_mapping
from xiezhi.engine.intake.model import ParameterOverride, TableOverride
from xiezhi.engine.packs.load import load_pack, shipped
from xiezhi.engine.packs.model import Law

FEEDS = '\n[cases.columns]\ncase_no = "n"\n'
ROW = '[[norm.tables.step_limits]]\ncheckpoint = "CP4"\nfrom = 2020-01-01\nlimit_days = 10\nsource = "rules"\n'


@pytest.fixture(scope="module")
def pack():
    return load_pack(shipped() / "approvals")


def read(pack, tmp_path, norm: str):
    path = tmp_path / "m.toml"
    path.write_text(f'source = "t"\n{norm}{FEEDS}', encoding="utf-8")
    return load_mapping(path, pack.datasets, parameters=pack.parameters, tables=pack.tables).norm


def refused(pack, tmp_path, norm: str) -> list[str]:
    with pytest.raises(AuthorError) as error:
        read(pack, tmp_path, norm)
    return [str(issue).removeprefix(str(tmp_path / "m.toml")) for issue in error.value.issues]


def test_rows_keep_their_own_source(pack, tmp_path) -> None:
    early = ROW.replace("limit_days", "to = 2022-01-01\nlimit_days").replace("10", "8")
    late = ROW.replace("2020", "2022").replace('"rules"', '"new rules"')
    assert read(pack, tmp_path, early + late).tables == (
        TableOverride("step_limits", ("CP4", date(2020, 1, 1), date(2022, 1, 1), 8), "rules"),
        TableOverride("step_limits", ("CP4", date(2022, 1, 1), None, 10), "new rules"),
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "step_limits",
            "step_limit",
            [':2:1: unknown-table: there is no reference table "step_limit" — did you mean "step_limits"?'],
        ),
        (
            "checkpoint =",
            "check_point =",
            [
                ':2:1: missing: [norm.tables.step_limits] number 1 has no "checkpoint" — write a text',
                (
                    ':3:1: unknown-key: unknown key "check_point" in [norm.tables.step_limits] number 1 '
                    '— did you mean "checkpoint"?'
                ),
            ],
        ),
        ('"CP4"', "4", [':3:1: type: "checkpoint" of [norm.tables.step_limits] number 1 is not a text — write a text']),
        (
            "= 10",
            "= 1.5",
            [
                (
                    ':5:1: type: "limit_days" of [norm.tables.step_limits] number 1 is not a whole number '
                    "— write a whole number"
                )
            ],
        ),
        (
            "from = 2020-01-01\n",
            "",
            [':2:1: missing: [norm.tables.step_limits] number 1 has no "from" — write from = 2026-01-01'],
        ),
        (
            "from = 2020-01-01",
            "from = 2020-01-01\nto = 2020-01-01",
            [
                (
                    ":2: range: the row ends on 2020-01-01, not after 2020-01-01 "
                    '— "to" is the first day on which it no longer holds'
                )
            ],
        ),
        (
            'source = "rules"',
            "",
            [':2:1: missing: [norm.tables.step_limits] number 1 has no "source" — write source = "…"'],
        ),
    ],
)
def test_a_wrong_row_is_told_with_its_line(pack, tmp_path, old, new, told) -> None:
    assert refused(pack, tmp_path, ROW.replace(old, new)) == told


def test_rows_of_one_key_may_not_overlap(pack, tmp_path) -> None:
    later = ROW.replace("2020", "2021")
    assert refused(pack, tmp_path, ROW + later) == [
        (
            ':7: overlap: rows of "step_limits" for CP4 overlap: line 2 and this one — end the one of line 2 by to = '
            "2021-01-01"
        )
    ]
    assert len(read(pack, tmp_path, ROW + later.replace("CP4", "CP5")).tables) == 2


def test_a_table_of_one_row_is_no_list(pack, tmp_path) -> None:
    (told,) = refused(pack, tmp_path, ROW.replace("[[", "[").replace("]]", "]"))
    assert told.endswith("is not a list of tables — write [[norm.tables.step_limits]]")


def test_a_value_of_a_parameter(pack, tmp_path) -> None:
    norm = '[norm.parameters]\ndecision_days = {value = 40, source = "x"}\n'
    assert read(pack, tmp_path, norm).parameters == (ParameterOverride("decision_days", 40, "x"),)
    assert refused(pack, tmp_path, norm.replace("decision_days", "decision_day")) == [
        ':3:1: unknown-parameter: there is no parameter "decision_day" — did you mean "decision_days"?'
    ]
    assert refused(pack, tmp_path, norm.replace("40", '"forty"')) == [
        ':3:18: type: "value" of [norm.parameters.decision_days] is not a whole number — write a whole number'
    ]


@pytest.mark.parametrize(
    ("basis", "law"),
    [
        (
            'law = "Awb"\narticle = "4:13"\nversion = "2011-10-01"\nmark = "T"\n',
            Law("Awb", "4:13", "2011-10-01", "T"),
        ),
        ('law = "Awb"\nmark = "K"\nnote = "not read"\n', Law("Awb", "", "", "K", "not read")),
        ('text = "Letter of 1 March 2012"\nmark = "K"\n', Law("Letter of 1 March 2012", "", "", "K")),
    ],
)
def test_a_basis(pack, tmp_path, basis, law) -> None:
    assert read(pack, tmp_path, f"[[norm.basis]]\n{basis}").basis == (law,)


def test_a_recorded_deadline_has_no_article(pack, tmp_path) -> None:
    (law,) = read(pack, tmp_path, '[[norm.basis]]\ncolumn = "cases.due_at"\nmark = "D"\n').basis
    words = pack.datasets["cases"].columns["due_at"].words
    assert law == Law(f"来源所载“{words.zh}” · {words.en}, as the source recorded it", "", "", "D")


@pytest.mark.parametrize(
    ("basis", "told"),
    [
        ('mark = "D"\n', ":2:1: missing: [norm.basis] number 1 names no law, no column and no text"),
        ('law = "A"\ntext = "b"\nmark = "D"\n', ":2:1: missing: [norm.basis] number 1 names law and text"),
        ('column = "cases.due"\nmark = "D"\n', ':3:1: unknown-column: there is no column "cases.due"'),
        ('text = "b"\nmark = "T"\n', ":4:1: choice: only the text of a law is marked T"),
        ('text = "b"\n', ':2:1: missing: [norm.basis] number 1 has no "mark"'),
        ('law = "A"\nmark = "T"\n', ':2:1: missing: a citation marked T has no "article"'),
    ],
)
def test_a_wrong_basis_is_told_with_its_line(pack, tmp_path, basis, told) -> None:
    assert refused(pack, tmp_path, f"[[norm.basis]]\n{basis}")[0].startswith(told)
