"""The entries of the registry in the menu."""

from xiezhi.engine.words import Words
from xiezhi.web import menu


def add() -> None:
    """Add the group."""
    menu.add("registry", menu.Group(_entries, Words("登记", "Registry")))


def _entries() -> tuple[menu.Entry, ...]:
    return (
        menu.Entry("registry_rows", Words("单位和事项", "Bodies and matters"), arguments=("organisations",)),
        menu.Entry("calendar", Words("工作日历", "Working calendar")),
    )
