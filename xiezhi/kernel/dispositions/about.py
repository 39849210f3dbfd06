"""Whether an alert concerns the very person who acts: then he stands aside."""

from collections.abc import Set as AbstractSet

from xiezhi.engine.intake.tokens import token_of
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.intake.vault import installation_key
from xiezhi.kernel.registry.models import Person


def persons(actor: Actor) -> frozenset[int]:
    """Return the accounts that act when the actor does: his own, and those he stands in for."""
    told = {actor.account, *(grant.stands_in_for for grant in actor.grants)}
    return frozenset(account for account in told if account is not None)


def concerns(actor: Actor, alert: Alert) -> bool:
    """Whether the alert is about the actor, or about someone he stands in for."""
    return concerned(persons(actor), alert)


def concerned(accounts: AbstractSet[int], alert: Alert) -> bool:
    """Whether the alert's person, or its subject, is one of these.

    Facts hold tokens only: the names and numbers under which the registry knows them are turned into tokens.
    """
    if alert.person is None and alert.subject_type != "person":
        return False
    known = Person.objects.filter(account_id__in=accounts).values_list("number", "name")
    texts = {text for row in known for text in row}
    if alert.subject_type == "person" and alert.subject_id in texts:
        return True
    if alert.person is None or not texts:
        return False
    key = installation_key()
    return alert.person in {token_of(text, key=key) for text in texts}
