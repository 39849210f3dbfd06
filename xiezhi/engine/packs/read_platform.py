"""Reads ``platform.toml``."""

import re
from dataclasses import dataclass

from xiezhi.engine.packs.section import Section
from xiezhi.engine.words import Words

_READS = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Platform:
    """What a field says of itself. ``reads``: datasets of other fields, ``field.dataset``."""

    kind: str
    words: Words
    owner_role: str
    fallback_organisation: str
    order: int
    reads: tuple[str, ...]


def read_platform(root: Section) -> Platform:
    """Return the head of a pack."""
    platform = Platform(
        kind=root.choice("kind", ("field", "internal")),
        words=root.words("name"),
        owner_role=root.name("owner_role"),
        fallback_organisation=root.string("fallback_organisation"),
        order=root.integer("order", 100),
        reads=root.strings("reads"),
    )
    for number, name in enumerate(platform.reads):
        if not _READS.fullmatch(name):
            message = f'"{name}" is no dataset of another field'
            root.text.refuse(("reads", number), "name", message, "write field.dataset, such as tendering.awards")
    root.done()
    return platform
