"""The administrators' pages of accounts: made, changed, invited, ended; roles given and ended."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actions import (
    Link,
    change_account,
    end_account,
    end_grant,
    give_grant,
    invite,
    make_account,
)
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.errors import AccessError
from xiezhi.kernel.access.may import NotAllowed, may, require
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.access.queries import account_page
from xiezhi.kernel.access.words import EVERY_FIELD, EVERYWHERE, ROLES
from xiezhi.kernel.administration.accounts import ACCOUNTS
from xiezhi.kernel.fields import fields
from xiezhi.kernel.registry.picture import picture
from xiezhi.web.account.asking import done, refusing
from xiezhi.web.account.second_factor import has_codes, lift
from xiezhi.web.account.sessions import close_sessions
from xiezhi.web.account.words import told
from xiezhi.web.language import said
from xiezhi.web.lists.linked import linked
from xiezhi.web.lists.view import list_page
from xiezhi.web.request import actor_of_request

_MISSING = told("写上这一项", "Write this")
_DAY = told("写成2026-06-01这样", "Write it like 2026-06-01")


class AccountForm(forms.Form):
    """What a person is called and where he is written to."""

    name = forms.CharField(label=told("姓名", "Name"), max_length=60, error_messages={"required": _MISSING})
    email = forms.EmailField(
        label=told("邮箱（可不写）", "E-mail (may be left empty)"),
        required=False,
        error_messages={"invalid": told("写成lin@example.cn这样", "Write it like lin@example.cn")},
    )


class NewAccountForm(AccountForm):
    """A new account."""

    username = forms.CharField(
        label=told("账号", "Sign-in name"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
        error_messages={"required": _MISSING},
    )
    field_order = ("username", "name", "email")


class GrantForm(forms.Form):
    """A role, over which body, in which field, until when."""

    role = forms.TypedChoiceField(
        label=told("角色", "Role"), coerce=Role, error_messages={"required": _MISSING, "invalid_choice": _MISSING}
    )
    organisation = forms.ChoiceField(label=told("单位及所属", "Organisation and all under it"), required=False)
    field = forms.ChoiceField(label=told("平台", "Field"), required=False)
    last = forms.DateField(
        label=told("到哪天止，含当天（可不写）", "Last day (may be left empty)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _DAY},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = [(body.code, said(body.words)) for body in picture().bodies.values() if body.valid_to is None]
        packs = [(name, said(pack.words)) for name, pack in fields().packs.items()]
        for field, choices in (
            ("role", [("", "–"), *((role.value, said(ROLES[role])) for role in Role)]),
            ("organisation", [("", said(EVERYWHERE)), *sorted(bodies, key=lambda body: body[1])]),
            ("field", [("", said(EVERY_FIELD)), *packs]),
        ):
            choice = self.fields[field]
            if isinstance(choice, forms.ChoiceField):
                choice.choices = choices


_ACCOUNTS = linked(ACCOUNTS, {"name": lambda row: reverse("account", args=[row.id])})


@login_required
@refusing
def accounts(request: HttpRequest) -> HttpResponseBase:
    """List all accounts."""
    actor = actor_of_request(request)
    require(actor, "access.see_accounts")
    return list_page(
        request, _ACCOUNTS, template="account/accounts.html", extra={"make": may(actor, "access.make_account")}
    )


@never_cache
@login_required
@refusing
def new_account(request: HttpRequest) -> HttpResponse:
    """Make an account, and show its one-time link once."""
    actor, now = actor_of_request(request), timezone.now()
    require(actor, "access.make_account")
    form = NewAccountForm(request.POST or None)
    if form.is_valid():
        try:
            account = make_account(**form.cleaned_data, by=actor, at=now)
            return _link(request, invite(account=account, by=actor, at=now))
        except AccessError as error:
            form.add_error("username", said(error.words))
    return render(request, "account/new.html", {"form": form}, status=400 if form.errors else 200)


@login_required
@refusing
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an account, and give it a role."""
    actor, today = actor_of_request(request), timezone.localdate()
    page = account_page(actor, pk, at=timezone.now(), on=today)
    if page is None:
        raise Http404
    target = Account.objects.get(pk=pk)
    form = GrantForm(request.POST or None)
    if form.is_valid() and _given(form, target, request):
        return _back(pk)
    context = {
        "page": page,
        "form": form,
        "change": AccountForm(initial={"name": page.name, "email": page.email}),
        "codes": has_codes(pk),
        "answers": {
            name: may(actor, f"access.{name}", target)
            for name in ("change_account", "invite", "end_account", "give_grant", "lift_second_factor")
        },
    }
    return render(request, "account/account.html", context, status=400 if form.errors else 200)


def _given(form: GrantForm, target: Account, request: HttpRequest) -> bool:
    asked = form.cleaned_data
    try:
        give_grant(
            account=target,
            role=asked["role"],
            organisation=asked["organisation"],
            field=asked["field"],
            valid_to=asked["last"] + timedelta(days=1) if asked["last"] else None,
            by=actor_of_request(request),
            at=timezone.now(),
        )
    except AccessError as error:
        form.add_error(None, said(error.words))
    except NotAllowed as error:
        form.add_error(None, said(error.refused.reason))
    else:
        return done(request, lambda: None, said(Words("角色已授予。", "The role is given.")))
    return False


@login_required
@require_POST
def stop_grant(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    """End a grant."""
    found = get_object_or_404(Grant, pk=grant, account_id=pk)
    actor, now = actor_of_request(request), timezone.now()
    done(request, lambda: end_grant(grant=found, by=actor, at=now), said(Words("角色已收回。", "The role has ended.")))
    return _back(pk)


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name and address."""
    found, actor, now = get_object_or_404(Account, pk=pk), actor_of_request(request), timezone.now()
    form = AccountForm(request.POST)
    if not form.is_valid():
        return _back(pk)
    done(
        request,
        lambda: change_account(account=found, **form.cleaned_data, by=actor, at=now),
        said(Words("资料已改。", "The account is changed.")),
    )
    return _back(pk)


@never_cache
@login_required
@require_POST
@refusing
def new_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a one-time link, and show it once."""
    found = get_object_or_404(Account, pk=pk, is_active=True)
    return _link(request, invite(account=found, by=actor_of_request(request), at=timezone.now()))


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an account for good."""
    found, actor, now = get_object_or_404(Account, pk=pk), actor_of_request(request), timezone.now()
    ended = done(
        request,
        lambda: end_account(account=found, by=actor, at=now),
        said(Words("账号已停用，登录已结束。", "The account has ended, and its sessions.")),
    )
    if ended:
        close_sessions(pk)
    return _back(pk)


@login_required
@require_POST
def lift_codes(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away the one-time codes of someone who lost them."""
    found, actor, now = get_object_or_404(Account, pk=pk), actor_of_request(request), timezone.now()
    reason = request.POST.get("reason", "")
    done(
        request,
        lambda: lift(account=found, reason=reason, by=actor, at=now),
        said(Words("动态码已解除。", "The one-time codes are lifted.")),
    )
    return _back(pk)


@sensitive_variables("link")
def _link(request: HttpRequest, link: Link) -> HttpResponse:
    address = request.build_absolute_uri(reverse("account_link", args=[link.secret]))
    return render(request, "account/link.html", {"link": link, "address": address})


def _back(pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("account", args=[pk]))
