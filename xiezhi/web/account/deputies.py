"""Naming a deputy, for oneself or, as a leader, for someone; and ending it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actions import end_deputy, give_deputy
from xiezhi.kernel.access.errors import AccessError
from xiezhi.kernel.access.may import NotAllowed
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.access.queries import Person, deputies_page
from xiezhi.web.account.asking import offer, refusing
from xiezhi.web.account.words import told
from xiezhi.web.language import said
from xiezhi.web.request import actor_of_request

_MISSING = told("写上这一项", "Write this")
_DAY = told("写成2026-06-01这样", "Write it like 2026-06-01")


class DeputyForm(forms.Form):
    """Who stands in, and on which days; both days belong to it."""

    deputy = forms.TypedChoiceField(
        label=told("代理人", "Deputy"), coerce=int, error_messages={"required": _MISSING, "invalid_choice": _MISSING}
    )
    first = forms.DateField(
        label=told("从哪天起", "First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _MISSING, "invalid": _DAY},
    )
    last = forms.DateField(
        label=told("到哪天止，含当天", "Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _MISSING, "invalid": _DAY},
    )

    def __init__(self, *args: Any, people: tuple[Person, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "deputy", people)


@login_required
@refusing
def deputies(request: HttpRequest, account: int | None = None) -> HttpResponse:
    """Show who stands in for someone, and name another; one's own where no account is said."""
    actor = actor_of_request(request)
    page = deputies_page(actor, account or actor.account or 0, on=timezone.localdate())
    if page is None:
        raise Http404
    form = DeputyForm(request.POST or None, people=page.possible, initial={"first": timezone.localdate()})
    if form.is_valid():
        try:
            give_deputy(
                principal=Account.objects.get(pk=page.principal.id),
                deputy=Account.objects.get(pk=form.cleaned_data["deputy"]),
                by=actor,
                at=timezone.now(),
                valid_from=form.cleaned_data["first"],
                valid_to=form.cleaned_data["last"] + timedelta(days=1),
            )
        except AccessError as error:
            form.add_error(None, said(error.words))
        except NotAllowed as error:
            form.add_error(None, said(error.refused.reason))
        else:
            messages.success(
                request, said(Words("代理已定，到期自动结束。", "The deputy is named; it ends by itself.")), "done"
            )
            return HttpResponseRedirect(request.path)
    context = {"form": form, "page": page, "own": page.principal.id == actor.account}
    return render(request, "account/deputies.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, account: int) -> HttpResponse:
    """End what a deputy holds for someone."""
    chosen = request.POST.get("deputy", "")
    if not chosen.isdecimal():
        raise Http404
    principal, deputy = get_object_or_404(Account, pk=account), get_object_or_404(Account, pk=int(chosen))
    try:
        end_deputy(principal=principal, deputy=deputy, by=actor_of_request(request), at=timezone.now())
    except NotAllowed as error:
        messages.error(request, said(error.refused.reason))
    else:
        messages.success(request, said(Words("代理已结束。", "The deputy has ended.")), "done")
    own = principal.pk == actor_of_request(request).account
    return HttpResponseRedirect(reverse("deputies") if own else reverse("deputies_of", args=[principal.pk]))
