"""The supervised fields of this installation: packs found by path, loaded once, a bad one set aside and shown."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.packs.load import find_packs, load_pack
from xiezhi.engine.packs.model import Pack


@dataclass(frozen=True)
class Fields:
    """Packs by id in the order of the menu, and what is wrong with those that could not be loaded."""

    packs: dict[str, Pack]
    broken: dict[str, str]


@cache
def fields() -> Fields:
    """Load every pack: the shipped ones, then those of the folders in ``XIEZHI_PLATFORMS``."""
    extra = tuple(Path(text) for text in os.environ.get("XIEZHI_PLATFORMS", "").split(os.pathsep) if text)
    packs: dict[str, Pack] = {}
    broken: dict[str, str] = {}
    for name, folder in find_packs(extra).items():
        try:
            packs[name] = load_pack(folder)
        except XiezhiError as error:
            broken[name] = str(error)
    ordered = dict(sorted(packs.items(), key=lambda item: (item[1].order, item[0])))
    return Fields(ordered, broken)


def pack_of(field: str) -> Pack:
    """Return a field's pack.

    Raises:
        XiezhiError: there is no such field, or its pack is broken.
    """
    known = fields()
    if field in known.packs:
        return known.packs[field]
    if field in known.broken:
        raise XiezhiError(f"the pack of {field!r} is set aside: {known.broken[field]}")
    raise XiezhiError(f"no field is called {field!r}: there are {', '.join(sorted(known.packs))}")
