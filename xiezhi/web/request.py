"""Who is asking: the actor of a request, made once."""

from django.http import HttpRequest
from django.utils import timezone

from xiezhi.kernel.access.actor import Actor, actor_of
from xiezhi.kernel.access.models import Account

_KEPT = "_xiezhi_actor"


def actor_of_request(request: HttpRequest) -> Actor:
    """Return the signed-in person with the grants of today; one without an account holds none."""
    kept = getattr(request, _KEPT, None)
    if isinstance(kept, Actor):
        return kept
    account = request.user
    actor = actor_of(account, on=timezone.localdate()) if isinstance(account, Account) else Actor(None, "")
    setattr(request, _KEPT, actor)
    return actor
