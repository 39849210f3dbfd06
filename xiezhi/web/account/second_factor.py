"""Who must have one-time codes, who is reminded of them, and lifting those of someone who lost his telephone."""

from collections.abc import Callable
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import SUPERVISION, THREE_ADMINISTRATORS, Role
from xiezhi.kernel.access.errors import AccessError
from xiezhi.kernel.access.may import require
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.ledger.actions import record
from xiezhi.web.request import actor_of_request

# The values of the setting SECOND_FACTOR: whose roles may do nothing before codes are set up.
REQUIRED: dict[str, frozenset[Role]] = {
    "nobody": frozenset(),
    "administrators": THREE_ADMINISTRATORS,
    "supervision": THREE_ADMINISTRATORS | SUPERVISION,
    "everyone": frozenset(Role),
}
_WITHOUT = ("mfa_activate_totp", "account_reauthenticate", "account_logout", "preferences")


class ReasonMissing(AccessError):  # noqa: N818  named by what it says
    """Codes were to be lifted without a reason."""


class SecondFactorMiddleware:
    """Lets those who must have one-time codes, and have none, do nothing but set them up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send such a person to the page that sets them up."""
        if request.user.is_authenticated and self._bars(request):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)

    def _bars(self, request: HttpRequest) -> bool:
        if request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            return False
        actor = actor_of_request(request)
        if not required(actor) or has_codes(actor.account):
            return False
        return request.path not in {reverse(name) for name in _WITHOUT}


def required(actor: Actor) -> bool:
    """Whether one of the actor's roles asks for one-time codes."""
    return bool(actor.roles() & REQUIRED[settings.SECOND_FACTOR])


def has_codes(account: int | None) -> bool:
    """Whether an account has one-time codes set up."""
    return bool(Authenticator.objects.filter(user_id=account, type=Authenticator.Type.TOTP).exists())


def reminder(actor: Actor) -> bool:
    """Whether to remind of one-time codes: someone with a role who has set none up."""
    return bool(actor.grants) and not has_codes(actor.account)


@transaction.atomic
def lift(*, account: Account, reason: str, by: Actor, at: datetime) -> None:
    """Take away the codes of someone who lost them; who must have them sets up new ones at the next sign-in.

    Raises:
        NotAllowed: by anybody but another security administrator. The link that sets a password is a system
            administrator's to give: neither of them alone takes an account over.
        ReasonMissing: no reason.
    """
    require(by, "access.lift_second_factor", account)
    if not reason.strip():
        raise ReasonMissing(
            Words(
                "写上原因，如“手机丢失，已当面核对身份”",
                "Write the reason, such as “telephone lost, seen in person”",
            )
        )
    deleted, _ = Authenticator.objects.filter(user_id=account.pk).delete()
    if deleted:
        data = {"username": account.username, "reason": reason.strip()}
        record(kind="account.second_factor_lifted", about=("account", str(account.pk)), by=by, at=at, data=data)
