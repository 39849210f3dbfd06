"""`xiezhi backup` and `xiezhi restore`: the whole installation as one archive, and back, to the same digests.

The archive is a plain tar: the database, the files of facts that its manifest names, the documents, on request the
keys, and last ``DIGESTS``: one line a file, SHA-256 and path. Restoring unpacks beside the folder, holds every file
against its digest, and only then puts it in place.
"""

import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath

import click

from xiezhi.engine.errors import XiezhiError

DATABASE, DIGESTS = "xiezhi.sqlite3", "DIGESTS"
FACTS, DOCUMENTS, KEYS = "facts", "documents", "keys"
_CHUNK = 1 << 20


class BackupRefused(XiezhiError):  # noqa: N818  named by what it says
    """There is nothing to back up, or something of it is missing."""


class NotEmpty(XiezhiError):  # noqa: N818  named by what it says
    """A backup is restored into an empty folder only."""


class BadArchive(XiezhiError):  # noqa: N818  named by what it says
    """The archive is not whole, or a file in it is not what the list of digests says."""


@click.command("backup")
@click.argument("archive", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-keys", is_flag=True, help="Put the installation's keys in too: who has them can read the vault.")
def backup_command(archive: Path, *, with_keys: bool) -> None:
    """Write the installed system into one ARCHIVE (tar), while it runs."""
    data, facts = _folders()
    files, digest = back_up(archive, data=data, facts=facts, with_keys=with_keys)
    click.echo(f"{files} files, digest {digest}", err=True)
    if not with_keys:
        click.echo(
            "不含密钥，请另行保管 / without the keys: keep them elsewhere, a restored system needs them", err=True
        )


@click.command("restore")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore_command(archive: Path) -> None:
    """Unpack ARCHIVE into the empty folder of XIEZHI_DATA."""
    data, facts = _folders()
    files, digest = restore(archive, data=data, facts=facts)
    click.echo(f"{files} files, digest {digest}", err=True)
    if not (data / KEYS).exists():
        click.echo(f"不含密钥，请放入 {data / KEYS} / put the keys into {data / KEYS} before it runs", err=True)


def back_up(archive: Path, *, data: Path, facts: Path, with_keys: bool) -> tuple[int, str]:
    """Write the archive and return how many files it holds and the digest of their list.

    Raises:
        BackupRefused: there is no database, or a file of facts is missing or altered.
    """
    if not (data / DATABASE).exists():
        raise BackupRefused(f"{data}: there is no {DATABASE}; set XIEZHI_DATA to the folder of the installed system")
    told: list[str] = []

    def fill(aside: Path) -> None:
        with (
            tempfile.TemporaryDirectory(dir=archive.parent, prefix=".backup-") as name,
            tarfile.open(aside, "w") as tar,
        ):
            copy = Path(name) / DATABASE
            _copy_database(data / DATABASE, copy)
            _add(tar, copy, DATABASE, told)
            for path, expected in _manifest(copy):
                _add(tar, facts / path, f"{FACTS}/{path}", told, expected=expected)
            for folder in (DOCUMENTS, *([KEYS] if with_keys else [])):
                for found in sorted((data / folder).rglob("*")):
                    if found.is_file():
                        _add(tar, found, found.relative_to(data).as_posix(), told)
            text = "".join(told).encode()
            member = tarfile.TarInfo(DIGESTS)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))

    archive.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=archive.parent, prefix=f".{archive.name}-")  # it holds the vault: mode 0600
    try:
        fill(Path(name))
        os.fsync(handle)
        Path(name).replace(archive)
    finally:
        os.close(handle)
        Path(name).unlink(missing_ok=True)
    return len(told), _digest(told)


def restore(archive: Path, *, data: Path, facts: Path) -> tuple[int, str]:
    """Unpack an archive and return how many files it held and the digest of their list.

    Raises:
        NotEmpty: there is something in the folder already.
        BadArchive: the archive is not whole or not what it says; then nothing is put in place.
    """
    for folder in (data, facts):
        if folder.exists() and any(folder.iterdir()):
            raise NotEmpty(f"{folder} is not empty: a backup is restored into an empty folder only")
    data.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data.parent, prefix=".restore-") as name:
        unpacked = Path(name)
        told = _unpack(archive, unpacked)
        data.mkdir(exist_ok=True, mode=0o700)
        if facts != data / FACTS and (unpacked / FACTS).exists():
            facts.parent.mkdir(parents=True, exist_ok=True)
            if facts.exists():
                facts.rmdir()
            shutil.move(unpacked / FACTS, facts)
        for path in sorted(unpacked.iterdir(), key=lambda path: path.name == DATABASE):  # the database last
            shutil.move(path, data / path.name)
    return len(told), _digest(told)


def _folders() -> tuple[Path, Path]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiezhi.settings")
    from django.conf import settings  # noqa: PLC0415  a check of files needs no web framework

    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        raise BackupRefused("the database is not SQLite: back it up with its own tools, then the facts and documents")
    return Path(settings.DATA), Path(settings.FACTS)


def _copy_database(source: Path, target: Path) -> None:
    """Copy the database as of one moment, while others write to it; the same content gives the same bytes."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as running:
        running.execute("VACUUM INTO ?", (str(target),))
    with target.open("r+b") as file:  # https://www.sqlite.org/fileformat2.html §1.3: what only counts how often
        for offset, value in ((24, 1), (40, 1), (92, 1)):  # change counter, schema cookie, change counter again
            file.seek(offset)
            file.write(value.to_bytes(4, "big"))


def _manifest(database: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(database)) as copy:
        return list(copy.execute("SELECT path, sha256 FROM intake_fact_file ORDER BY path"))


def _add(tar: tarfile.TarFile, path: Path, name: str, told: list[str], *, expected: str = "") -> None:
    if not path.is_file():
        raise BackupRefused(f"{path}: the manifest names it, and it is not there")
    found = _sha256(path)
    if expected and found != expected:
        raise BackupRefused(f"{path}: its bytes are not those that the manifest names")
    tar.add(path, arcname=name, recursive=False)
    told.append(f"{found}  {name}\n")


def _unpack(archive: Path, folder: Path) -> list[str]:
    names = set()
    try:
        with tarfile.open(archive, "r:") as tar:
            for member in _files(tar):
                names.add(member.name)
                tar.extract(member, folder, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise BadArchive(f"{archive}: is no whole backup ({error})") from error
    listed = folder / DIGESTS
    if DIGESTS not in names:
        raise BadArchive(f"{archive}: has no list of digests; it was cut off, or is no backup")
    told = listed.read_text(encoding="utf-8").splitlines(keepends=True)
    expected = {line[66:].rstrip("\n"): line[:64] for line in told}
    if expected.keys() != names - {DIGESTS} or DATABASE not in expected:
        raise BadArchive(f"{archive}: does not hold the files that its list names")
    for name, digest in expected.items():
        if _sha256(folder / name) != digest:
            raise BadArchive(f"{archive}: {name} is not what the list of digests says")
    listed.unlink()
    return told


def _files(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for member in tar:
        inside = PurePosixPath(member.name).parts[:1]
        if not member.isfile() or inside[0] not in {DATABASE, DIGESTS, FACTS, DOCUMENTS, KEYS}:
            raise BadArchive(f"{tar.name!r}: {member.name} does not belong into a backup")
        yield member


def _digest(told: list[str]) -> str:
    return hashlib.sha256("".join(told).encode()).hexdigest()


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()
