"""Deputies: someone holds another's grants for some days, in his own name; what he does is recorded for whom."""

from datetime import date, datetime

from django.db import transaction

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actions.entry import day_of, open_account, permitted
from xiezhi.kernel.access.actions.grants import stop, tell_deputy
from xiezhi.kernel.access.enums import THREE_ADMINISTRATORS, Role
from xiezhi.kernel.access.errors import BadGrant, NoDeputy
from xiezhi.kernel.access.exclusion import forbid_exclusion
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.access.permissions import DeputyAsked, Work, work_of
from xiezhi.kernel.ledger.author import Author


@transaction.atomic
def give_deputy(
    *, principal: Account, deputy: Account, by: Author, at: datetime, valid_from: date, valid_to: date
) -> tuple[Grant, ...]:
    """Let a deputy hold all that a person holds himself, from a day until another; it ends by itself.

    Args:
        valid_to: the first day on which he no longer stands in.

    Raises:
        NotAllowed: by anybody but the person and a leader whose scope holds all his work; or to oneself.
        NoDeputy: the person holds nothing that can be stood in for, or the two are one.
        RolesExclude: the deputy is one of the three administrators.
        BadGrant: the days are past, or the end is before the beginning.
    """
    kept, standing_in = open_account(principal.pk), open_account(deputy.pk)
    work = work_of(kept, on=day_of(at))
    permitted(by, "access.give_deputy", DeputyAsked(work, standing_in))
    _possible(work, standing_in)
    if valid_from < day_of(at) or valid_to <= valid_from:
        raise BadGrant(
            Words(
                f"起日写{day_of(at)}或以后，止日在起日之后。",
                f"Write {day_of(at)} or a later first day, and an end after it.",
            )
        )
    given = [_mirror(grant, standing_in, by, valid_from, valid_to) for grant in work.grants]
    made = tuple(grant for grant in given if grant is not None)
    if not made:
        raise NoDeputy(Words("这段日子里没有可代理的职责", "There is nothing to stand in for in these days"))
    for grant in made:
        tell_deputy(grant, by=by, at=at)
    return made


@transaction.atomic
def end_deputy(*, principal: Account, deputy: Account, by: Author, at: datetime) -> int:
    """End what a deputy holds for a person, at once. Return how many grants ended.

    Raises:
        NotAllowed: by anybody but the person and his leader.
    """
    on = day_of(at)
    permitted(by, "access.end_deputy", work_of(principal, on=on))
    held = Grant.objects.filter(account=deputy, stands_in_for=principal, valid_to__gt=on).select_related("account")
    grants = list(held.order_by("pk"))
    for grant in grants:
        stop(grant, by=by, at=at)
    return len(grants)


def _possible(work: Work, deputy: Account) -> None:
    if work.account.pk == deputy.pk:
        raise NoDeputy(Words("代理人是另一个人", "A deputy is somebody else"))
    if not work.grants:
        raise NoDeputy(
            Words(f"{work.account.name}没有可代理的职责", f"{work.account.name} holds nothing to stand in for")
        )
    if any(Role(grant.role) in THREE_ADMINISTRATORS for grant in work.grants):
        raise NoDeputy(
            Words(
                "三员不设代理，由安全管理员另授一人。",
                "The three administrators have no deputies: the security administrator grants the role to another.",
            )
        )


def _mirror(grant: Grant, deputy: Account, by: Author, first: date, until: date) -> Grant | None:
    """Return the deputy's grant for the days that both lie in; none where there are none or he has it already."""
    begins = max(first, grant.valid_from)
    ends = min(until, grant.valid_to) if grant.valid_to else until
    same = Grant.objects.filter(
        account=deputy,
        stands_in_for=grant.account,
        role=grant.role,
        organisation=grant.organisation,
        field=grant.field,
        valid_from__lte=begins,
        valid_to__gte=ends,
    )
    if ends <= begins or same.exists():
        return None
    forbid_exclusion(deputy, Role(grant.role), first=begins, until=ends)
    return Grant.objects.create(
        account=deputy,
        role=grant.role,
        organisation=grant.organisation,
        field=grant.field,
        valid_from=begins,
        valid_to=ends,
        given_by=by.account,
        stands_in_for=grant.account,
    )
