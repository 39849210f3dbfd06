"""A row in quarantine: shown whole, corrected and handed in again, or dismissed with a reason."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.intake.actions import dismiss, resubmit
from xiezhi.kernel.intake.queries import NoSuchRow, quarantine_page
from xiezhi.kernel.intake.waiting import first_quarantined, row_of
from xiezhi.web.account.asking import refusing
from xiezhi.web.data.forms import ReasonForm, RowForm
from xiezhi.web.data.lists import seeing
from xiezhi.web.data.telling import words_of
from xiezhi.web.language import said


@login_required
@refusing
def row(request: HttpRequest, key: int) -> HttpResponse:
    """Show one row; correct or dismiss it."""
    actor = seeing(request)
    try:
        page = quarantine_page(actor, key)
    except NoSuchRow as error:
        raise Http404 from error
    act = request.POST.get("act", "")
    form = RowForm(page.row.row, page.row.column, request.POST if act == "resubmit" else None)
    reason = ReasonForm(request.POST if act == "dismiss" else None)
    answered: HttpResponse | None = None
    if act == "resubmit" and form.is_valid():
        answered = _resubmitted(request, actor, key, form)
    if act == "dismiss" and reason.is_valid():
        answered = _dismissed(request, actor, key, reason)
    if answered is not None:
        return answered
    wrong = request.method == "POST"
    context = {"page": page, "form": form, "reason": reason, "wrong": form.errors or form.non_field_errors()}
    return render(request, "data/row.html", context, status=400 if wrong else 200)


def _resubmitted(request: HttpRequest, actor: Actor, key: int, form: RowForm) -> HttpResponse | None:
    found = row_of(actor, key)
    if found is None:
        raise Http404
    try:
        batch = resubmit(found, form.content(), by=actor, at=timezone.now())
    except XiezhiError as error:
        form.add_error(None, said(words_of(error)))
        return None
    still = first_quarantined(batch)
    if still is None:
        done = Words(f"已更正，作为第{batch.pk}批收下。", f"Corrected, and accepted as batch {batch.pk}.")
        messages.success(request, said(done), extra_tags="done")
        return HttpResponseRedirect(reverse("quarantined_row", args=[key]))
    messages.error(
        request, said(Words("改过的行还有不对的地方，见下。", "The corrected row is still not right: see below."))
    )
    return HttpResponseRedirect(reverse("quarantined_row", args=[still]))


def _dismissed(request: HttpRequest, actor: Actor, key: int, form: ReasonForm) -> HttpResponse | None:
    found = row_of(actor, key)
    if found is None:
        raise Http404
    try:
        dismiss(found, reason=form.cleaned_data["reason"], by=actor, at=timezone.now())
    except XiezhiError as error:
        form.add_error("reason", said(words_of(error)))
        return None
    messages.success(request, said(Words("这一行不再处理。", "This row is settled.")), extra_tags="done")
    return HttpResponseRedirect(reverse("quarantined_row", args=[key]))
