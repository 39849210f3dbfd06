"""One archive of an installation, and back: the same digests, an empty folder only, nothing taken on trust."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from django.db import connection

from tests.integration.kernel.intake.delivering import case, write_csv
from xiezhi.cli.backing import BackupRefused, BadArchive, NotEmpty, back_up, restore

ROOT = Path(__file__).parents[4]
MAPPING = """
source = "hall"
[cases]
[cases.columns]
case_no = "case_no"
department = "department"
applicant = "applicant"
accepted_at = "accepted_at"
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an installation with one delivery, through the command line."""
    folder = tmp_path_factory.mktemp("installed")
    rows = write_csv(
        folder / "rows.csv", ("case_no", "department", "applicant", "accepted_at"), [case("A1"), case("A2")]
    )
    mapping = folder / "map.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    told = xiezhi(folder / "data", "import", "approvals", str(rows), "--map", str(mapping))
    assert (told.returncode, told.stdout) == (0, "")
    assert told.stderr.splitlines() == [
        "第1批已收下（版本1） / batch 1 is accepted: version 1",
        "  cases: accepted 2, new or changed 2, quarantined 0",
    ]
    (folder / "data" / "documents").mkdir()
    (folder / "data" / "documents" / "reply.pdf").write_bytes(b"%PDF-")
    return folder


def xiezhi(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "XIEZHI_FACTS"}
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", "from xiezhi.cli import main; main()", *arguments],
        env=environment | {"XIEZHI_DATA": str(data)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_import_says_what_became_of_it(installed: Path) -> None:
    rows, mapping = str(installed / "rows.csv"), str(installed / "map.toml")
    again = xiezhi(installed / "data", "import", "approvals", rows)
    assert (again.returncode, again.stderr.splitlines()[0].partition(" / ")[2]) == (
        0,
        "batch 2 is the same as batch 1, the source's last: nothing changed",
    )
    refused = xiezhi(installed / "data", "import", "approvals", rows, "--map", mapping, "--source", "other")
    assert refused.returncode == 3
    assert "case_no = A1 is a row of another source already" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_backup_restored_and_backed_up_again_has_the_same_digest(installed: Path, tmp_path: Path) -> None:
    archive, again = tmp_path / "out" / "a.tar", tmp_path / "b.tar"
    told = xiezhi(installed / "data", "backup", str(archive), "--with-keys")
    assert (told.returncode, told.stderr.splitlines()[0][:16]) == (0, "5 files, digest ")
    with tarfile.open(archive) as tar:
        names = tar.getnames()
    assert [name.partition("/")[0] for name in names] == [
        "xiezhi.sqlite3",
        "facts",
        "facts",
        "documents",
        "keys",
        "DIGESTS",
    ]
    assert archive.stat().st_mode & 0o777 == 0o600
    restored = xiezhi(tmp_path / "restored", "restore", str(archive))
    assert restored.stderr == told.stderr
    assert (tmp_path / "restored" / "keys" / "vault").read_bytes() == (
        installed / "data" / "keys" / "vault"
    ).read_bytes()
    data = tmp_path / "restored"
    files, digest = back_up(again, data=data, facts=data / "facts", with_keys=True)
    assert f"{files} files, digest {digest}" == told.stderr.strip()
    assert again.read_bytes().count(b"%PDF-") == 1


def test_keys_are_left_out_unless_asked_for(installed: Path, tmp_path: Path) -> None:
    back_up(tmp_path / "a.tar", data=installed / "data", facts=installed / "data" / "facts", with_keys=False)
    told = xiezhi(tmp_path / "restored", "restore", str(tmp_path / "a.tar"))
    assert told.stderr.splitlines()[1].endswith(f"put the keys into {tmp_path}/restored/keys before it runs")
    assert sorted(path.name for path in (tmp_path / "restored").iterdir()) == ["documents", "facts", "xiezhi.sqlite3"]


def archived(installed: Path, tmp_path: Path) -> Path:
    archive = tmp_path / "a.tar"
    data = installed / "data"
    back_up(archive, data=data, facts=data / "facts", with_keys=True)
    return archive


def test_a_folder_that_is_not_empty_is_refused(installed: Path, tmp_path: Path) -> None:
    archive, target = archived(installed, tmp_path), tmp_path / "full"
    target.mkdir()
    (target / "note").write_text("mine", encoding="utf-8")
    with pytest.raises(NotEmpty):
        restore(archive, data=target, facts=target / "facts")
    assert [path.name for path in target.iterdir()] == ["note"]


def test_facts_in_a_folder_of_their_own_come_back_there(installed: Path, tmp_path: Path) -> None:
    archive = archived(installed, tmp_path)
    restore(archive, data=tmp_path / "data", facts=tmp_path / "elsewhere" / "facts")
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["documents", "keys", "xiezhi.sqlite3"]
    assert len(list((tmp_path / "elsewhere" / "facts").rglob("*.parquet"))) == 2


@pytest.mark.parametrize("broken", ["cut", "altered", "added", "foreign"])
def test_an_archive_that_is_not_what_it_says_is_refused_whole(installed: Path, tmp_path: Path, broken: str) -> None:
    archive = archived(installed, tmp_path)
    if broken == "cut":
        archive.write_bytes(archive.read_bytes()[:100_000])
    elif broken == "altered":
        archive.write_bytes(archive.read_bytes().replace(b"%PDF-", b"%PDX-"))
    else:
        extra = tmp_path / "extra"
        extra.write_bytes(b"x")
        with tarfile.open(archive, "a") as tar:
            tar.add(extra, "documents/extra" if broken == "added" else "../extra")
    with pytest.raises(BadArchive):
        restore(archive, data=tmp_path / "data", facts=tmp_path / "data" / "facts")
    assert not (tmp_path / "data").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_backup_misses_nothing_in_silence(installed: Path, tmp_path: Path) -> None:
    archive = archived(installed, tmp_path)
    data = tmp_path / "data"
    restore(archive, data=data, facts=data / "facts")
    lost = next((data / "facts").rglob("cases/*.parquet"))
    whole = lost.read_bytes()
    lost.write_bytes(whole[:-1] + b"?")
    with pytest.raises(BackupRefused, match="not those that the manifest names"):
        back_up(tmp_path / "b.tar", data=data, facts=data / "facts", with_keys=False)
    lost.unlink()
    with pytest.raises(BackupRefused, match="is not there"):
        back_up(tmp_path / "b.tar", data=data, facts=data / "facts", with_keys=False)
    with pytest.raises(BackupRefused, match=r"there is no xiezhi.sqlite3"):
        back_up(tmp_path / "b.tar", data=tmp_path / "nothing", facts=data / "facts", with_keys=False)
    assert not (tmp_path / "b.tar").exists()


def test_the_database_of_a_backup_is_one_moment(installed: Path, tmp_path: Path) -> None:
    """What is written and not yet committed does not belong to it."""
    assert connection.vendor == "sqlite"
    import sqlite3  # noqa: PLC0415

    data = installed / "data"
    with sqlite3.connect(data / "xiezhi.sqlite3", isolation_level=None) as writing:
        writing.execute("BEGIN IMMEDIATE")
        writing.execute("UPDATE intake_source SET name_zh = '未提交'")
        archive = archived(installed, tmp_path)
        writing.execute("ROLLBACK")
    writing.close()
    assert "未提交".encode() not in archive.read_bytes()
