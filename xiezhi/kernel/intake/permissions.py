"""Who may hand in data, mend what was not accepted, and see what the vault keeps."""

from typing import Any, Protocol

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import SUPERVISION, Role
from xiezhi.kernel.access.may import ALLOWED, Answer, NotAllowed, Refused, register, require
from xiezhi.kernel.access.scope import holds
from xiezhi.kernel.intake.models import QuarantinedRow, Source, Subject
from xiezhi.kernel.intake.vault import tell_place
from xiezhi.kernel.ledger.author import Author


class Placed(Protocol):
    """What belongs to an organisation and a field."""

    @property
    def organisation(self) -> str:
        """Its code."""
        ...

    @property
    def field(self) -> str:
        """Its id."""
        ...


_HANDS_IN = frozenset({Role.CLERK, Role.OFFICER})
_MENDS = _HANDS_IN | {Role.LIAISON}
SEES = _MENDS | {Role.APPROVER, Role.LEADER}
READS = SEES  # the facts about a subject
_NOBODY = Refused(Words("须由本人登录后办理", "only somebody who is signed in, or the system itself, may do this"))


def permit(by: Author, action: str, target: Any = None) -> None:
    """Require an action of somebody who is signed in; the system itself may.

    Raises:
        NotAllowed: with the reason.
    """
    if isinstance(by, Actor):
        require(by, action, target)
    elif by.account is not None:
        raise NotAllowed(_NOBODY)


def _importing(actor: Actor, source: Source) -> Answer:
    if holds(actor, _HANDS_IN, organisation=source.owner, field=source.field):
        return ALLOWED
    return Refused(Words("须由录入员或监督员报送数据", "a clerk or a supervision officer of its owner hands data in"))


def _mending(actor: Actor, row: QuarantinedRow) -> Answer:
    source = row.batch.source
    if holds(actor, _MENDS, organisation=source.owner, field=source.field):
        return ALLOWED
    return Refused(
        Words(
            "须由数据责任单位的录入员、联络员或监督员处理",
            "a clerk or liaison of the data's owner, or an officer, does it",
        )
    )


def _adding(actor: Actor, field: str) -> Answer:
    if holds(actor, {Role.SYSTEM_ADMINISTRATOR}) or holds(actor, SUPERVISION, field=field):
        return ALLOWED
    return Refused(
        Words("须由系统管理员或监督室设定数据来源", "a system administrator or the supervision office sets sources up")
    )


def _seeing(actor: Actor, source: Source) -> Answer:
    if holds(actor, SEES, organisation=source.owner, field=source.field):
        return ALLOWED
    return Refused(Words("无权查看该来源的数据质量", "the quality of this source's data is not within your scope"))


def _revealing(actor: Actor, about: Placed) -> Answer:
    if holds(actor, SUPERVISION, organisation=about.organisation, field=about.field):
        return ALLOWED
    return Refused(
        Words("须由有权处理该事项的监督员查看", "only a supervision officer of this organisation and field may look")
    )


def _erasing(actor: Actor, _target: object) -> Answer:
    if holds(actor, {Role.SECURITY_ADMINISTRATOR}):
        return ALLOWED
    return Refused(Words("须由安全管理员删除", "only the security administrator may erase"))


def _reading(actor: Actor, subject: Placed) -> Answer:
    if holds(actor, READS, organisation=subject.organisation, field=subject.field):
        return ALLOWED
    return Refused(
        Words(
            "只有其单位在职责范围之内的监督员、第二审核人、领导，和该单位的联络员、录入员可以查看",
            "officers, approvers and leaders in whose scope its body lies, and liaison and clerks of that body",
        )
    )


def _place_of_subject(about: str) -> tuple[str, str]:
    """Return to which organisation and field a subject belongs; it is named field/type/key."""
    field, kind, key = (*about.split("/", 2), "", "")[:3]
    found = Subject.objects.filter(field=field, type=kind, key=key).values_list("organisation", flat=True).first()
    return found or "", field


tell_place("subject", _place_of_subject)
register("subjects.read", _reading)
register("intake.import", _importing)
register("intake.mend", _mending)
register("intake.set_up", _adding)
register("intake.see", _seeing)
register("vault.reveal", _revealing)
register("vault.erase", _erasing)
