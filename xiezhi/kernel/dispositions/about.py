"""Whether an alert concerns the very person who acts: then he stands aside."""

from xiezhi.engine.intake.tokens import token_of
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.intake.vault import installation_key
from xiezhi.kernel.registry.models import Person


def concerns(actor: Actor, alert: Alert) -> bool:
    """Whether the alert's person is the actor, or the subject is the actor's own post or number.

    Facts hold tokens only: the names and numbers under which the registry knows the actor are turned into tokens.
    """
    if actor.account is None:
        return False
    known = Person.objects.filter(account_id=actor.account).values_list("number", "name")
    texts = {text for row in known for text in row}
    if alert.subject_type == "person" and alert.subject_id in texts:
        return True
    if alert.person is None:
        return False
    key = installation_key()
    return alert.person in {token_of(text, key=key) for text in texts}
