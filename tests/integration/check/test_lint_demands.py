"""What the lint asks of examples: those of views are executed, and what no example of an active rule shows is named."""

import shutil

import pytest

from xiezhi.engine.lint import lint_pack
from xiezhi.engine.packs.load import load_pack


@pytest.fixture
def copied(approvals, tmp_path):
    folder = tmp_path / "approvals"
    shutil.copytree(approvals.path, folder)
    return folder


def rewrite(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def without_example(path, title: str) -> None:
    head, *parts = path.read_text(encoding="utf-8").split("\n### ")
    kept = [part for part in parts if not part.startswith(title)]
    assert len(kept) == len(parts) - 1
    path.write_text("\n### ".join([head, *kept]), encoding="utf-8")


def said(folder, name: str) -> list[tuple[str, str]]:
    report = lint_pack(load_pack(folder), only=(name,))
    return [(issue.code, issue.message) for issue in report.issues]


@pytest.mark.parametrize(
    ("title", "gap"),
    [
        ("open, the last day is today", "rule late exactly on the limit of its level notice"),
        ("one day over", "rule late exactly on the limit of its level orange"),
        ("ten working days over is red", "rule late at level red"),
        ("on the last lawful day", None),  # the open case of that day stands on the limit, too
        ("refused: a refusal needs no document", "the exclusion refused"),
        ("the source does not know deliveries", "a column missing"),
        ("three working days late over National Day", "a public holiday, a make-up day or a pause in the way"),
        ("open, one working day before the last", "a case just inside its limit"),
    ],
)
def test_what_no_example_shows(copied, title, gap) -> None:
    without_example(copied / "indicators" / "delivery_late.md", title)
    found = said(copied, "delivery_late")
    assert [code for code, _ in found] == ["example-missing"] * len(found)
    assert (gap is None) == (found == [])
    assert gap is None or ("example-missing", f"no example shows {gap}") in found


def test_an_assumption_that_no_example_makes(copied) -> None:
    without_example(copied / "indicators" / "entered_after_issue.md", "the source has no matters at all")
    assert said(copied, "entered_after_issue") == [
        ("example-missing", "no example shows what is assumed without matters")
    ]


def test_trial_need_not_be_complete(copied) -> None:
    page = copied / "indicators" / "delivery_late.md"
    without_example(page, "refused: a refusal needs no document")
    rewrite(page, 'status = "active"', 'status = "trial"')
    assert said(copied, "delivery_late") == []


def test_a_view_that_does_otherwise(copied) -> None:
    page = copied / "views" / "queues.md"
    rewrite(
        page, "| M1        | A       | 2025-11-05 | 2025-11-05 |", "| M1        | A       | 2025-11-05 |            |"
    )
    title = "only qualified cases of a limited matter stand in line"
    line = page.read_text(encoding="utf-8").splitlines().index(f"### {title}") + 1
    (issue,) = lint_pack(load_pack(copied), only=("queues",)).issues
    assert (issue.place.path, issue.place.line, issue.code) == (page, line, "example")
    assert issue.message == (
        f"“{title}” found matter_no=M1, case_no=A, decided_on=2025-11-05, granted_on=2025-11-05; "
        "expected matter_no=M1, case_no=A, decided_on=2025-11-05, granted_on="
    )


def test_a_column_that_the_view_has_not(copied) -> None:
    rewrite(
        copied / "views" / "queues.md",
        "| matter_no | case_no | decided_on | granted_on |",
        "| matter_no | case_no | decided_on | granted |",
    )
    (issue,) = lint_pack(load_pack(copied), only=("queues",)).issues
    assert issue.message.endswith("expects the column granted, which the view does not give")
    assert issue.instead == 'did you mean "granted_on"?'


def test_a_view_whose_key_is_not_unique(copied) -> None:
    rewrite(copied / "views" / "queues.md", 'key = ["case_id"]', 'key = ["matter_no"]')
    ((_, message),) = said(copied, "queues")
    title = "accepted at one instant both stand in line; refused is decided and not granted"
    assert message == f"“{title}” gives two rows with the key matter_no=M1"


def test_without_a_whole_dataset(copied) -> None:
    page = copied / "views" / "excluded_spans.md"
    rewrite(page, "without special_procedures\n", "without special_procedures\nwith untold_time_is_excluded = false\n")
    assert said(copied, "excluded_spans") == []
    rewrite(page, "without special_procedures\n", "without ratings\n")
    (found,) = said(copied, "excluded_spans")
    assert found[1].endswith("was run, though `expect not run` says that it cannot be")


def test_an_identity_that_is_not_unique(copied) -> None:
    path = copied / "indicators" / "due_missed.sql"
    path.write_text(
        path.read_text(encoding="utf-8").replace("WHERE", "JOIN cases AS d ON TRUE WHERE", 1), encoding="utf-8"
    )
    page = copied / "indicators" / "due_missed.md"
    page.write_text(
        page.read_text(encoding="utf-8").replace(
            "| A       | 2025-10-10 12:00 | 2025-10-10 13:00 |",
            "| A       | 2025-10-10 12:00 | 2025-10-10 13:00 |\n| B       | 2025-10-10 12:00 | 2025-10-10 12:00 |",
        ),
        encoding="utf-8",
    )
    messages = [message for _, message in said(copied, "due_missed")]
    assert "“ended one hour after the deadline” gives two rows with the identity case_id=1, subject_id=A" in messages
