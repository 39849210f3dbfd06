"""A sixth field is a folder: built here, laid beside the shipped ones, and every page of it walked.

No existing file is edited and no migration is made; one bad pack beside it is set aside and shown.
"""

import csv
import io
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from xiezhi.engine.lint import lint_pack
from xiezhi.engine.packs.components import KINDS
from xiezhi.engine.packs.load import load_pack
from xiezhi.engine.packs.scaffold import new_platform
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.fields import fields
from xiezhi.kernel.findings.evaluate import evaluate_pending
from xiezhi.kernel.findings.models import Figure
from xiezhi.kernel.intake.actions import add_source
from xiezhi.kernel.intake.importing import import_files
from xiezhi.kernel.intake.models import Source
from xiezhi.kernel.ledger.author import SYSTEM
from xiezhi.kernel.ledger.models import Entry
from xiezhi.web.components.kinds import DRAWN

NOON = datetime(2025, 12, 31, 4, 0, tzinfo=UTC)
STEPS = """
name = {zh = "环节", en = "Steps"}
key = ["case_no", "seq"]
[columns.case_no]
type = "text"
zh = "编号"
en = "Case number"
required = true
[columns.seq]
type = "integer"
zh = "次序"
en = "Order"
required = true
[columns.station]
type = "code"
codes = "station"
zh = "关口"
en = "Station"
[columns.ranger]
type = "text"
privacy = "direct"
zh = "护林员"
en = "Ranger"
[columns.entered_at]
type = "time"
zh = "进入"
en = "Entered"
[columns.left_at]
type = "time"
zh = "离开"
en = "Left"
event = true
[columns.paper]
type = "text"
zh = "文书"
en = "Paper"
[codes.station]
S1 = {zh = "勘查", en = "Survey"}
S2 = {zh = "审批", en = "Approval"}
[[references]]
columns = ["case_no"]
dataset = "cases"
"""
VIEW_SQL = """
SELECT
  s.case_no,
  s.seq,
  s.station,
  s.ranger,
  s.entered_at,
  s.left_at,
  k2.work_no - k1.work_no AS used_days,
  5 AS limit_days
FROM steps AS s
JOIN calendar AS k1 ON k1.day = CAST(s.entered_at AS DATE)
JOIN calendar AS k2 ON k2.day = CAST(s.left_at AS DATE)
"""
VIEW_MD = """+++
name = {zh = "环节用时", en = "Time of steps"}
key = ["case_no", "seq"]
scope = ["case_no"]
+++
# Time of steps

## Examples
### over a weekend
as of 2025-12-31
given steps
| case_no | seq | station | entered_at       | left_at          |
|---------|-----|---------|------------------|------------------|
| A       | 1   | S1      | 2025-11-06 09:00 | 2025-11-11 10:00 |
expect
| case_no | seq | used_days | limit_days |
|---------|-----|-----------|------------|
| A       | 1   | 3         | 5          |
"""
SUBJECT = """
kind = "subject"
subject = "case"
name = {zh = "采伐许可", en = "Felling licence"}
noun = {zh = "这件采伐许可", en = "This felling licence"}
[[components]]
kind = "timeline"
id = "course"
name = {zh = "经过", en = "Course"}
lanes = "steps.station"
indicators = ["late"]
[components.steps]
source = "step_times"
order = ["left_at"]
lane = "station"
from = "entered_at"
to = "left_at"
who = "ranger"
used = "used_days"
limit = "limit_days"
[[components]]
kind = "clock"
id = "clock"
name = {zh = "期限", en = "Deadline"}
indicators = ["late"]
aside = true
[[components]]
kind = "facts"
id = "case"
name = {zh = "事实", en = "Facts"}
source = "cases"
columns = ["case_no", "organisation", "accepted_at", "decided_at", "outcome"]
[[components]]
kind = "table"
id = "steps"
name = {zh = "环节", en = "Steps"}
source = "steps"
columns = ["station", "ranger", "left_at"]
order = ["seq"]
where = {station = "S1"}
[[components]]
kind = "documents"
id = "papers"
name = {zh = "文书", en = "Papers"}
source = "steps"
name_of = "paper"
day = "left_at"
[[components]]
kind = "alerts"
id = "alerts"
name = {zh = "预警", en = "Alerts"}
"""
OVERVIEW = """
kind = "overview"
name = {zh = "林业监督", en = "Forestry"}
[[components]]
kind = "chart"
id = "by_month"
name = {zh = "每月受理", en = "Accepted by month"}
figure = "by_month"
x = "month"
y = ["accepted"]
[[components]]
kind = "calendar"
id = "days"
name = {zh = "受理日", en = "Days of acceptance"}
figure = "by_day"
x = "accepted_on"
y = ["accepted"]
[[components]]
kind = "alerts"
id = "heat"
form = "heat"
name = {zh = "预警", en = "Alerts"}
"""
BY_DAY = '''
[[figures]]
id = "by_day"
name = {zh = "受理日", en = "Days of acceptance"}
key = ["accepted_on", "organisation"]
organisation = "organisation"
sql = """
SELECT
  CAST(c.accepted_at AS DATE) AS accepted_on,
  COALESCE(c.organisation, '') AS organisation,
  CAST(COUNT(*) AS BIGINT) AS accepted
FROM cases AS c
WHERE c.accepted_at IS NOT NULL
GROUP BY CAST(c.accepted_at AS DATE), COALESCE(c.organisation, '')
"""
[figures.columns]
accepted_on = {zh = "受理日", en = "Accepted on", unit = "date"}
organisation = {zh = "单位", en = "Body"}
accepted = {zh = "受理", en = "Accepted"}
'''
CASES = """case_no,organisation,accepted_at,decided_at,outcome
A,North Wood,2025-09-26 09:00,2025-11-28 09:00,granted
B,North Wood,2025-12-01 09:00,2025-12-03 09:00,granted
C,South Wood,2025-12-02 09:00,,
"""
ROWS = """case_no,seq,station,ranger,entered_at,left_at,paper
A,1,S1,林山水,2025-09-26 09:00,2025-10-20 10:00,勘查记录
A,2,S2,沈若溪,2025-10-20 10:00,2025-11-28 09:00,
B,1,S1,林山水,2025-12-01 09:00,2025-12-02 10:00,勘查记录乙
"""


