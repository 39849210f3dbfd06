"""The repository speaks of itself only: no place of anybody's machine, no host of a registry, stands in it."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Put together, so that this file does not hold what it forbids.
PLACES = ("work", "home", "root", "Users", "opt", "mnt")
HOSTS = ("pypi", "pythonhosted", "npmjs", "crates", "anaconda", "golang", "jsdelivr", "unpkg", "googleapis")
DOMAINS = ("org", "com", "io", "net", "dev")
ABSOLUTE = re.compile(rf"(?<![\w./>}}-])/(?:{'|'.join(PLACES)})/[\w.]")
SCRATCH = re.compile(r"(?<![\w./>}-])/" + r"tmp/[\w.]")
HOST = re.compile(rf"\b(?:{'|'.join(HOSTS)})\.(?:{'|'.join(DOMAINS)})\b")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)  # noqa: S607
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]  # one may be deleted, and not yet committed


def texts() -> dict[str, str]:
    found = {}
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data:
            found[str(path.relative_to(ROOT))] = data.decode("utf-8", errors="replace")
    return found


@pytest.mark.parametrize("pattern", [ABSOLUTE, HOST], ids=["absolute paths", "hosts of registries"])
def test_no_tracked_file_names(pattern: re.Pattern[str]) -> None:
    assert {name: hit[0] for name, text in texts().items() if (hit := pattern.search(text))} == {}


def test_no_file_but_a_hostile_example_names_a_scratch_folder() -> None:
    found = {name for name, text in texts().items() if SCRATCH.search(text)}
    assert {name for name in found if not name.startswith("tests/integration/")} == set()


def test_what_is_forbidden_would_be_found() -> None:
    assert ABSOLUTE.search("see /" + "home/someone/notes")
    assert SCRATCH.search('"/' + 'tmp/x.csv"')
    assert not SCRATCH.search("$XIEZHI_DATA/tmp/x.csv")
    assert not ABSOLUTE.search("https://example.org/home/page and docs/work/list")
    assert HOST.search("https://files.pythonhosted" + ".org/simple")


def test_no_data_of_others_is_tracked() -> None:
    kept = (".csv", ".xes", ".gz", ".zst", ".parquet", ".xlsx")
    found = [p.relative_to(ROOT).as_posix() for p in tracked() if p.suffix in kept]
    own = ("xiezhi/demo/data/", "xiezhi/engine/packs/data/", "xiezhi/platforms/", "tests/")
    assert [name for name in found if not name.startswith(own)] == []
