"""A year of the working calendar, and setting one of its days."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.may import may, require
from xiezhi.kernel.registry.actions import set_calendar_day
from xiezhi.kernel.registry.year import year_of
from xiezhi.web.account.asking import refusing
from xiezhi.web.account.words import told
from xiezhi.web.language import said
from xiezhi.web.request import actor_of_request

_CODE = "CN"
_MISSING = told("写上这一项", "Write this")


class DayForm(forms.Form):
    """A day, whether it is worked, and the notice that says so."""

    day = forms.DateField(
        label=told("日期", "Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _MISSING, "invalid": told("写成2026-06-01这样", "Write it like 2026-06-01")},
    )
    is_rest = forms.TypedChoiceField(
        label=told("这一天", "This day"),
        choices=[("1", told("放假", "is a day of rest")), ("0", told("上班", "is worked"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": _MISSING},
    )
    name_zh = forms.CharField(
        label=told("名称", "Name in Chinese"), max_length=40, error_messages={"required": _MISSING}
    )
    name_en = forms.CharField(
        label=told("英文名称（可不写）", "Name in English (may be left empty)"), max_length=60, required=False
    )
    source = forms.CharField(
        label=told("依据的通知（文号）", "The notice that says so (its number)"),
        max_length=200,
        error_messages={"required": told("写明哪份通知这样规定", "Say which notice says so")},
    )


@login_required
def this_year(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  the same for every request
    """Lead to the year that it is."""
    return HttpResponseRedirect(reverse("calendar_year", args=[timezone.localdate().year]))


@login_required
@refusing
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Show a year; set one of its days."""
    actor = actor_of_request(request)
    require(actor, "registry.read")
    found = year_of(year)
    if found is None:
        raise Http404
    form = DayForm(request.POST or None)
    if request.method == "POST":
        require(actor, "registry.change")
    if form.is_valid():
        day = form.cleaned_data["day"]
        if not found.first <= day.year <= found.last:
            form.add_error(
                "day",
                said(
                    Words(
                        f"日历从{found.first}年到{found.last}年",
                        f"The calendar reaches from {found.first} to {found.last}",
                    )
                ),
            )
        else:
            set_calendar_day(calendar=_CODE, **form.cleaned_data, by=actor, at=timezone.now())
            messages.success(
                request,
                said(Words("已改，未到期的期限将重新计算。", "Changed; open deadlines are counted again.")),
                extra_tags="done",
            )
            return HttpResponseRedirect(reverse("calendar_year", args=[day.year]))
    context = {"page": found, "form": form, "change": may(actor, "registry.change"), "today": timezone.localdate()}
    return render(request, "registry/calendar.html", context, status=400 if form.errors else 200)
