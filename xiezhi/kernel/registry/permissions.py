"""Who may change the registry: the system administrator, who reads no case; everybody signed in may read it."""

from typing import Any

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.may import ALLOWED, Answer, Refused, register

_ONLY = Words("登记事项由系统管理员维护", "The registry is kept by the system administrator")
_SIGN_IN = Words("请先登录", "Sign in first")


def may_change(actor: Actor, target: Any) -> Answer:  # noqa: ARG001  the same for every row
    """Only the system administrator."""
    return ALLOWED if Role.SYSTEM_ADMINISTRATOR in actor.roles() else Refused(_ONLY)


def may_read(actor: Actor, target: Any) -> Answer:  # noqa: ARG001  the same for every row
    """Everybody with a role."""
    return ALLOWED if actor.grants else Refused(_SIGN_IN)


register("registry.change", may_change)
register("registry.read", may_read)
