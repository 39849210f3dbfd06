"""The fields in the menu."""

from xiezhi.engine.words import Words
from xiezhi.kernel.fields import fields
from xiezhi.kernel.intake.permissions import READS
from xiezhi.web import menu
from xiezhi.web.fields.opening import MENDERS


def add() -> None:
    """Add the group."""
    menu.add("fields", menu.Group(_entries, Words("平台", "Fields")))


def _entries() -> tuple[menu.Entry, ...]:
    known = fields()
    sound = (menu.Entry("field", p.words, READS, arguments=(p.id,)) for p in known.packs.values() if p.kind == "field")
    aside = (
        menu.Entry("field", Words(f"{name}（已搁置）", f"{name} (set aside)"), MENDERS, arguments=(name,))
        for name in known.broken
    )
    return (*sound, *aside)
