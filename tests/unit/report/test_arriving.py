"""Outputs that end early, have no room, or cannot be written: one line, the right code, and nothing replaced."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from xiezhi.cli import outputs
from xiezhi.cli.arriving import Unwritable

_RUN = [sys.executable, "-c", "import sys; sys.argv[0] = 'xiezhi'; from xiezhi.cli import main; main()"]
_LONG = ["explain", "deadline", "--start", "2026-01-05", "--limit", "1500"]  # more than a pipe holds


def _run(*arguments: str, out: int) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*_RUN, *arguments], stdout=out, stderr=subprocess.PIPE, check=False, timeout=60)  # noqa: S603  our own command


def test_full_disk_is_said_in_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = _run(*_LONG, out=full.fileno())

    assert done.returncode == 2
    assert done.stderr.decode() == (
        "stdout: cannot be written: No space left on device — name a place you may write to, with room in it\n"
    )


def test_reader_that_has_had_enough_is_no_failure() -> None:
    end, start = os.pipe()
    os.close(end)

    done = _run(*_LONG, out=start)

    os.close(start)
    assert (done.returncode, done.stderr) == (0, b"")


def test_pipe_under_the_name_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()

    outputs.write_text("甲", pipe)

    reader.join(timeout=10)
    assert read == ["甲"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.html").write_text("old", encoding="utf-8")
    link = tmp_path / "report.html"
    link.symlink_to("real.html")

    outputs.write_text("new", link)

    assert link.is_symlink()
    assert (tmp_path / "real.html").read_text(encoding="utf-8") == "new"


def test_failed_export_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")

    def fill(aside: Path) -> None:
        aside.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(Unwritable, match="No space left on device"):
        outputs.whole(path, fill)

    assert [(one.name, one.read_text(encoding="utf-8")) for one in tmp_path.iterdir()] == [("report.html", "old")]


def test_folder_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(Unwritable, match="it is a folder"):
        outputs.check_writable(tmp_path)


def test_folder_below_a_file_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(Unwritable, match="cannot be written"):
        outputs.check_writable(tmp_path / "file" / "report.html")


def test_check_of_a_new_path_leaves_nothing_behind(tmp_path: Path) -> None:
    outputs.check_writable(tmp_path / "report.html")

    assert list(tmp_path.iterdir()) == []