@pytest.fixture(scope="module")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("platforms")
    pack = new_platform(folder, "forestry", zh="林业监督", en="Forestry")
    (pack / "views").mkdir()
    for name, text in (
        ("datasets/steps.toml", STEPS),
        ("views/step_times.sql", VIEW_SQL),
        ("views/step_times.md", VIEW_MD),
        ("pages/case.toml", SUBJECT),
        ("pages/overview.toml", OVERVIEW),
    ):
        (pack / name).write_text(text, encoding="utf-8")
    with (pack / "board.toml").open("a", encoding="utf-8") as board:
        board.write(BY_DAY)
    shutil.copytree(pack, folder / "fishery")
    (folder / "fishery" / "pages" / "case.toml").write_text(SUBJECT.replace('"clock"', '"clok"'), encoding="utf-8")
    before = os.environ.get("XIEZHI_PLATFORMS")
    os.environ["XIEZHI_PLATFORMS"] = str(folder)
    fields.cache_clear()
    yield folder
    fields.cache_clear()
    if before is None:
        del os.environ["XIEZHI_PLATFORMS"]
    else:
        os.environ["XIEZHI_PLATFORMS"] = before


@pytest.fixture
def forestry(db: None, platforms: Path, tmp_path: Path) -> None:
    """Import three cases and their steps, and evaluate them."""
    source = add_source(code="forestry_cases", field="forestry", name_zh="林业办件", by=SYSTEM, at=NOON)
    paths = []
    for name, text in (("cases.csv", CASES), ("steps.csv", ROWS)):
        paths.append(tmp_path / name)
        paths[-1].write_text(text, encoding="utf-8")
    assert import_files(source, paths, by=SYSTEM, at=NOON).accepted == {"cases": 3, "steps": 3}
    assert evaluate_pending(NOON) == 1


@pytest.fixture
def lin(db: None, platforms: Path) -> Client:
    return _signed_in("lin.zhiyuan", "林知远", Role.OFFICER)


def _signed_in(username: str, name: str, role: Role) -> Client:
    account = Account.objects.create(username=username, name=name, made_at=NOON)
    Grant.objects.create(account=account, role=role, valid_from=date(2025, 1, 1))
    client = Client()
    client.force_login(account)
    return client


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def export_of(client: Client, url: str) -> list[list[str]]:
    response = client.get(url)
    assert response.status_code == 200, url
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_field_has_every_component_there_is_and_passes_its_lint(platforms: Path) -> None:
    pack = load_pack(platforms / "forestry")
    kinds = {component.kind for screen in pack.screens.values() for component in screen.components}
    assert kinds == set(KINDS) == set(DRAWN)
    assert lint_pack(pack).issues == ()


