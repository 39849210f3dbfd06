"""The entry of notices in the menu, with how many are unread."""

from xiezhi.engine.words import Words
from xiezhi.kernel.alerts.notices import unread
from xiezhi.web import menu


def add() -> None:
    """Add the group that has no heading."""
    menu.add("notices", menu.Group(_entries))


def _entries() -> tuple[menu.Entry, ...]:
    return (menu.Entry("notices", Words("通知", "Notices"), count=unread),)
