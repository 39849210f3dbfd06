"""Language and theme of an account: shown wherever its owner signs in. His own affair: no entry is written."""

from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.models import Account


def prefer(*, by: Actor, language: str | None = None, theme: str | None = None) -> None:
    """Keep what was chosen; what is None stays."""
    chosen = {name: value for name, value in (("language", language), ("theme", theme)) if value is not None}
    if chosen and by.account is not None:
        Account.objects.filter(pk=by.account).update(**chosen)