def test_the_menu_leads_to_it_and_no_migration_is_asked_for(forestry: None, lin: Client) -> None:
    assert '<a href="/fields/forestry/" aria-current="page">林业监督' in text_of(lin, "/fields/forestry/")
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_its_overview_shows_the_figures_of_its_board(forestry: None, lin: Client) -> None:
    page = text_of(lin, "/fields/forestry/")
    assert "林业监督有2条未结预警" in page
    rows = Figure.objects.get(field="forestry", name="by_month").rows
    assert rows == [
        {"month": "2025-09-01", "organisation": "North Wood", "accepted": 1},
        {"month": "2025-12-01", "organisation": "North Wood", "accepted": 1},
        {"month": "2025-12-01", "organisation": "South Wood", "accepted": 1},
    ]
    assert export_of(lin, "/fields/forestry/?part=by_month&export=csv") == [
        ["月份", "受理"],
        ["2025年9月", "1"],
        ["2025年12月", "2"],
    ]


def test_its_source_is_expected_as_its_feeds_say(forestry: None) -> None:
    source = Source.objects.get(code="forestry_cases")
    assert (source.rhythm_days, source.least_rows) == (1, 1)


def test_its_subjects_are_listed_filtered_and_exported(forestry: None, lin: Client) -> None:
    page = text_of(lin, "/fields/forestry/case/")
    assert [key for key in "ABC" if f'href="/fields/forestry/case/{key}/"' in page] == ["A", "B", "C"]
    late = text_of(lin, "/fields/forestry/case/?alerts=1")
    assert [key for key in "ABC" if f'href="/fields/forestry/case/{key}/"' in late] == ["A", "C"]
    found = export_of(lin, "/fields/forestry/case/?preset=open&export=csv")
    assert [row[0] for row in found[1:]] == ["C"]


def test_the_page_of_a_subject_reads_its_facts_alone(forestry: None, lin: Client) -> None:
    page = text_of(lin, "/fields/forestry/case/A/")
    assert "这件采伐许可有2处与规定流程不符" in page
    assert "林山水" not in page
    assert export_of(lin, "/fields/forestry/case/A/?part=course&export=csv") == [
        ["关口", "环节", "经办", "进入", "离开", "用时（工作日）", "限", "与流程比对"],
        ["① 勘查", "–", "林**", "9月26日 09:00", "10月20日 10:00", "12", "5", "本步超7日"],
        ["② 审批", "–", "沈**", "10月20日 10:00", "11月28日 09:00", "29", "5", "本步超24日"],
    ]
    assert [row[1] for row in export_of(lin, "/fields/forestry/case/A/?part=steps&export=csv")] == ["护林员", "林**"]
    papers = export_of(lin, "/fields/forestry/case/A/?part=papers&export=csv")
    assert [row[0] for row in papers] == ["文书", "勘查记录", "–"]
    for part in ("clock", "case", "alerts"):
        assert len(export_of(lin, f"/fields/forestry/case/A/?part={part}&export=csv")) > 1


def test_its_alerts_and_indicators_have_their_pages(forestry: None, lin: Client) -> None:
    alerts = list(Alert.objects.filter(field="forestry").order_by("subject_id"))
    assert [(alert.subject_id, alert.indicator) for alert in alerts] == [("A", "late"), ("C", "late")]
    assert "办理超期" in text_of(lin, reverse("alert", args=[alerts[0].number]))
    assert "办理超期" in text_of(lin, reverse("indicator", args=["forestry", "late"]))


def test_exports_are_on_record(forestry: None, lin: Client) -> None:
    export_of(lin, "/fields/forestry/case/A/?part=case&export=csv")
    entry = Entry.objects.order_by("-pk").first()
    assert entry is not None
    assert (entry.data["list"], entry.data["rows"]) == ("forestry-case-case", 1)


def test_a_bad_pack_is_set_aside_and_shown_and_the_others_go_on(lin: Client) -> None:
    assert set(fields().broken) == {"fishery"}
    assert {"approvals", "forestry"} <= set(fields().packs)
    shown = lin.get("/fields/fishery/")
    assert shown.status_code == 503
    assert "pages/case.toml" in shown.content.decode()
    assert "there is no component &quot;clok&quot;" in shown.content.decode()
    assert text_of(lin, "/fields/approvals/")


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR])
def test_administrators_see_no_facts_of_it(forestry: None, platforms: Path, role: Role) -> None:
    client = _signed_in(f"admin.{role.value}", "管理员", role)
    for url in ("/fields/forestry/", "/fields/forestry/case/", "/fields/forestry/case/A/"):
        response = client.get(url)
        assert response.status_code == 403
        assert "North Wood" not in response.content.decode()
