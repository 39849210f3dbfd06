"""What the environment says: folders of packs and data. Nothing below the command line reads it."""

import os
from pathlib import Path

from xiezhi.engine.packs.load import load_pack, pack_folder
from xiezhi.engine.packs.model import Pack


def overlays() -> tuple[Path, ...]:
    """Return the overlay folders of XIEZHI_PLATFORMS, separated as PATH is."""
    return tuple(Path(part) for part in os.environ.get("XIEZHI_PLATFORMS", "").split(os.pathsep) if part)


def data_folder() -> Path:
    """Return XIEZHI_DATA, the one folder in which everything lives; `data` by default."""
    return Path(os.environ.get("XIEZHI_DATA", "data"))


def find_pack(field: str) -> Pack:
    """Return a field's pack, loaded."""
    return load_pack(pack_folder(field, overlays()))
