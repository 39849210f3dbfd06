"""Evaluating what was touched gives what evaluating everything gives, findings that must disappear included."""

import csv
import os
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.integration.kernel.people import People
from xiezhi.demo.generate import generate
from xiezhi.engine.check.evaluate import Saying, judge_all
from xiezhi.engine.findings.masking import Display
from xiezhi.kernel.fields import pack_of
from xiezhi.kernel.findings.evaluate import evaluate_pending
from xiezhi.kernel.findings.evaluator import engine
from xiezhi.kernel.findings.field import prepared
from xiezhi.kernel.findings.models import Evaluation, Finding
from xiezhi.kernel.intake.importing import import_files
from xiezhi.kernel.intake.models import Source
from xiezhi.kernel.intake.store import current_version, file_names
from xiezhi.kernel.ledger.author import SYSTEM
from xiezhi.kernel.registry.actions import set_calendar_day

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(3000)]
SOAK = bool(os.environ.get("XIEZHI_SOAK"))
STEPS = 60 if SOAK else 4
TODAY = date(2026, 5, 18)
AT = datetime(2026, 5, 18, 1, 0, tzinfo=UTC)
Tables = dict[str, list[dict[str, str]]]


def read(folder: Path) -> Tables:
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            tables[path.stem] = list(csv.DictReader(stream))
    return {name: rows for name, rows in tables.items() if rows}


def mapping(tables: Tables) -> str:
    told = ['source = "city"']
    for name, rows in tables.items():
        told += [f"[{name}]", f'files = "{name}.csv"', 'delivery = "snapshot"', f"[{name}.columns]"]
        for column in pack_of("approvals").datasets[name].columns.values():
            heading = next((text for text in (column.name, *column.aliases) if text in rows[0]), None)
            told += [f'{column.name} = "{heading}"'] if heading else []
    return "\n".join(told)


def deliver(source: Source, tables: Tables, folder: Path, at: datetime) -> None:
    folder.mkdir()
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    files = sorted(folder.glob("*.csv"))
    assert import_files(source, files, by=SYSTEM, at=at, confirm=True).state in {"accepted", "unchanged"}


def disturb(tables: Tables, chance: random.Random) -> None:
    """Change, move, withdraw and add again: rows of every dataset, each column in its turn."""
    for name, rows in tables.items():
        if name == "matters" or len(rows) < 5:
            continue
        for _ in range(chance.randrange(4)):
            row, other = chance.choice(rows), chance.choice(rows)
            column = chance.choice(list(row))
            if column not in {"case_no", "notice_no", "receipt_no", "deposit_no", "rating_no", "procedure_no"}:
                row[column] = other[column]
        if chance.random() < 0.5:
            rows.pop(chance.randrange(len(rows)))


def everything(as_of: date) -> list[str]:
    ready = prepared("approvals", current_version(), as_of)
    saying = Saying(file_names("approvals"), tuple(ready.desk.norm.basis), Display())
    judged = judge_all(engine(), ready.program, ready.tasks, saying)
    assert {name: str(item.failure) for name, item in judged.items() if item.failure} == {}
    return sorted(finding["digest"] for item in judged.values() for finding in item.findings)


def test_touched_is_whole(people: People, tmp_path: Path, settings: LazySettings) -> None:
    settings.FACTS = tmp_path / "facts"
    chance = random.Random(int(os.environ.get("XIEZHI_SEED", "7")))  # noqa: S311  a test needs a seed
    (tmp_path / "city").mkdir()
    generate(tmp_path / "city", seed=3, scale=0.01, today=TODAY)
    tables = read(tmp_path / "city")
    tables.pop("hostile", None)
    source = Source.objects.create(code="city", field="approvals", name_zh="城", mapping=mapping(tables), made_at=AT)
    at = AT
    for step in range(STEPS):
        deliver(source, tables, tmp_path / f"delivery{step}", at)
        if step % 4 == 3:
            set_calendar_day(
                calendar="CN",
                day=TODAY - timedelta(days=3 + step),
                is_rest=step % 2 == 0,
                name_zh="调整",
                name_en="moved",
                source="test",
                by=people.system,
                at=at,
            )
        if step % 3 == 2:
            at += timedelta(days=1)
        evaluate_pending(at)
        day = (at + timedelta(hours=8)).date()
        live = Finding.objects.filter(until_version=None)
        assert sorted(live.values_list("digest", flat=True)) == everything(day), step
        disturb(tables, chance)
    looked = Evaluation.objects.order_by("pk").values_list("looked_at", flat=True)
    assert any(isinstance(scope, int) for told in looked for scope in told.values())  # some were local at all
