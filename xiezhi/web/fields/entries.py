"""The fields in the menu."""

from xiezhi.engine.words import Words
from xiezhi.kernel.fields import fields
from xiezhi.kernel.intake.permissions import READS
from xiezhi.web import menu


def add() -> None:
    """Add the group."""
    menu.add("fields", menu.Group(_entries, Words("平台", "Fields")))


def _entries() -> tuple[menu.Entry, ...]:
    packs = fields().packs.values()
    return tuple(menu.Entry("field", pack.words, READS, arguments=(pack.id,)) for pack in packs if pack.kind == "field")
