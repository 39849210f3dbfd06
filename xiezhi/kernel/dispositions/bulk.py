"""One act on many alerts of a filtered list: first a preview, then each by itself, each with its own entry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor, holding
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.may import NotAllowed, Refused, may
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.access.queries import Person, people
from xiezhi.kernel.alerts.enums import OPEN
from xiezhi.kernel.alerts.folding import like
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.permissions import readable
from xiezhi.kernel.dispositions import actions, holds
from xiezhi.kernel.dispositions.enums import Act
from xiezhi.kernel.dispositions.models import Step
from xiezhi.kernel.dispositions.taking import TextMissing, WrongState, refused_now

BULK = (Act.ACKNOWLEDGE, Act.ASSIGN, Act.ASK, Act.MUTE, Act.COMMENT)
MOST = 500


@dataclass(frozen=True)
class Preview:
    """What an act on many would do: to which it can be done, and to which not, with the reason."""

    act: Act
    can: tuple[Alert, ...]
    cannot: tuple[tuple[Alert, Words], ...]


@dataclass(frozen=True)
class BulkDone:
    """What was done. ``id`` stands in each step, so that one bulk act can be found again."""

    id: str
    done: tuple[str, ...]
    refused: tuple[tuple[str, Words], ...]


def expand(keys: Sequence[str], *, by: Actor) -> tuple[str, ...]:
    """Return the numbers behind the chosen lines: a line of many like alerts (``number+``) stands for all open ones."""
    found = dict.fromkeys(key for key in keys if not key.endswith("+"))
    folded = [key.removesuffix("+") for key in keys if key.endswith("+")]
    for alert in Alert.objects.filter(readable(by), number__in=folded).order_by("number"):
        alike = Alert.objects.filter(readable(by), like(alert), state__in=OPEN).order_by("number")
        found |= dict.fromkeys(alike.values_list("number", flat=True)[:MOST])
    return tuple(found)


def officers(*, on: date) -> tuple[Person, ...]:
    """Return all supervision officers of a day, by name; whether one is over an alert is asked when it is given."""
    held = Grant.objects.filter(holding(on), role=Role.OFFICER, account__is_active=True).values("account")
    known = set(Account.objects.filter(pk__in=held).values_list("pk", flat=True))
    return tuple(person for person in people(without=0) if person.id in known)


def preview(act: Act, numbers: Sequence[str], *, by: Actor) -> Preview:
    """Say to which of these alerts the act can be done; those that the actor may not see are not among them."""
    found = Alert.objects.filter(readable(by), number__in=tuple(numbers)[:MOST]).order_by("number")
    can: list[Alert] = []
    cannot: list[tuple[Alert, Words]] = []
    for alert in found:
        answer = may(by, f"dispositions.{act.value}", alert)
        reason = answer.reason if isinstance(answer, Refused) else refused_now(act, alert)
        if reason is None:
            can.append(alert)
        else:
            cannot.append((alert, reason))
    return Preview(act, tuple(can), tuple(cannot))


def carry_out(
    act: Act,
    numbers: Sequence[str],
    *,
    text: str,
    by: Actor,
    at: datetime,
    to: int | None = None,
    until: date | None = None,
) -> BulkDone:
    """Do the act to each alert in a transaction of its own; one that cannot be done stops none of the others."""
    name = uuid4().hex
    done: list[str] = []
    refused: list[tuple[str, Words]] = []
    call = _call(act, text=text, by=by, at=at, to=to, until=until)
    for alert in preview(act, numbers, by=by).can:
        try:
            step = call(alert)
        except NotAllowed as error:
            refused.append((alert.number, error.refused.reason))
        except (WrongState, TextMissing) as error:
            refused.append((alert.number, error.words))
        else:
            Step.objects.filter(pk=step.pk).update(data={**step.data, "bulk": name})
            done.append(alert.number)
    return BulkDone(name, tuple(done), tuple(refused))


def _call(
    act: Act, *, text: str, by: Actor, at: datetime, to: int | None, until: date | None
) -> Callable[[Alert], Step]:
    if act == Act.ACKNOWLEDGE:
        return lambda alert: actions.acknowledge(alert, by=by, at=at, text=text)
    if act == Act.ASK:
        return lambda alert: actions.ask(alert, text=text, by=by, at=at)
    if act == Act.COMMENT:
        return lambda alert: actions.comment(alert, text=text, by=by, at=at)
    if act == Act.ASSIGN and to is not None:
        return lambda alert: actions.assign(alert, to=to, by=by, at=at, text=text)
    if act == Act.MUTE and until is not None:
        return lambda alert: holds.mute(alert, until=until, text=text, by=by, at=at)
    raise TextMissing(Words("批量操作缺少对象或期限", "The act on many needs a person or a day"))
