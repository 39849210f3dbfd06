"""Finds packs, and loads one: reads every text, holds them against each other, refuses with all that is wrong."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from xiezhi.engine.errors import AuthorError, Issue, XiezhiError
from xiezhi.engine.packs.check_examples import check_examples
from xiezhi.engine.packs.folder import read_folder
from xiezhi.engine.packs.model import Pack
from xiezhi.engine.packs.resolve import check_ids, resolve
from xiezhi.engine.packs.resolve_screens import resolve_screens
from xiezhi.engine.packs.texts import Texts, read_texts


class NoPack(XiezhiError):  # noqa: N818  named by what it says
    """A folder that should hold a pack, or packs, and does not."""


class NoSuchField(XiezhiError):  # noqa: N818  named by what it says
    """No pack has this id."""


def find_packs(extra: Sequence[Path] = ()) -> dict[str, Path]:
    """Return field id → folder: the shipped fields, then those of each further folder.

    A further folder is a pack itself, or holds packs. A field of the same id takes the place of an earlier one whole,
    so a city can lay its own over a shipped one. Folders whose name begins with ``_`` or ``.`` are no packs.

    Raises:
        NoPack: a further folder does not exist, or holds no pack.
    """
    found = {path.name: path for path in _packs_in(shipped())}
    for folder in extra:
        if not folder.is_dir():
            raise NoPack(f"{folder}: no such folder; name one that holds packs (XIEZHI_PLATFORMS)")
        packs = [folder.resolve()] if (folder / "platform.toml").is_file() else list(_packs_in(folder.resolve()))
        if not packs:
            raise NoPack(f"{folder}: holds no pack; a pack is a folder with a platform.toml")
        found |= {path.name: path for path in packs}
    return found


def pack_folder(field: str, extra: Sequence[Path] = ()) -> Path:
    """Return the folder of a field's pack.

    Raises:
        NoSuchField: naming the fields there are.
        NoPack: a further folder does not exist, or holds no pack.
    """
    packs = find_packs(extra)
    if field not in packs:
        raise NoSuchField(f"no field is called {field!r}: there are {', '.join(sorted(packs))} (see XIEZHI_PLATFORMS)")
    return packs[field]


def shipped() -> Path:
    """Return the folder of the fields that ship with Xiezhi."""
    return Path(__file__).resolve().parents[2] / "platforms"


def load_pack(folder: Path) -> Pack:
    """Return the pack of a folder.

    Raises:
        NoPack: there is no such folder.
        AuthorError: its texts are refused; holds every issue, each with file and line.
    """
    if not folder.is_dir():
        raise NoPack(f"{folder}: no such folder; name the folder of a pack")
    issues: list[Issue] = []
    texts = read_texts(read_folder(folder, issues))
    check_ids(texts)
    resolve(texts)
    resolve_screens(texts)
    check_examples(texts)
    if issues:
        raise AuthorError(issues)
    return _pack(texts)


def _packs_in(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not path.name.startswith(("_", ".")) and (path / "platform.toml").is_file():
            yield path


def _pack(texts: Texts) -> Pack:
    platform = texts.platform
    if platform is None:
        raise NoPack(f"{texts.folder.path}: has no platform.toml")
    return Pack(
        id=texts.folder.path.name,
        kind=platform.kind,
        words=platform.words,
        owner_role=platform.owner_role,
        fallback_organisation=platform.fallback_organisation,
        order=platform.order,
        reads=platform.reads,
        path=texts.folder.path,
        datasets=texts.datasets,
        views=texts.views,
        derived=texts.derived,
        parameters=texts.parameters,
        tables=texts.tables,
        norms=texts.norms,
        laws=texts.laws,
        indicators=texts.indicators,
        screens=texts.screens,
        board=texts.board,
        feeds=texts.feeds,
    )
