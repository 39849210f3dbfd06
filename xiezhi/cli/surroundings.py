"""What the environment says: folders of packs and data. Nothing below the command line reads it."""

import os
from pathlib import Path

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.packs.load import find_packs, load_pack
from xiezhi.engine.packs.model import Pack


class NoSuchField(XiezhiError):  # noqa: N818  named by what it says
    """No pack has this id."""


def overlays() -> tuple[Path, ...]:
    """Return the overlay folders of XIEZHI_PLATFORMS, separated as PATH is."""
    return tuple(Path(part) for part in os.environ.get("XIEZHI_PLATFORMS", "").split(os.pathsep) if part)


def data_folder() -> Path:
    """Return XIEZHI_DATA, the one folder in which everything lives; `data` by default."""
    return Path(os.environ.get("XIEZHI_DATA", "data"))


def pack_folder(field: str) -> Path:
    """Return the folder of a field's pack.

    Raises:
        NoSuchField: naming the fields there are.
    """
    packs = find_packs(overlays())
    if field not in packs:
        raise NoSuchField(f"no field is called {field!r}: there are {', '.join(sorted(packs))} (see XIEZHI_PLATFORMS)")
    return packs[field]


def find_pack(field: str) -> Pack:
    """Return a field's pack, loaded."""
    return load_pack(pack_folder(field))
