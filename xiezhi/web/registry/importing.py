"""A workbook into the registry: looked at first, with every error by sheet, line and column; then confirmed."""

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words
from xiezhi.kernel.access.may import NotAllowed, require
from xiezhi.kernel.intake.scratch import scratch_folder
from xiezhi.kernel.registry.importing import Imported, import_workbook
from xiezhi.kernel.registry.sheets import SHEETS
from xiezhi.web.account.asking import refusing
from xiezhi.web.language import said
from xiezhi.web.registry.telling import reason_words, words_of
from xiezhi.web.request import actor_of_request

MOST_BYTES = 10 * 1024 * 1024
_MOST_ERRORS = 200
_TOKEN = re.compile(r"[A-Za-z0-9]{22}")
_KEPT_SECONDS = 3600.0


@dataclass(frozen=True)
class Counted:
    """What would become of the rows of a sheet."""

    words: Words
    added: int
    changed: int
    same: int


@dataclass(frozen=True)
class Wrong:
    """What is wrong, and where."""

    sheet: str
    line: int
    column: str
    reason: Words


@login_required
@refusing
def workbook(request: HttpRequest) -> HttpResponse:
    """Take a workbook, say what it would do, and do it when that is confirmed."""
    actor = actor_of_request(request)
    require(actor, "registry.change")
    if request.method != "POST":
        return render(request, "registry/import.html", {"most": MOST_BYTES >> 20})
    token = request.POST.get("token", "")
    if token:
        return _confirmed(request, token)
    file = request.FILES.get("workbook")
    problem = _problem(file)
    if file is None or problem is not None:
        return _refused(request, problem or Words("", ""))
    _sweep()
    token = get_random_string(22)
    path = _path(token)
    with path.open("wb") as stream:
        for chunk in file.chunks():
            stream.write(chunk)
    try:
        found = import_workbook(path, by=actor, at=timezone.now(), only_look=True)
    except NotAllowed:
        raise
    except XiezhiError as error:
        path.unlink(missing_ok=True)
        return _refused(request, words_of(error))
    if found.errors:
        path.unlink(missing_ok=True)
    return _shown(request, found, token, file.name or "")


def _confirmed(request: HttpRequest, token: str) -> HttpResponse:
    path = _path(token) if _TOKEN.fullmatch(token) else None
    if path is None or not path.exists():
        return _refused(request, Words("预览过了一小时，请重新选文件", "The preview is too old: choose the file again"))
    try:
        done = import_workbook(path, by=actor_of_request(request), at=timezone.now())
    except NotAllowed:
        raise
    except XiezhiError as error:
        return _refused(request, words_of(error))
    finally:
        path.unlink(missing_ok=True)
    if done.errors:
        return _shown(request, done, token, "")
    added, changed = sum(done.added.values()), sum(done.changed.values())
    words = Words(f"已登记：新增{added}行，修改{changed}行。", f"Registered: {added} rows added, {changed} changed.")
    messages.success(request, said(words), extra_tags="done")
    return HttpResponseRedirect(reverse("registry"))


def _problem(file: "UploadedFile[Any] | None") -> Words | None:
    if file is None:
        return Words("选一个XLSX文件", "Choose an XLSX file")
    if (file.size or 0) > MOST_BYTES:
        most = MOST_BYTES >> 20
        return Words(f"文件超过{most}兆字节，请分成几个", f"The file is over {most} MB: split it")
    return None


def _refused(request: HttpRequest, words: Words) -> HttpResponse:
    return render(request, "registry/import.html", {"most": MOST_BYTES >> 20, "problem": words}, status=400)


def _shown(request: HttpRequest, found: Imported, token: str, name: str) -> HttpResponse:
    context = {
        "most": MOST_BYTES >> 20,
        "name": name,
        "token": token,
        "counts": [_counted(found, sheet.kind, sheet.words) for sheet in SHEETS if sheet.kind in found.same],
        "errors": [Wrong(e.sheet, e.line, e.column, reason_words(e.reason)) for e in found.errors[:_MOST_ERRORS]],
        "error_count": len(found.errors),
        "new": sum(found.added.values()) + sum(found.changed.values()),
    }
    return render(request, "registry/preview.html", context, status=400 if found.errors else 200)


def _counted(found: Imported, kind: str, words: Words) -> Counted:
    return Counted(words, found.added.get(kind, 0), found.changed.get(kind, 0), found.same.get(kind, 0))


def _path(token: str) -> Path:
    return scratch_folder() / f"registry-{token}.xlsx"


def _sweep() -> None:
    """Remove previews that nobody confirmed."""
    for path in scratch_folder().glob("registry-*.xlsx"):
        if time.time() - path.stat().st_mtime > _KEPT_SECONDS:
            path.unlink(missing_ok=True)
