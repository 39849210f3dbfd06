"""The roles. There is no administrator: the three of the system exclude one another, and read no case."""

from enum import StrEnum


class Role(StrEnum):
    """What a grant lets one do. Values are stored; changing one needs a migration."""

    OFFICER = "officer"
    APPROVER = "approver"
    RULE_AUTHOR = "rule_author"
    LIAISON = "liaison"
    CLERK = "clerk"
    LEADER = "leader"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDIT_ADMINISTRATOR = "audit_administrator"


THREE_ADMINISTRATORS = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR})
SUPERVISION = frozenset({Role.OFFICER, Role.APPROVER})
