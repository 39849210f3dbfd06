"""Looking at a masked name: with a reason, on record, and shown once."""

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.may import require
from xiezhi.kernel.alerts.view import AlertView, alert_page, find
from xiezhi.kernel.intake.vault import About, NotInVault
from xiezhi.kernel.intake.vault import reveal as look
from xiezhi.web.account.words import told
from xiezhi.web.alerts.answering import answered
from xiezhi.web.language import said
from xiezhi.web.request import actor_of_request

_MISSING = told("写明理由，例如“核对申请人是否同一人”", "Write the reason, such as “is the applicant one person”")
_ERASED = Words("这个值已依法删除，不能再看。", "This value was erased and cannot be seen.")


class RevealForm(forms.Form):
    """Why the value must be seen."""

    reason = forms.CharField(
        label=told("为什么要看", "Why you must see it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": told(
                "写明理由，例如“核对申请人是否同一人”", "Write the reason, such as “is the applicant one person”"
            )
        },
    )


@answered
def reveal(request: HttpRequest, number: str, token: str) -> HttpResponseBase:
    """Ask for the reason, then show the value once. The token must stand in the evidence of this alert."""
    actor, now = actor_of_request(request), timezone.now()
    found = find(actor, number)
    require(actor, "vault.reveal", About("alert", found.number, found.organisation, found.field))
    view = alert_page(actor, found, at=now)
    masked = _masked(view, token)
    if masked is None:
        raise Http404
    form, value = RevealForm(request.POST or None), ""
    if form.is_valid():
        try:
            value = look(actor, int(token, 16), about=("alert", number), reason=form.cleaned_data["reason"], at=now)
        except NotInVault:
            form.add_error(None, said(_ERASED))
    context = {"view": view, "label": masked[0], "masked": masked[1], "form": form, "value": value}
    response = render(request, "alerts/reveal.html", context, status=400 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


def _masked(view: AlertView, token: str) -> tuple[Words, Words] | None:
    for part in view.parts:
        for fact in part.facts:
            for value in (*fact.key, *fact.content):
                if value.token == token:
                    return value.label, value.text
        for value in (*part.values, *part.part):
            if value.token == token:
                return value.label, value.text
    return None
