"""The report in a real browser: its policy lets its own script run, it works without, it is legible, it prints."""

import html
import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from xiezhi.cli.report import render_report

_HERE = Path(__file__).resolve().parent
_SECONDS = 60


def _invented() -> ModuleType:
    path = _HERE.parents[1] / "unit" / "report" / "invented.py"
    spec = importlib.util.spec_from_file_location("invented_for_the_browser", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def page() -> str:
    invented = _invented()
    findings = [invented.finding(), *(invented.overdue(n) for n in range(6)), invented.four_eyes(0)]
    return render_report(invented.report(findings=findings))


def _chromium(folder: Path, page: str, *options: str) -> str:
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    browser = shutil.which("chromium")
    assert browser is not None, "these tests look at the report in Debian's chromium: apt-get install chromium"
    done = subprocess.run(  # noqa: S603  our own page in the system's browser
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={folder / 'profile'}",
            *options,
            path.as_uri(),
        ],
        capture_output=True,
        timeout=_SECONDS,
        check=True,
    )
    return done.stdout.decode()


def _probed(folder: Path, page: str, width: int) -> dict[str, Any]:
    """Replace the page's own script by the probe, so that what is measured works without the former.

    The page stands in a frame of the given width: a window of the browser is never narrower than 500 px.
    """
    probe = (_HERE / "probe.js").read_text(encoding="utf-8")
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    bare = re.sub(r"<script>.*?</script>", lambda _: f"<script>{probe}</script>", bare, flags=re.DOTALL)
    frame = f'<!DOCTYPE html><body><iframe width="{width}" height="900" srcdoc="{html.escape(bare)}"></iframe></body>'
    dom = _chromium(folder, frame, "--dump-dom", "--window-size=1600,1000")
    found = re.search(r'<pre id="found">(.*?)</pre>', dom, re.DOTALL)
    assert found is not None, dom[-2000:]
    answer: dict[str, Any] = json.loads(html.unescape(found[1]))
    return answer


def test_policy_admits_the_pages_own_script_and_style(tmp_path: Path, page: str) -> None:
    dom = _chromium(tmp_path, page, "--dump-dom")

    assert re.search(r'id="shown"[^>]*>显示8件，共8件<', dom)
    assert ">全部指标</option>" in dom


def test_policy_stops_any_other_script(tmp_path: Path, page: str) -> None:
    attacked = page.replace("</main>", "<script>document.title = 'taken'</script></main>")

    dom = _chromium(tmp_path, attacked, "--dump-dom")

    assert "<title>taken</title>" not in dom


@pytest.mark.parametrize("theme", ["theme-light", "theme-dark"])
def test_text_is_legible_and_switches_work_without_script(tmp_path: Path, page: str, theme: str) -> None:
    themed = page.replace('id="theme-auto" checked', 'id="theme-auto"').replace(
        f'id="{theme}"', f'id="{theme}" checked'
    )

    found = _probed(tmp_path, themed, 1440)

    assert found["faint"] == []
    assert found["small"] == []
    assert found["languages"] == {"lang-zh": [True, False], "lang-en": [False, True]}
    assert (found["all"], found["without_orange"], found["orange_left"]) == (8, 3, 0)
    assert (found["light"], found["dark"]) == ("rgb(246, 245, 241)", "rgb(18, 21, 22)")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_narrow_page_loses_nothing_at_its_side(tmp_path: Path, language: str) -> None:
    invented = _invented()
    long = invented.finding(subject_id="X" * 500, title="X" * 500, organisation="很长的单位名称" * 20)
    page = render_report(invented.report(findings=[invented.finding(), long]), language=language)

    found = _probed(tmp_path, page, 320)

    assert found["width"] == 320

    assert found["overflow"] <= 0


def test_prints_with_everything_unfolded(tmp_path: Path, page: str) -> None:
    paper = tmp_path / "report.pdf"

    _chromium(tmp_path, re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL), f"--print-to-pdf={paper}")

    sheets = len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes()))
    assert sheets >= 8  # a folded report has four
