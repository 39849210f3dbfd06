"""The files of a pack's folder: which there may be, and which belong together."""

from dataclasses import dataclass, field
from pathlib import Path

from xiezhi.engine.errors import Issue, Place
from xiezhi.engine.packs.names import nearest

_TOP = ("platform.toml", "norms.toml", "board.toml", "feeds.toml")
_INSIDE = {
    "datasets": (".toml",),
    "laws": (".toml",),
    "parameters": (".toml", ".csv"),
    "views": (".sql", ".md", ".toml"),
    "indicators": (".sql", ".md"),
    "pages": (".toml",),
}


@dataclass
class Folder:
    """The files of a pack, sorted by name: ``files["datasets"]`` and so on; ``files[""]`` the top."""

    path: Path
    issues: list[Issue]
    files: dict[str, list[Path]] = field(default_factory=dict)

    def of(self, room: str, suffix: str) -> list[Path]:
        """Return the files of one room with one suffix."""
        return [path for path in self.files.get(room, []) if path.suffix == suffix]

    def top(self, name: str) -> Path | None:
        """Return a file of the top of the folder, or None."""
        return next((path for path in self.files.get("", []) if path.name == name), None)


def read_folder(path: Path, issues: list[Issue]) -> Folder:
    """Return the files of a pack; what is not part of a pack, or lacks its partner, is noted."""
    folder = Folder(path, issues)
    for entry in sorted(path.iterdir()):
        if _ignored(entry):
            continue
        if entry.is_dir() and entry.name in _INSIDE:
            folder.files[entry.name] = _room(entry, issues)
        elif entry.is_file() and entry.name in _TOP:
            folder.files.setdefault("", []).append(entry)
        else:
            known = (*_TOP, *(f"{name}/" for name in _INSIDE))
            shown = entry.name + ("/" if entry.is_dir() else "")
            _refuse(issues, entry, shown, nearest(shown, known) or f"a pack holds {', '.join(known)}")
    if folder.top("platform.toml") is None:
        issues.append(
            Issue(Place(path), "missing-file", "the folder has no platform.toml", "add it: kind, name, owner")
        )
    _check_partners(folder)
    return folder


def _room(room: Path, issues: list[Issue]) -> list[Path]:
    suffixes = _INSIDE[room.name]
    found = []
    for entry in sorted(room.iterdir()):
        if _ignored(entry):
            continue
        if entry.is_file() and entry.suffix in suffixes:
            found.append(entry)
        else:
            shown = f"{room.name}/{entry.name}"
            _refuse(issues, entry, shown, f"{room.name}/ holds files ending in {', '.join(suffixes)}")
    return found


def _check_partners(folder: Folder) -> None:
    for room in ("views", "indicators"):
        for suffix, other, what in ((".sql", ".md", "its page"), (".md", ".sql", "its SQL")):
            for path in folder.of(room, suffix):
                partner = path.with_suffix(other)
                if not partner.is_file():
                    message = f"{room}/{path.name} has no {what.removeprefix('its ')} beside it"
                    folder.issues.append(Issue(Place(path), "missing-file", message, f"add {partner.name}, {what}"))
        for path in folder.of(room, ".toml"):
            if path.with_suffix(".sql").is_file():
                message = f"{room}/{path.name} and {path.stem}.sql have one name"
                folder.issues.append(Issue(Place(path), "duplicate", message, "rename one of them"))


def _ignored(entry: Path) -> bool:
    """What editors and Python leave behind is no part of a pack."""
    return entry.name.startswith(".") or entry.name == "__pycache__"


def _refuse(issues: list[Issue], entry: Path, shown: str, instead: str) -> None:
    issues.append(Issue(Place(entry), "unknown-file", f"unknown file in a pack: {shown}", instead))
