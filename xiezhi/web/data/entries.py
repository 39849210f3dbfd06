"""The entry of data quality in the menu, with what waits there."""

from xiezhi.engine.words import Words
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.intake.queries import open_rows
from xiezhi.web import menu

_READERS = frozenset({Role.OFFICER, Role.APPROVER, Role.LEADER, Role.LIAISON, Role.CLERK})


def add() -> None:
    """Add the group."""
    menu.add("data", menu.Group(_entries, Words("数据", "Data")))


def _entries() -> tuple[menu.Entry, ...]:
    return (menu.Entry("data", Words("数据质量", "Data quality"), _READERS, open_rows),)
