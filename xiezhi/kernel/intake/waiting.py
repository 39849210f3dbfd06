"""Deliveries handed in on a page: taken as they come, and where one is held, kept until somebody decides."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.intake.batch import Progress
from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import may
from xiezhi.kernel.intake.importing import import_files, turn_down
from xiezhi.kernel.intake.models import Batch, QuarantinedRow, Source
from xiezhi.kernel.intake.permissions import permit
from xiezhi.kernel.intake.scratch import arriving
from xiezhi.kernel.ledger.author import Author

MOST_BYTES = 20 * 1024 * 1024


class NotHandedIn(XiezhiError):  # noqa: N818  named by what it says
    """A delivery could not be handed in, or a held one not be decided. ``words`` say why, in both languages."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True)
class Handed:
    """A file on its way in: its name, its size, and its bytes in chunks."""

    name: str
    size: int
    chunks: Iterable[bytes]


def hand_in(
    source: Source,
    files: Iterable[Handed],
    *,
    by: Author,
    at: datetime,
    progress: Callable[[Progress], None] | None = None,
) -> Batch:
    """Take a delivery that somebody uploads. One that is held keeps its files, for the decision.

    Raises:
        NotAllowed: ``by`` may not hand in data of this source.
        NotHandedIn: no file, or more than a page takes.
        XiezhiError: the delivery is refused, and kept as a refused batch with the reason.
    """
    permit(by, "intake.import", source)
    told = list(files)
    _check(told)
    with arriving() as folder:
        paths = [_written(folder, handed) for handed in told]
        batch = import_files(source, paths, by=by, at=at, progress=progress)
        if batch.state == Batch.State.HELD:
            _sweep()
            _keep(batch, paths)
        return batch


def waits(batch: Batch) -> bool:
    """Whether a held batch's files are here, so that it can be confirmed on its page."""
    return batch.state == Batch.State.HELD and bool(_kept(batch))


def confirm(batch: Batch, *, by: Author, at: datetime) -> Batch:
    """Take a held delivery as it is; return the batch that it became.

    Raises:
        NotAllowed: ``by`` may not hand in data of this source.
        NotHandedIn: it is not held, or its files are not here.
    """
    permit(by, "intake.import", batch.source)
    _still_held(batch)
    paths = _kept(batch)
    if not paths:
        raise NotHandedIn(
            Words(
                "这一批的文件不在这里：请报送人用xiezhi import --confirm重报",
                "The files of this batch are not here: hand it in again with xiezhi import --confirm",
            )
        )
    made = import_files(batch.source, paths, by=by, at=at, confirm=True)
    shutil.rmtree(_folder(batch), ignore_errors=True)
    return made


def refuse(batch: Batch, *, reason: str, by: Author, at: datetime) -> None:
    """Decide that a held delivery is not taken, with the reason.

    Raises:
        NotAllowed: ``by`` may not hand in data of this source.
        NotHandedIn: it is not held, or no reason is given.
    """
    permit(by, "intake.import", batch.source)
    if not reason.strip():
        raise NotHandedIn(Words("写明为什么不收", "Say why it is not taken"))
    _still_held(batch)
    turn_down(batch, reason=reason, by=by, at=at)
    shutil.rmtree(_folder(batch), ignore_errors=True)


def first_quarantined(batch: Batch) -> int | None:
    """Return the first row of a batch that waits in quarantine, None where none does."""
    rows = QuarantinedRow.objects.filter(batch=batch, state=QuarantinedRow.State.OPEN).order_by("pk")
    return rows.values_list("pk", flat=True).first()


def batch_of(actor: Actor, number: int) -> Batch | None:
    """Return a batch of a source that the actor sees, None where there is none."""
    found = Batch.objects.select_related("source").filter(pk=number).first()
    return found if found is not None and may(actor, "intake.see", found.source) else None


def source_of(actor: Actor, code: str) -> Source | None:
    """Return a source that the actor sees, None where there is none."""
    found = Source.objects.filter(code=code).first()
    return found if found is not None and may(actor, "intake.see", found) else None


def row_of(actor: Actor, key: int) -> QuarantinedRow | None:
    """Return a row in quarantine of a source that the actor sees, None where there is none."""
    found = QuarantinedRow.objects.select_related("batch__source").filter(pk=key).first()
    return found if found is not None and may(actor, "intake.see", found.batch.source) else None


def _check(files: list[Handed]) -> None:
    if not files:
        raise NotHandedIn(Words("选一个或几个文件", "Choose one or more files"))
    size = sum(handed.size for handed in files)
    if size > MOST_BYTES:
        most = MOST_BYTES >> 20
        raise NotHandedIn(
            Words(
                f"共{size / (1 << 20):.1f}兆字节，页面上最多{most}兆字节：请在服务器上用xiezhi import报送",
                f"{size / (1 << 20):.1f} MB in all; a page takes {most} MB: use xiezhi import on the server",
            )
        )
    names = [_name(handed) for handed in files]
    if len(set(names)) < len(names):
        raise NotHandedIn(Words("有两个文件同名，请改名", "Two files have one name: rename one"))


def _name(handed: Handed) -> str:
    return Path(handed.name.replace("\\", "/")).name.lstrip(".")[-120:] or "file"


def _written(folder: Path, handed: Handed) -> Path:
    path = folder / _name(handed)
    with path.open("wb") as stream:
        for chunk in handed.chunks:
            stream.write(chunk)
    return path


def _folder(batch: Batch) -> Path:
    return Path(settings.DATA) / "waiting" / str(batch.pk)


def _sweep() -> None:
    """Remove the files of deliveries about which was decided elsewhere."""
    held = {str(number) for number in Batch.objects.filter(state=Batch.State.HELD).values_list("pk", flat=True)}
    for folder in (Path(settings.DATA) / "waiting").glob("*"):
        if folder.name not in held:
            shutil.rmtree(folder, ignore_errors=True)


def _keep(batch: Batch, paths: Iterable[Path]) -> None:
    folder = _folder(batch)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in paths:
        shutil.copyfile(path, folder / path.name)


def _kept(batch: Batch) -> list[Path]:
    folder = _folder(batch)
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _still_held(batch: Batch) -> None:
    batch.refresh_from_db()
    if batch.state != Batch.State.HELD:
        raise NotHandedIn(Words("这一批已有人决定", "Somebody has decided about this batch already"))
