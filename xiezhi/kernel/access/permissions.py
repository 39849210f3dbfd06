"""Who may do what with accounts, grants and the ledger. Three administrators, none of whom may do another's work."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor, Held, same_person
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.may import ALLOWED, Answer, Refused, register
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.access.scope import within

_SYSTEM = Refused(Words("由系统管理员办", "The system administrator does this"))
_SECURITY = Refused(Words("由安全管理员办", "The security administrator does this"))
_ADMINISTRATORS = Refused(Words("由系统管理员或安全管理员查看", "The system and security administrators see this"))
_AUDIT = Refused(Words("由审计管理员查看", "The audit administrator reads this"))
_OWN_GRANT = Refused(
    Words("不能给自己授权，请另一名安全管理员办", "Nobody grants to himself: another security administrator does it")
)
_OWN_ACCOUNT = Refused(
    Words("不能停用自己的账号，请另一名系统管理员办", "Another system administrator ends your account")
)
_OWN_FACTOR = Refused(
    Words("不能解除自己的动态码，请另一名安全管理员办", "Another security administrator lifts your one-time codes")
)
_NOT_LEADER = Refused(
    Words("由本人或管到他全部职责的领导办", "He does this himself, or a leader whose scope holds all that he does")
)
_OWN_DEPUTY = Refused(Words("不能指定自己代理别人", "Nobody makes himself another's deputy"))


@dataclass(frozen=True)
class Work:
    """What someone does: his own grants, without those he holds for others, that hold on a day or later."""

    account: Account
    grants: tuple[Grant, ...]


@dataclass(frozen=True)
class DeputyAsked:
    """Who would stand in for whom, in which of his work."""

    principal: Work
    deputy: Account


def work_of(account: Account, *, on: date) -> Work:
    """Return an account's own grants that hold on a day or will."""
    grants = account.grants.filter(Q(valid_to=None) | Q(valid_to__gt=on), stands_in_for=None).order_by("pk")
    return Work(account, tuple(grants))


def leads(actor: Actor, work: Work) -> bool:
    """Whether the actor's grants as a leader hold all of someone's work; who has none is nobody's man."""
    leading = [held for held in actor.grants if held.role is Role.LEADER]
    return bool(work.grants) and all(any(_holds_whole(held, grant) for held in leading) for grant in work.grants)


def _is(actor: Actor, role: Role) -> bool:
    return role in actor.roles()


def _system(actor: Actor, target: Account | None) -> Answer:  # noqa: ARG001  every account alike
    return ALLOWED if _is(actor, Role.SYSTEM_ADMINISTRATOR) else _SYSTEM


def _end_account(actor: Actor, target: Account) -> Answer:
    if not _is(actor, Role.SYSTEM_ADMINISTRATOR):
        return _SYSTEM
    return _OWN_ACCOUNT if same_person(actor, target.pk) else ALLOWED


def _give_grant(actor: Actor, target: Account) -> Answer:
    if not _is(actor, Role.SECURITY_ADMINISTRATOR):
        return _SECURITY
    return _OWN_GRANT if same_person(actor, target.pk) else ALLOWED


def _end_grant(actor: Actor, target: Grant) -> Answer:
    if not _is(actor, Role.SECURITY_ADMINISTRATOR):
        return _SECURITY
    return _OWN_GRANT if same_person(actor, target.account_id) else ALLOWED


def _lift_second_factor(actor: Actor, target: Account) -> Answer:
    if not _is(actor, Role.SECURITY_ADMINISTRATOR):
        return _SECURITY
    return _OWN_FACTOR if same_person(actor, target.pk) else ALLOWED


def _see_accounts(actor: Actor, target: Account | None) -> Answer:  # noqa: ARG001  every account alike
    seeing = _is(actor, Role.SYSTEM_ADMINISTRATOR) or _is(actor, Role.SECURITY_ADMINISTRATOR)
    return ALLOWED if seeing else _ADMINISTRATORS


def _read_ledger(actor: Actor, target: None) -> Answer:  # noqa: ARG001  the whole of it
    return ALLOWED if _is(actor, Role.AUDIT_ADMINISTRATOR) else _AUDIT


def _holds_whole(held: Held, grant: Grant) -> bool:
    """Whether all that a grant reaches is reached by what is held; a grant for every field is not, by one for one.

    A leader of the same scope is a peer: neither leads the other.
    """
    if grant.role == Role.LEADER and (grant.organisation, grant.field) == (held.organisation, held.field):
        return False
    return (not held.field or held.field == grant.field) and within(grant.organisation, held.organisation)


def _own_or_leader(actor: Actor, target: Work) -> Answer:
    return ALLOWED if same_person(actor, target.account.pk) or leads(actor, target) else _NOT_LEADER


def _give_deputy(actor: Actor, target: DeputyAsked) -> Answer:
    if same_person(actor, target.deputy.pk) and not same_person(actor, target.principal.account.pk):
        return _OWN_DEPUTY
    return _own_or_leader(actor, target.principal)


def _hand_over(actor: Actor, target: Work) -> Answer:
    if _is(actor, Role.SECURITY_ADMINISTRATOR) and not same_person(actor, target.account.pk):
        return ALLOWED
    return _own_or_leader(actor, target)


register("access.make_account", _system)
register("access.change_account", _system)
register("access.invite", _system)
register("access.end_account", _end_account)
register("access.give_grant", _give_grant)
register("access.end_grant", _end_grant)
register("access.lift_second_factor", _lift_second_factor)
register("access.see_accounts", _see_accounts)
register("access.give_deputy", _give_deputy)
register("access.end_deputy", _own_or_leader)
register("access.hand_over", _hand_over)
register("ledger.read", _read_ledger)
