"""What the views of this folder share: an alert that is not there, and one that is not for this person."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from xiezhi.engine.words import Words
from xiezhi.kernel.access.may import NotAllowed
from xiezhi.kernel.alerts.view import NoSuchAlert

P = ParamSpec("P")
View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def answered(view: View[P]) -> View[P]:
    """Let a view be for those who are signed in; say why a page is not for this person."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NoSuchAlert as error:
            raise Http404(str(error)) from error
        except NotAllowed as error:
            return refused(request, error.refused.reason)

    return login_required(answer)


def refused(request: HttpRequest, reason: Words) -> HttpResponseBase:
    """Show why something is not for this person."""
    return render(request, "account/refused.html", {"reason": reason}, status=403)
