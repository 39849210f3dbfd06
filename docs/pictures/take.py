"""Take the pictures of the report that the README shows: `.venv/bin/python docs/pictures/take.py`, with chromium.

They show the demo's invented city, its first finding unfolded, in both languages and themes.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from xiezhi.demo.generate import generate

HERE = Path(__file__).resolve().parent
XIEZHI = Path(sys.executable).with_name("xiezhi")
SIZE = "1440,880"
MOST = 250_000  # bytes of a picture


def main() -> None:
    """Write `report-<language>-<theme>.png` beside this file."""
    browser = shutil.which("chromium")
    if browser is None:
        sys.exit("the pictures are taken with chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(folder, scale=0.15)
        files = sorted(str(path) for path in folder.glob("*.csv"))
        report = folder / "report.html"
        command = [XIEZHI, "check", "approvals", *files, "--html", str(report)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own command
        page = report.read_text(encoding="utf-8").replace(f"{folder}/", "")
        for language in ("zh", "en"):
            for theme in ("light", "dark"):
                shown = folder / f"{language}-{theme}.html"
                shown.write_text(_shown(page, language, theme), encoding="utf-8")
                picture = HERE / f"report-{language}-{theme}.png"
                _take(browser, folder / "profile", shown, picture)
                if picture.stat().st_size > MOST:
                    sys.exit(f"{picture}: {picture.stat().st_size:,} bytes, more than {MOST:,}: show less of the page")


def _shown(page: str, language: str, theme: str) -> str:
    """Return the page with its switches set, its first finding open, and neither counts nor filter."""
    for switch, chosen in (("lang", language), ("theme", theme)):
        page = re.sub(rf'(id="{switch}-\w+") checked', r"\1", page)
        page = page.replace(f'id="{switch}-{chosen}"', f'id="{switch}-{chosen}" checked')
    start, end = (page.index(f'<section aria-labelledby="{name}"') for name in ("h-summary", "h-findings"))
    page = page[:start] + page[end:]
    page = re.sub(r"<search .*?</search>", "", page, flags=re.DOTALL)
    first = page.index("<details", page.index('id="f1"'))
    return page[:first] + "<details open" + page[first + len("<details") :]


def _take(browser: str, profile: Path, page: Path, picture: Path) -> None:
    subprocess.run(  # noqa: S603  our own page in the system's browser
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={profile}",
            f"--window-size={SIZE}",
            f"--screenshot={picture}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )


if __name__ == "__main__":
    main()
