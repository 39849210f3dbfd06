"""Lists of the registry, an organisation, and its succession."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words
from xiezhi.kernel.access.may import NotAllowed, may, require
from xiezhi.kernel.intake.source_page import sources_owned
from xiezhi.kernel.registry.actions import succeed
from xiezhi.kernel.registry.lists import LISTS, RegistryRow
from xiezhi.kernel.registry.page import living_bodies, organisation_page
from xiezhi.web.account.asking import refusing
from xiezhi.web.account.words import told
from xiezhi.web.language import said
from xiezhi.web.lists.linked import linked
from xiezhi.web.lists.view import list_page
from xiezhi.web.registry.telling import words_of
from xiezhi.web.request import actor_of_request


class SuccessionForm(forms.Form):
    """Who takes over, from which day on."""

    successor = forms.ChoiceField(
        label=told("由谁承继", "Who takes over"),
        error_messages={"required": told("选承继的单位", "Choose who takes over")},
    )
    on = forms.DateField(
        label=told("自哪天起", "From which day on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": told("写日期", "Write the day"),
            "invalid": told("写成2026-06-01这样", "Write it like 2026-06-01"),
        },
    )

    def __init__(self, code: str, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        bodies = [(body, f"{said(words)}（{body}）") for body, words in living_bodies(but=code)]
        self.fields["successor"] = forms.ChoiceField(
            label=self.fields["successor"].label,
            choices=[("", "–"), *bodies],
            error_messages=self.fields["successor"].error_messages,
        )


@login_required
def registry(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  the same for every request
    """Lead to the organisations."""
    return HttpResponseRedirect(reverse("registry_rows", args=["organisations"]))


@login_required
@refusing
def rows(request: HttpRequest, kind: str) -> HttpResponseBase:
    """List the rows of one kind."""
    actor = actor_of_request(request)
    require(actor, "registry.read")
    listing = _LISTS.get(kind)
    if listing is None:
        raise Http404
    extra = {"kind": kind, "kinds": [(name, other.words) for name, other in LISTS.items()]}
    return list_page(
        request, listing, template="registry/rows.html", extra={**extra, "change": may(actor, "registry.change")}
    )


@login_required
@refusing
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """Show one organisation."""
    require(actor_of_request(request), "registry.read")
    return _organisation(request, code, SuccessionForm(code))


@login_required
@refusing
def succession(request: HttpRequest, code: str) -> HttpResponse:
    """End a body, and let another take over."""
    actor = actor_of_request(request)
    require(actor, "registry.change")
    form = SuccessionForm(code, request.POST or None)
    if not form.is_valid():
        return _organisation(request, code, form)
    asked = form.cleaned_data
    try:
        succeed(code=code, successor=asked["successor"], on=asked["on"], by=actor, at=timezone.now())
    except NotAllowed:
        raise
    except XiezhiError as error:
        form.add_error("successor", said(words_of(error)))
        return _organisation(request, code, form)
    messages.success(request, said(Words("承继已登记。", "The succession is registered.")), extra_tags="done")
    return HttpResponseRedirect(reverse("organisation", args=[code]))


def _organisation(request: HttpRequest, code: str, form: SuccessionForm) -> HttpResponse:
    actor = actor_of_request(request)
    page = organisation_page(code, on=timezone.localdate())
    if page is None:
        raise Http404
    context = {
        "page": page,
        "sources": sources_owned(actor, code),
        "change": may(actor, "registry.change"),
        "form": form,
    }
    return render(request, "registry/organisation.html", context, status=400 if form.errors else 200)


def _code(text: object) -> str:
    """Return the code of a reference, which is told with its name behind it."""
    return str(text or "").partition(" ")[0]


def _body(row: RegistryRow) -> str:
    code = _code(row.values.get("organisation"))
    return reverse("organisation", args=[code]) if code else ""


def _parent(row: RegistryRow) -> str:
    code = _code(row.values.get("parent"))
    return reverse("organisation", args=[code]) if code else ""


_LISTS = {
    kind: linked(
        listing,
        {"name_zh": lambda row: reverse("organisation", args=[row.key]), "parent": _parent}
        if kind == "organisations"
        else {"organisation": _body},
    )
    for kind, listing in LISTS.items()
}
