"""The reference is as fresh as what it is made from, and leaves nothing out."""

import re
from pathlib import Path

import click
import pytest

from xiezhi import cli
from xiezhi.cli import main
from xiezhi.cli.reference.command import generated
from xiezhi.cli.reference.pages import reference_pages
from xiezhi.engine.packs.load import find_packs, load_pack
from xiezhi.engine.packs.model import Pack

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"


@pytest.fixture(scope="module")
def packs() -> list[Pack]:
    return [load_pack(folder) for folder in find_packs().values()]


@pytest.fixture(scope="module")
def fresh(packs: list[Pack]) -> dict[str, str]:
    return reference_pages(packs, main)


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    pages = (path for path in sorted(REFERENCE.rglob("*.md")) if generated(path))
    return {path.relative_to(REFERENCE).as_posix(): path.read_text(encoding="utf-8") for path in pages}


def test_every_page_is_fresh(fresh: dict[str, str], written: dict[str, str]) -> None:
    stale = sorted(path for path in fresh.keys() | written.keys() if fresh.get(path) != written.get(path))
    assert stale == [], "run `make docs`"


def headings(page: str) -> list[str]:
    return re.findall(r"^## (\S+)$", page, re.MULTILINE)


def test_every_indicator_dataset_parameter_view_and_norm_has_its_place(
    packs: list[Pack], written: dict[str, str]
) -> None:
    for pack in packs:
        indicators = {path for path in written if path.startswith(f"{pack.id}/indicators/")}
        assert indicators == {f"{pack.id}/indicators/{name}.md" for name in pack.indicators}
        assert headings(written[f"{pack.id}/datasets.md"]) == [*pack.datasets]
        assert headings(written[f"{pack.id}/parameters.md"]) == [*sorted(pack.parameters), *sorted(pack.tables)]
        assert sorted(headings(written[f"{pack.id}/views.md"])) == sorted([*pack.views, *pack.derived])
        assert headings(written[f"{pack.id}/norms.md"]) == [*pack.norms]


def test_every_column_has_its_row(packs: list[Pack], written: dict[str, str]) -> None:
    for pack in packs:
        page = written[f"{pack.id}/datasets.md"]
        for dataset in pack.datasets.values():
            body = page.partition(f"## {dataset.name}\n")[2].partition("\n## ")[0]
            rows = re.findall(r"^\| `(\w+)` \|(?:[^|\n]*\|){7}$", body, re.MULTILINE)
            assert rows == [*dataset.columns]


def options(command: click.Command, path: str) -> list[tuple[str, str]]:
    """Return (command, option) of a command and of those below it."""
    own = [(path, name) for item in command.params if isinstance(item, click.Option) for name in item.opts]
    below = command.commands.items() if isinstance(command, click.Group) else ()
    return own + [pair for name, inner in below for pair in options(inner, f"{path} {name}")]


def test_every_command_and_option_is_told(written: dict[str, str]) -> None:
    page = written["cli.md"]
    missing = []
    for path, option in options(main, "xiezhi"):
        body = page.partition(f"## {path}\n")[2].partition("\n## ")[0]
        if not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", body):
            missing.append((path, option))
    assert missing == []


def test_every_setting_is_told(written: dict[str, str]) -> None:
    sources = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "xiezhi").rglob("*.py"))]
    read = {name for text in sources for name in re.findall(r"[\"'](XIEZHI_[A-Z_]+)[\"']", text)}
    assert {"XIEZHI_DATA", "XIEZHI_PLATFORMS", "XIEZHI_ZONE"} <= read
    told = re.findall(r"^\| `(XIEZHI_\w+)` \|", written["settings.md"], re.MULTILINE)
    assert sorted(read - set(told)) == []


def test_every_exit_code_is_told(written: dict[str, str]) -> None:
    said = re.findall(r"\b(\d+) [a-z]", (cli.__doc__ or "").partition("Exit codes:")[2])
    assert said[:2] == ["0", "1"]
    assert re.findall(r"^\| `(\d+)` \|", written["cli.md"], re.MULTILINE) == said


def test_every_key_of_a_mapping_is_told() -> None:
    page = (REFERENCE / "mapping.md").read_text(encoding="utf-8")
    rooms = [ROOT / "xiezhi" / "engine" / "intake" / name for name in ("mapping.py", "sections.py")]
    texts = [path.read_text(encoding="utf-8") for path in rooms]
    asked = {
        name
        for text in texts
        for name in re.findall(r"\.(?:string|loose|flag|strings|section|choice|words|has)\(\"(\w+)\"", text)
    }
    assert {"source", "zone", "distinct", "columns"} <= asked
    assert sorted(name for name in asked if not re.search(rf"[`\[.]{name}\b", page)) == []
