"""Handing over all that a leaving person holds: first the numbers, then the act."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words
from xiezhi.kernel.access.actions import hand_over
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.access.queries import Person, hand_over_page
from xiezhi.web.account.asking import offer, refusing
from xiezhi.web.account.words import told
from xiezhi.web.language import said
from xiezhi.web.request import actor_of_request

_MISSING = told("选一个接收人", "Choose who takes it")


class ReceiverForm(forms.Form):
    """Who takes it all."""

    receiver = forms.TypedChoiceField(
        label=told("接收人", "Receiver"), coerce=int, error_messages={"required": _MISSING, "invalid_choice": _MISSING}
    )

    def __init__(self, *args: Any, people: tuple[Person, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "receiver", people)


@login_required
@refusing
def handing_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would change hands, and let it."""
    actor = actor_of_request(request)
    page = hand_over_page(actor, pk, on=timezone.localdate())
    if page is None:
        raise Http404
    form = ReceiverForm(request.POST or None, people=page.receivers)
    if form.is_valid():
        try:
            moved = hand_over(
                giver=Account.objects.get(pk=pk),
                receiver=Account.objects.get(pk=form.cleaned_data["receiver"]),
                by=actor,
                at=timezone.now(),
            )
        except XiezhiError as error:  # whatever a room says of one of its things; then nothing has moved
            words = getattr(error, "words", Words(str(error), str(error)))
            form.add_error(None, said(words))
        else:
            messages.success(request, said(Words(f"已移交{moved}件。", f"Handed over: {moved}.")), extra_tags="done")
            return HttpResponseRedirect(request.path)
    context = {"form": form, "page": page, "own": page.giver.id == actor.account}
    return render(request, "account/handing.html", context, status=400 if form.errors else 200)
