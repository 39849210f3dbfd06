"""Handing over: all that a leaving person holds goes to one receiver, thing by thing, or nothing does."""

from datetime import datetime

from django.db import transaction

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actions.entry import day_of, open_account, permitted, tell
from xiezhi.kernel.access.enums import THREE_ADMINISTRATORS, Role
from xiezhi.kernel.access.errors import NotReceivable
from xiezhi.kernel.access.handover import held_by
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.access.permissions import work_of
from xiezhi.kernel.ledger.author import Author


@transaction.atomic
def hand_over(*, giver: Account, receiver: Account, by: Author, at: datetime) -> int:
    """Give everything that the giver holds to the receiver. Each thing's room writes its entry, this one the sum.

    Returns:
        How many things changed hands; nothing is recorded where there were none.

    Raises:
        NotAllowed: by anybody but the person, his leader and a security administrator.
        AccountEnded: the receiver's account has ended.
        NotReceivable: the two are one, the receiver is an administrator, or he may not hold one of the things; then
            all stay.
    """
    permitted(by, "access.hand_over", work_of(giver, on=day_of(at)))
    receiving = open_account(receiver.pk)
    if giver.pk == receiving.pk:
        raise NotReceivable(Words("移交给另一个人", "Hand over to somebody else"))
    held = {Role(grant.role) for grant in work_of(receiving, on=day_of(at)).grants}
    if held & THREE_ADMINISTRATORS:
        raise NotReceivable(
            Words("三员不办案，移交给别人", "An administrator handles no case: hand over to somebody else")
        )
    things = [thing for holdings in held_by(giver.pk) for thing in holdings.things]
    for thing in things:
        thing.move(receiving.pk, by, at)
    if things:
        tell("handover.done", giver, by=by, at=at, receiver=receiving.username, things=len(things))
    return len(things)
