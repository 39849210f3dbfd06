"""Coming in: the sign-in page, and the page of a one-time link."""

from typing import Any

from allauth.account.views import LoginView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actions import accept_invitation, open_invitation
from xiezhi.kernel.access.errors import AccountEnded, LinkNotValid, PasswordRefused
from xiezhi.kernel.access.passwords import policy
from xiezhi.web.account.forms import FirstPasswordForm
from xiezhi.web.account.month import month_of
from xiezhi.web.account.sessions import close_sessions
from xiezhi.web.language import said
from xiezhi.web.place import PLACE


class SignInView(LoginView):  # type: ignore[misc]  # allauth carries no types
    """The sign-in page."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the place and the month."""
        told: dict[str, Any] = super().get_context_data(**kwargs)
        return {**told, "place": PLACE, "month": month_of(timezone.localdate())}


@never_cache
@sensitive_post_parameters("password1", "password2")
@sensitive_variables("secret")
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Let the owner of a one-time link set his password, once."""
    now = timezone.now()
    try:
        opened = open_invitation(secret=secret, at=now)
    except LinkNotValid as error:
        return render(request, "account/link_not_valid.html", {"words": error.words}, status=410)
    form = FirstPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            account = accept_invitation(secret=secret, password=form.cleaned_data["password1"], at=now)
        except PasswordRefused as error:
            form.add_error("password1", list(error.reasons))
        except (LinkNotValid, AccountEnded) as error:
            return render(request, "account/link_not_valid.html", {"words": error.words}, status=410)
        else:
            close_sessions(account.pk)
            words = Words("口令已设好，现在登录。", "The password is set: sign in now.")
            messages.success(request, said(words), extra_tags="done")
            return HttpResponseRedirect(reverse("account_login"))
    told = {"form": form, "opened": opened, "policy": policy()}
    return render(request, "account/invitation.html", told, status=400 if form.errors else 200)
