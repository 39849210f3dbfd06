"""The doctor of an installation: one line each, and what to do."""

import os
import subprocess
import sys
from pathlib import Path


def _run(data: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "xiezhi.cli", *command],
        env={**os.environ, "XIEZHI_DATA": str(data)},
        check=False,
        capture_output=True,
        text=True,
    )


def _attention(told: str) -> list[str]:
    return [line.split()[2] for line in told.splitlines() if line.startswith("注意 attention")]


def test_first_start_prints_three_links_once_and_the_doctor_finds_it_well(tmp_path: Path) -> None:
    empty = _run(tmp_path, "doctor")
    assert (empty.returncode, _attention(empty.stdout)) == (0, [])
    assert "`xiezhi init` makes one" in empty.stdout

    begun = _run(tmp_path, "init", "--site", "https://xiezhi.example")
    links = [line.split("\t") for line in begun.stdout.splitlines()]
    assert [line[2] for line in links] == ["system.administrator", "security.administrator", "audit.administrator"]
    assert all(line[3].startswith("https://xiezhi.example/account/link/") for line in links)
    again = _run(tmp_path, "init")
    assert (again.returncode, again.stdout) == (3, "")

    well = _run(tmp_path, "doctor")
    assert (well.returncode, _attention(well.stdout)) == (0, [])


def test_doctor_says_what_to_do_about_keys_that_others_can_read(tmp_path: Path) -> None:
    _run(tmp_path, "init")
    key = tmp_path / "keys" / "xiezhi_secret_key"
    key.chmod(0o644)

    told = _run(tmp_path, "doctor")

    assert told.returncode == 1
    assert _attention(told.stdout) == ["密钥"]
    assert f"chmod 600 {tmp_path / 'keys'}/*" in told.stdout
