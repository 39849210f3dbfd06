"""What the views of this folder share: a refusal is a page with its reason, a mistake is said where it was made."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from xiezhi.kernel.access.errors import AccessError
from xiezhi.kernel.access.may import NotAllowed
from xiezhi.kernel.access.queries import Person
from xiezhi.web.language import said

P = ParamSpec("P")
View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def refusing(view: View[P]) -> View[P]:
    """Show why a page is not for this person, and for whom it is."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotAllowed as error:
            return render(request, "account/refused.html", {"reason": error.refused.reason}, status=403)

    return answered


def done(request: HttpRequest, act: Callable[[], object], said_when_done: str) -> bool:
    """Do an act and say so; where it cannot be done, say why. Return whether it was."""
    try:
        act()
    except AccessError as error:
        messages.error(request, said(error.words))
        return False
    except NotAllowed as error:
        messages.error(request, said(error.refused.reason))
        return False
    messages.success(request, said_when_done, extra_tags="done")
    return True


def offer(form: forms.Form, field: str, people: Iterable[Person]) -> None:
    """Let a field of a form choose among people."""
    choice = form.fields[field]
    if not isinstance(choice, forms.ChoiceField):
        raise TypeError(f"{field} is no field of choices")
    choice.choices = [("", "–"), *((person.id, f"{person.name}（{person.username}）") for person in people)]
