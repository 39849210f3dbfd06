"""The entry of indicators in the menu."""

from xiezhi.engine.words import Words
from xiezhi.kernel.access.enums import THREE_ADMINISTRATORS, Role
from xiezhi.web import menu

_READERS = frozenset(Role) - THREE_ADMINISTRATORS


def add() -> None:
    """Add the group."""
    menu.add("grounds", menu.Group(_entries, Words("依据", "Grounds")))


def _entries() -> tuple[menu.Entry, ...]:
    return (menu.Entry("indicators", Words("指标", "Indicators"), _READERS),)
