"""Documents of a step: kept once each, in a file named by its digest, under the installation's folder."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import require
from xiezhi.kernel.alerts.entering import enter
from xiezhi.kernel.dispositions.models import Attachment, Step
from xiezhi.kernel.ledger.kinds import Kind, register

MOST_BYTES = 50 * 1024 * 1024
_CHUNK = 1 << 20
# What a browser would run is never kept; what it is called is no proof, so it is served as a download only.
KINDS = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ofd": "application/ofd",
    ".txt": "text/plain",
    ".zip": "application/zip",
}
register(Kind("document.read", Words("下载附件{name}", "downloaded {name}")))


class BadDocument(XiezhiError):  # noqa: N818  named by what it says
    """A document is too large, empty, or of a kind that is not taken."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True)
class Upload:
    """A document on its way in: its name, and its bytes in chunks."""

    name: str
    chunks: Iterable[bytes]


def attach(step: Step, files: Sequence[Upload]) -> None:
    """Keep the documents of a step. Inside the step's transaction; a file is on the disk before its row.

    Raises:
        BadDocument: one of them is not taken; then none is.
    """
    for upload in files:
        name = Path(upload.name.replace("\\", "/")).name[:200]
        suffix = Path(name).suffix.lower()
        if suffix not in KINDS:
            known = "、".join(sorted(KINDS))
            raise BadDocument(Words(f"{name}：只收{known}", f"{name}: only {known} are taken"))
        sha256, size = _keep(upload, name)
        Attachment.objects.create(step=step, name=name, media_type=KINDS[suffix], size=size, sha256=sha256)


@transaction.atomic
def open_document(*, attachment: int, by: Actor, at: datetime) -> tuple[Attachment, IO[bytes]]:
    """Open a document for someone who may read its alert; the look is recorded.

    Raises:
        NotAllowed: he may not read the alert.
    """
    found = Attachment.objects.select_related("step__alert").get(pk=attachment)
    alert = found.step.alert
    require(by, "alerts.read", alert)
    enter(alert, "document.read", {"name": found.name, "sha256": found.sha256}, by=by, at=at)
    return found, _path(found.sha256).open("rb")


def _keep(upload: Upload, name: str) -> tuple[str, int]:
    folder = Path(settings.DOCUMENTS)
    folder.mkdir(parents=True, exist_ok=True)
    found, size = hashlib.sha256(), 0
    handle, part = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            for chunk in upload.chunks:
                size += len(chunk)
                if size > MOST_BYTES:
                    raise BadDocument(Words(f"{name}：最大50兆字节", f"{name}: 50 MB at most"))
                found.update(chunk)
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        if size == 0:
            raise BadDocument(Words(f"{name}：是空文件", f"{name}: is empty"))
        target = _path(found.hexdigest())
        target.parent.mkdir(exist_ok=True)
        Path(part).replace(target)
    finally:
        Path(part).unlink(missing_ok=True)
    return found.hexdigest(), size


def _path(sha256: str) -> Path:
    return Path(settings.DOCUMENTS) / sha256[:2] / sha256
