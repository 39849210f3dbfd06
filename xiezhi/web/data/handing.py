"""Handing in files of a source, watching how far they are read, and deciding about a delivery that is held."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_POST

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.intake.batch import Progress
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.intake.models import Batch
from xiezhi.kernel.intake.scratch import scratch_folder
from xiezhi.kernel.intake.source_page import source_page
from xiezhi.kernel.intake.waiting import MOST_BYTES, batch_of, confirm, hand_in, refuse, source_of
from xiezhi.kernel.intake.wording import told_of
from xiezhi.kernel.registry.queries import organisation_words
from xiezhi.web.account.asking import refusing
from xiezhi.web.data.forms import handed
from xiezhi.web.data.lists import seeing
from xiezhi.web.data.telling import words_of
from xiezhi.web.language import said

_TOKEN = re.compile(r"[A-Za-z0-9]{22}")


@login_required
@refusing
def source(request: HttpRequest, code: str) -> HttpResponse:
    """Show one source; take files of it."""
    actor = seeing(request)
    page = source_page(actor, code)
    if page is None:
        raise Http404
    if request.method == "POST":
        return _taken(request, code)
    owner = organisation_words(page.source.owner) if page.source.owner else NOTHING
    context = {"page": page, "owner": owner, "most": MOST_BYTES >> 20, "token": get_random_string(22)}
    return render(request, "data/source.html", context)


@require_GET
@login_required
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """Tell how far the files of an upload have been read."""
    path = _path(token)
    if path is None:
        raise Http404
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        told = None
    return render(request, "data/_progress.html", {"told": told, "token": token})


@login_required
@require_POST
@refusing
def decide(request: HttpRequest, number: int) -> HttpResponseBase:
    """Take a held delivery, or decide that it is not taken."""
    actor, now = seeing(request), timezone.now()
    batch = batch_of(actor, number)
    if batch is None:
        raise Http404
    try:
        if request.POST.get("decision") == "confirm":
            return _told(request, confirm(batch, by=actor, at=now))
        refuse(batch, reason=request.POST.get("reason", ""), by=actor, at=now)
        messages.success(
            request, said(Words(f"第{number}批已决定不收。", f"Batch {number} is not taken.")), extra_tags="done"
        )
    except XiezhiError as error:
        messages.error(request, said(words_of(error)))
    return HttpResponseRedirect(reverse("batch", args=[number]))


def _taken(request: HttpRequest, code: str) -> HttpResponse:
    actor, now = seeing(request), timezone.now()
    found = source_of(actor, code)
    if found is None:
        raise Http404
    path = _path(request.POST.get("token", ""))
    try:
        files = handed(request.FILES.getlist("files"))
        batch = hand_in(found, files, by=actor, at=now, progress=None if path is None else _telling(path))
    except XiezhiError as error:
        messages.error(request, said(words_of(error)))
        return HttpResponseRedirect(reverse("source", args=[code]))
    finally:
        if path is not None:
            path.unlink(missing_ok=True)
    return _told(request, batch)


def _told(request: HttpRequest, batch: Batch) -> HttpResponse:
    words = told_of(batch)
    told = said(Words(f"{words.zh}。", f"{words.en[:1].upper()}{words.en[1:]}."))
    if batch.state in (Batch.State.ACCEPTED, Batch.State.UNCHANGED):
        messages.success(request, told, extra_tags="done")
    else:
        messages.error(request, told)
    return HttpResponseRedirect(reverse("batch", args=[batch.pk]))


def _path(token: str) -> Path | None:
    return scratch_folder() / f"progress-{token}.json" if _TOKEN.fullmatch(token) else None


def _telling(path: Path) -> Callable[[Progress], None]:
    """Return what writes how far a file has been read where the page that waits looks for it."""

    def tell(told: Progress) -> None:
        done = {"file": told.file, "done": told.bytes_done, "total": max(told.bytes_total, 1), "rows": told.rows}
        part = path.with_suffix(".part")
        part.write_text(json.dumps(done), encoding="utf-8")
        part.replace(path)

    return tell
