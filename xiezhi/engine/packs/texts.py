"""All texts of a pack, read one by one: values of the model, and the sections that know their lines."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from xiezhi.engine.errors import Issue, Place
from xiezhi.engine.packs.folder import Folder
from xiezhi.engine.packs.model import Article, Dataset, Derived, Indicator, Norm, Parameter, ReferenceTable, View
from xiezhi.engine.packs.page import Page, read_page
from xiezhi.engine.packs.read_board import read_board, read_feeds
from xiezhi.engine.packs.read_dataset import read_dataset
from xiezhi.engine.packs.read_indicator import read_indicator
from xiezhi.engine.packs.read_laws import read_laws
from xiezhi.engine.packs.read_norms import read_norms
from xiezhi.engine.packs.read_parameters import read_parameters
from xiezhi.engine.packs.read_platform import Platform, read_platform
from xiezhi.engine.packs.read_screens import read_screen
from xiezhi.engine.packs.read_views import read_derived, read_view
from xiezhi.engine.packs.screens import BoardFigure, Feed, Screen
from xiezhi.engine.packs.section import Section, read_toml, read_utf8

_V = TypeVar("_V")


@dataclass
class Texts:
    """What the files say, before they are held against each other. ``sections`` and ``pages`` know the lines.

    ``unread`` names the rooms (``datasets``, ``norms.toml``) of files that could not be read at all: what seems missing
    may stand in them, so nothing is said to be missing there.
    """

    folder: Folder
    platform: Platform | None = None
    datasets: dict[str, Dataset] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    tables: dict[str, ReferenceTable] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    derived: dict[str, Derived] = field(default_factory=dict)
    norms: dict[str, Norm] = field(default_factory=dict)
    laws: dict[tuple[str, str, str], Article] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    screens: dict[str, Screen] = field(default_factory=dict)
    board: dict[str, BoardFigure] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)
    sections: dict[Path, Section] = field(default_factory=dict)
    pages: dict[Path, Page] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)

    @property
    def issues(self) -> list[Issue]:
        """The list that every reader notes its issues in."""
        return self.folder.issues

    @property
    def reads(self) -> tuple[str, ...]:
        """Datasets of other fields that this one reads."""
        return self.platform.reads if self.platform else ()


def read_texts(folder: Folder) -> Texts:
    """Return everything that the files of a folder say."""
    texts = Texts(folder)
    root = _toml(texts, folder.top("platform.toml"))
    texts.platform = read_platform(root) if root else None
    for path in folder.of("datasets", ".toml"):
        if root := _toml(texts, path):
            texts.datasets[path.stem] = read_dataset(root)
    for path in folder.of("parameters", ".toml"):
        if root := _toml(texts, path):
            parameters, tables = read_parameters(root)
            _merge(texts, root, texts.parameters, parameters)
            _merge(texts, root, texts.tables, tables)
    root = _toml(texts, folder.top("norms.toml"))
    texts.norms = read_norms(root) if root else {}
    for path in folder.of("laws", ".toml"):
        if root := _toml(texts, path):
            texts.laws.update(read_laws(root))
    _read_views(texts)
    _read_indicators(texts)
    _read_shown(texts)
    return texts


def _read_shown(texts: Texts) -> None:
    """Read what the field's pages show, and what it expects of its sources."""
    for path in texts.folder.of("pages", ".toml"):
        if root := _toml(texts, path):
            texts.screens[path.stem] = read_screen(root)
    root = _toml(texts, texts.folder.top("board.toml"))
    texts.board = read_board(root) if root else {}
    root = _toml(texts, texts.folder.top("feeds.toml"))
    texts.feeds = read_feeds(root) if root else {}


def _read_views(texts: Texts) -> None:
    for path in texts.folder.of("views", ".md"):
        found = _page(texts, path)
        if found:
            texts.views[path.stem] = read_view(*found)
    for path in texts.folder.of("views", ".toml"):
        if root := _toml(texts, path):
            texts.derived[path.stem] = read_derived(root)


def _read_indicators(texts: Texts) -> None:
    owner = texts.platform.owner_role if texts.platform and texts.platform.owner_role else "officer"
    for path in texts.folder.of("indicators", ".md"):
        found = _page(texts, path)
        if found:
            texts.indicators[path.stem] = read_indicator(*found, owner=owner)


def _toml(texts: Texts, path: Path | None) -> Section | None:
    root = read_toml(path, texts.issues) if path else None
    if root is not None:
        texts.sections[root.text.path] = root
    elif path:
        texts.unread.add(_room(texts, path))
    return root


def _room(texts: Texts, path: Path) -> str:
    return path.name if path.parent == texts.folder.path else path.parent.name


def _page(texts: Texts, path: Path) -> tuple[Page, str] | None:
    page = read_page(path, texts.issues)
    sql_path = path.with_suffix(".sql")
    sql = read_utf8(sql_path, texts.issues) if sql_path.is_file() else None
    if sql is not None and not sql.strip():
        texts.issues.append(Issue(Place(sql_path, 1), "missing", "the file is empty", "write one SELECT"))
    if page is None:
        texts.unread.add(_room(texts, path))
        return None
    texts.pages[path] = page
    return page, sql or ""


def _merge(texts: Texts, root: Section, known: dict[str, _V], new: dict[str, _V]) -> None:
    for name, value in new.items():
        if name in texts.parameters or name in texts.tables:
            other = (texts.parameters.get(name) or texts.tables[name]).path.name
            root.refuse(name, "duplicate", f'"{name}" stands in {other} too', "write it in one file")
        known[name] = value
