"""One act on many chosen alerts: a preview with one reason, then what was done to each."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from xiezhi.engine.words import Words
from xiezhi.kernel.access.queries import Person
from xiezhi.kernel.alerts.rows import rows
from xiezhi.kernel.dispositions.bulk import BULK, MOST, carry_out, expand, officers, preview
from xiezhi.kernel.dispositions.enums import Act
from xiezhi.kernel.dispositions.queries import BUTTONS
from xiezhi.kernel.dispositions.taking import TextMissing
from xiezhi.web.account.words import told
from xiezhi.web.alerts.answering import answered
from xiezhi.web.alerts.forms import ASKS
from xiezhi.web.language import said
from xiezhi.web.request import actor_of_request

_NEEDS_REASON = frozenset({Act.ASK, Act.MUTE, Act.COMMENT})
_DAY = told("写成2026-06-01这样", "Write it like 2026-06-01")
_MISSING = told("写上这一项", "Write this")


@dataclass(frozen=True)
class Offer:
    """An act in the bar above the chosen rows."""

    name: str
    words: Words


@dataclass(frozen=True)
class Offered:
    """The bar: where it leads, and the acts."""

    url: str
    acts: tuple[Offer, ...]


def offered() -> Offered:
    """Return the bar of the list of alerts."""
    return Offered(reverse("alerts_bulk"), tuple(Offer(act.value, BUTTONS[act]) for act in BULK))


class BulkForm(forms.Form):
    """One reason for all, and a person or a day where the act needs it."""

    def __init__(self, *args: Any, act: Act, people: tuple[Person, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asks = ASKS[act]
        if asks.person:
            self.fields["person"] = forms.ChoiceField(
                label=told("转给谁", "To whom"),
                choices=[("", "–"), *((str(person.id), person.name) for person in people)],
                error_messages={"required": _MISSING, "invalid_choice": _MISSING},
            )
        self.fields["text"] = forms.CharField(
            label=said(asks.text),
            help_text=said(asks.hint),
            required=act in _NEEDS_REASON,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={"required": _MISSING},
        )
        if asks.day:
            self.fields["until"] = forms.DateField(
                label=told("到哪一天", "Until which day"),
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                error_messages={
                    "required": _MISSING,
                    "invalid": _DAY,
                },
            )


@require_POST
@answered
def bulk(request: HttpRequest) -> HttpResponseBase:
    """Show what the act would do to each, ask for one reason; once confirmed, do it and say what was done."""
    back = f"{reverse('alerts')}?{request.POST.get('query', '')}"
    name, keys = request.POST.get("act", ""), request.POST.getlist("row")
    if name not in {act.value for act in BULK} or not keys:
        messages.error(request, said(Words("先选要办的预警。", "Choose alerts first.")))
        return HttpResponseRedirect(back)
    act, actor, now = Act(name), actor_of_request(request), timezone.now()
    numbers = expand(keys, by=actor)
    sent = request.POST if "confirmed" in request.POST else None
    form = BulkForm(sent, act=act, people=officers(on=timezone.localdate(now)) if ASKS[act].person else ())
    context = {"act": act, "words": BUTTONS[act], "form": form, "back": back, "query": request.POST.get("query", "")}
    if form.is_valid():
        given = form.cleaned_data
        person = int(given["person"]) if given.get("person") else None
        try:
            done = carry_out(act, numbers, text=given["text"], to=person, until=given.get("until"), by=actor, at=now)
        except TextMissing as error:
            form.add_error(None, said(error.words))
        else:
            return render(request, "alerts/bulk_done.html", {**context, "done": done})
    shown = preview(act, numbers, by=actor)
    context |= {"preview": shown, "lines": tuple(rows(shown.can)), "left_out": max(0, len(numbers) - MOST)}
    return render(request, "alerts/bulk.html", context, status=400 if form.errors else 200)
