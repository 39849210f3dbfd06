"""The entry of notices in the menu, with how many are unread."""

from xiezhi.engine.words import Words
from xiezhi.kernel.alerts.notices import unread
from xiezhi.web import menu


def add() -> None:
    """Add the group."""
    menu.add("notices", menu.Group(_entries, Words("我的", "My own")))


def _entries() -> tuple[menu.Entry, ...]:
    return (menu.Entry("notices", Words("通知", "Notices"), count=unread),)
