"""The examples of the explanation are true: files as they stand on the page, commands and Python as they are run."""

import doctest
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from xiezhi.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "explanation").glob("*.md"))
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Block:
    kind: str
    file: str | None
    text: str


def blocks(page: Path) -> list[Block]:
    return [Block(*found) for found in BLOCK.findall(page.read_text(encoding="utf-8"))]


def commands(text: str) -> Iterator[tuple[list[str], str]]:
    """Yield the arguments of each command and what it should print."""
    for part in re.split(r"^\$ xiezhi ", text, flags=re.MULTILINE)[1:]:
        command, _, wanted = part.partition("\n")
        yield shlex.split(command), wanted


def run_command(arguments: list[str], wanted: str) -> str | None:
    result = CliRunner().invoke(main, arguments)
    got = result.stdout or result.stderr
    return None if doctest.OutputChecker().check_output(wanted, got, FLAGS) else f"{arguments} printed:\n{got}"


def run_python(text: str, page: Path, names: dict[str, Any]) -> str | None:
    test = doctest.DocTestParser().get_doctest(text, names, page.name, str(page), 0)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    failed = runner.run(test, out=said.append, clear_globs=False).failed
    names.update(test.globs)
    return "".join(said) if failed else None


def failures(page: Path) -> list[str]:
    names: dict[str, Any] = {}
    wrong: list[str | None] = []
    for block in blocks(page):
        if block.file:
            Path(block.file).write_text(block.text, encoding="utf-8")
        elif block.kind == "console":
            wrong += [run_command(arguments, wanted) for arguments, wanted in commands(block.text)]
        elif block.kind == "pycon":
            wrong.append(run_python(block.text, page, names))
    return [one for one in wrong if one]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_are_true(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert failures(page) == []


def test_an_untrue_example_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text("```pycon\n>>> 1 + 1\n3\n```\n\n```console\n$ xiezhi --version\nnothing\n```\n", encoding="utf-8")
    assert [bool(one) for one in failures(page)] == [True, True]


def test_each_decision_has_a_page_with_an_example_that_is_run() -> None:
    told = {page.stem for page in PAGES if any(block.kind in ("console", "pycon") for block in blocks(page))}
    assert told == {
        "counted-days",
        "identity-vault",
        "proven-scope",
        "quarantine",
        "reproducibility",
        "sql-in-packs",
    }
