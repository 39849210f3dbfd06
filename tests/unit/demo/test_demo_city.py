"""The invented city: deterministic, at work in working hours, and holding exactly what was planted."""

import hashlib
from datetime import date, time
from pathlib import Path

import chinese_calendar
import city_files
import pytest

from xiezhi.demo import planting
from xiezhi.demo.city import load_city, read
from xiezhi.demo.generate import generate
from xiezhi.demo.truth import Truth, read_truth

AS_OF = date(2026, 6, 30)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("city")
    return folder, generate(folder, scale=0.15)


@pytest.fixture(scope="module")
def city(made) -> city_files.City:
    folder, truth = made
    return city_files.City(folder, truth.hostile)


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_same_bytes_for_a_seed_and_a_day(tmp_path) -> None:
    for name in ("once", "again"):
        (tmp_path / name).mkdir()
        generate(tmp_path / name, scale=0.05, today=date(2026, 3, 2))
    assert _digests(tmp_path / "again") == _digests(tmp_path / "once")


def test_another_seed_is_another_city(tmp_path) -> None:
    digests = []
    for seed in (1, 2):
        folder = tmp_path / str(seed)
        folder.mkdir()
        generate(folder, seed=seed, scale=0.02)
        digests.append(_digests(folder))
    fixed = {name for name in digests[0] if digests[0][name] == digests[1][name]}
    assert fixed == {"matters.csv", "matter_steps.csv"}


def test_size(city, made) -> None:
    assert len(city.cases) == made[1].cases
    assert round(0.15 * 20_000, -2) == round(made[1].cases, -2)
    received = sorted(case["received_at"] for case in city.cases.values())
    assert (received[0][:7], received[-1][:7]) == ("2025-01", "2026-06")
    assert received[-1] <= "2026-06-30 20:00:00"


def test_title_names_the_matter_and_nobody(city) -> None:
    people = {case[role] for case in city.cases.values() for role in ("applicant", "responsible")} - {""}
    titles = {number: case["title"] for number, case in city.cases.items()}

    assert [title for title in titles.values() if any(name in title for name in people)] == []
    assert {title.removesuffix(f" {number}") for number, title in titles.items()} <= {
        matter["name"] for matter in city.matters.values()
    }


def test_truth_survives_its_file(made) -> None:
    folder, truth = made
    assert read_truth(folder / "truth.jsonl") == truth.planted


@pytest.mark.parametrize(
    ("rule", "judge"),
    [
        (planting.DECISION_LATE, city_files.decision_late),
        (planting.NOT_TOLD, city_files.untold),
        (planting.DELIVERY_LATE, city_files.delivery_late),
        (planting.BAD_RATING, city_files.bad_rating),
        (planting.REPEATED, city_files.repeated),
        (planting.SAME_PERSON, city_files.same_person),
        (planting.OFF_LIST, city_files.off_list),
        (planting.NO_BASIS, city_files.no_basis),
        (planting.OVER_STANDARD, city_files.over_standard),
        (planting.DEPOSITED_LATE, city_files.deposited_late),
        (planting.NOTICE_LATE, city_files.notice_late),
        (planting.SILENT, city_files.silent),
        (planting.OVERTAKEN, city_files.overtaken),
        (planting.STEP_LATE, city_files.step_late),
        (planting.AFTER_ISSUE, city_files.after_issue),
        (planting.DUE_MISSED, city_files.due_missed),
        (planting.AFTER_DUE, city_files.after_due),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_plain_loop_finds_what_was_planted(city, made, rule, judge) -> None:
    planted = {p.subject_id: p.level for p in made[1].planted if p.rule == rule.name and p.level}
    assert planted
    assert judge(city, AS_OF) == planted


def test_fees_not_deposited_are_red_by_now(city, made) -> None:
    planted = {p.subject_id: p.level for p in made[1].planted if p.rule == planting.NOT_DEPOSITED.name and p.level}
    assert set(city_files.not_deposited(city, AS_OF)) == set(planted)
    assert set(planted.values()) == {"red"}


def test_innocent_cases_are_there(made) -> None:
    by_rule = {p.rule for p in made[1].planted if p.level is None}
    assert by_rule == {
        rule.name
        for rule in vars(planting).values()
        if isinstance(rule, planting.Rule) and rule not in (planting.OVERTAKEN, planting.DUE_MISSED, planting.AFTER_DUE)
    }


def test_people_work_in_working_hours(city) -> None:
    odd = [
        row
        for row in city.tables["case_events"]
        if not chinese_calendar.is_workday(city_files.day(row["happened_at"]))
        or not time(9) <= city_files.moment(row["happened_at"]).time() <= time(19)
    ]
    assert odd == []


def test_steps_follow_each_other(city) -> None:
    for rows in city.of_case("case_events").values():
        moments = [row["happened_at"] for row in rows]
        assert moments == sorted(moments)
        assert all(row["started_at"] <= row["happened_at"] <= row["recorded_at"] for row in rows)


def test_nothing_happens_after_the_end(city) -> None:
    last = "2026-06-30 20:00:00"
    columns = ("accepted_at", "decided_at", "closed_at", "issued_at", "delivered_at")
    assert [c for c in city.cases.values() if any(c[name] > last for name in columns)] == []
    assert max(row["happened_at"] for row in city.tables["case_events"]) <= last


def test_no_known_person_is_named(city) -> None:
    forbidden = {row["sha256_16"] for row in read("forbidden_names")}
    people = {row["actor"].split(" ")[0] for row in city.tables["case_events"]}
    people |= {case["applicant"] for case in city.cases.values()}
    assert len(people) > 500
    assert [name for name in people if hashlib.sha256(name.encode()).hexdigest()[:16] in forbidden] == []


def test_bodies_bear_the_invented_citys_name() -> None:
    city = load_city()
    assert [name for name in city.departments.values() if "明川" not in name] == []
    assert sum(matter.quota for matter in city.matters) == 3
    assert {matter.number for matter in city.matters if matter.fee} == {"M010", "M037", "M058", "M069", "M119"}
