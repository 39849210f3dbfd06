"""How roles and scopes are said."""

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.scope import organisation_name
from xiezhi.kernel.fields import fields

ROLES: dict[Role, Words] = {
    Role.OFFICER: Words("监督员", "Supervision officer"),
    Role.APPROVER: Words("第二审核人", "Second approver"),
    Role.RULE_AUTHOR: Words("规则拟定人", "Rule author"),
    Role.LIAISON: Words("单位联络员", "Liaison"),
    Role.CLERK: Words("录入员", "Clerk"),
    Role.LEADER: Words("领导", "Leader"),
    Role.SYSTEM_ADMINISTRATOR: Words("系统管理员", "System administrator"),
    Role.SECURITY_ADMINISTRATOR: Words("安全管理员", "Security administrator"),
    Role.AUDIT_ADMINISTRATOR: Words("审计管理员", "Audit administrator"),
}
EVERYWHERE = Words("全市", "whole city")
EVERY_FIELD = Words("全部平台", "all fields")
NO_ROLE = Words("尚无角色", "no role yet")


def role_words(actor: Actor) -> Words:
    """Return the actor's roles in words."""
    roles = [ROLES[role] for role in Role if role in actor.roles()]
    if not roles:
        return NO_ROLE
    return Words("、".join(r.zh for r in roles), ", ".join(r.en for r in roles))


def scope_words(actor: Actor) -> Words:
    """Return over what the actor's grants reach, in words: the whole city, or the bodies by name."""
    if not actor.grants:
        return NO_ROLE
    if any(not grant.organisation for grant in actor.grants):
        return EVERYWHERE
    names = [organisation_name(code) for code in sorted({grant.organisation for grant in actor.grants})]
    return Words("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def grant_words(role: Role, organisation: str, field: str) -> Words:
    """Return a grant in words: the role, over which body, in which field."""
    body = organisation_name(organisation) if organisation else EVERYWHERE
    pack = fields().packs.get(field)
    where = (pack.words if pack else Words(field, field)) if field else EVERY_FIELD
    return Words(f"{ROLES[role].zh}，{body.zh}，{where.zh}", f"{ROLES[role].en}, {body.en}, {where.en}")
