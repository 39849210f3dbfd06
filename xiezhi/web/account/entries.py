"""What the administrators find in the menu."""

from xiezhi.engine.words import Words
from xiezhi.kernel.access.enums import Role
from xiezhi.web import menu

_ACCOUNTS = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR})
_LEDGER = frozenset({Role.AUDIT_ADMINISTRATOR})


def add() -> None:
    """Add the group."""
    menu.add("administration", menu.Group(_entries, Words("管理", "Administration")))


def _entries() -> tuple[menu.Entry, ...]:
    return (
        menu.Entry("accounts", Words("账号", "Accounts"), _ACCOUNTS),
        menu.Entry("ledger", Words("账本", "Ledger"), _LEDGER),
    )
