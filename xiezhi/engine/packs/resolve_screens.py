"""Holds pages, board and feeds against the rest of the pack. Columns of views are known once those are compiled."""

from xiezhi.engine.packs.model import Dataset
from xiezhi.engine.packs.names import one_of
from xiezhi.engine.packs.screens import Binding, BoardFigure, Component, Screen
from xiezhi.engine.packs.section import Section
from xiezhi.engine.packs.texts import Texts

_UNREADABLE = {"datasets", "views", "board.toml", "indicators", "platform.toml"}


def resolve_screens(texts: Texts) -> None:
    """Note every name of a page, of the board or of a feed that resolves to nothing."""
    if texts.unread & _UNREADABLE:
        return
    owners: dict[tuple[str, str], str] = {}
    for screen in texts.screens.values():
        root = texts.sections[screen.path]
        other = owners.setdefault((screen.kind, screen.subject), screen.path.name)
        if other != screen.path.name:
            root.refuse("kind", "duplicate", f"pages/{other} is the same page", "make one of the two")
        _check_screen(texts, root, screen)
    for number, figure in enumerate(texts.board.values()):
        if figure.like and figure.like not in texts.indicators:
            message = f'no indicator "{figure.like}"'
            root = texts.sections[figure.path]
            root.text.refuse(("figures", number, "like"), "unknown", message, one_of(figure.like, texts.indicators))
    for number, feed in enumerate(texts.feeds.values()):
        root = texts.sections[texts.folder.path / "feeds.toml"]
        for place, name in enumerate(feed.datasets):
            if name not in texts.datasets:
                at = ("feeds", number, "datasets", place)
                root.text.refuse(at, "unknown", f'no dataset "{name}"', one_of(name, texts.datasets))


def _check_screen(texts: Texts, root: Section, screen: Screen) -> None:
    dataset = _declaring(texts, screen.subject)
    if screen.kind == "subject" and screen.subject and dataset is None:
        known = [d.subject.type for d in texts.datasets.values() if d.subject is not None]
        root.refuse("subject", "unknown", f'no dataset has a subject "{screen.subject}"', one_of(screen.subject, known))
        return
    for number, section in enumerate(root.sections("components")):
        component = next((c for c in screen.components if c.id == section.values.get("id")), None)
        if component is not None and component.kind == section.values.get("kind"):
            _Check(texts, root, number, dataset).component(component)


def _declaring(texts: Texts, subject: str) -> Dataset | None:
    return next((d for d in texts.datasets.values() if d.subject is not None and d.subject.type == subject), None)


class _Check:
    """One component against the pack. ``dataset``: that of the page's subject, None on an overview."""

    def __init__(self, texts: Texts, root: Section, number: int, dataset: Dataset | None) -> None:
        self.texts, self.root, self.dataset = texts, root, dataset
        self.at: tuple[str | int, ...] = ("components", number)

    def component(self, component: Component) -> None:
        if component.figure:
            self._figure(component)
        for name, binding in component.bindings.items():
            self._binding((*self.at, name) if name != "rows" else self.at, binding)
        self._indicators(component)
        if component.lanes:
            self._lanes(component)

    def refuse(self, at: tuple[str | int, ...], message: str, instead: str) -> None:
        self.root.text.refuse(at, "unknown", message, instead)

    def _figure(self, component: Component) -> None:
        figure = self.texts.board.get(component.figure)
        if figure is None:
            message = f'board.toml has no figure "{component.figure}"'
            self.refuse((*self.at, "figure"), message, one_of(component.figure, self.texts.board))
            return
        if component.x:
            self._of_figure((*self.at, "x"), component.x, figure)
        for number, name in enumerate(component.y):
            self._of_figure((*self.at, "y", number), name, figure)

    def _of_figure(self, at: tuple[str | int, ...], name: str, figure: BoardFigure) -> None:
        if name not in figure.columns:
            self.refuse(at, f'figure "{figure.id}" has no column "{name}"', one_of(name, figure.columns))

    def _binding(self, at: tuple[str | int, ...], binding: Binding) -> None:
        tables = (*self.texts.datasets, *self.texts.views, *self.texts.derived)
        if binding.source and binding.source not in tables:
            message = f'"{binding.source}" is no dataset, view or derived table'
            self.refuse((*at, "source"), message, one_of(binding.source, tables))
        for column, own in binding.by:
            if self.dataset is not None and own not in self.dataset.stored:
                message = f'the subject\'s dataset "{self.dataset.name}" has no column "{own}"'
                self.refuse((*at, "by", column), message, one_of(own, self.dataset.stored))
        if binding.like and binding.like not in self.texts.indicators:
            message = f'no indicator "{binding.like}"'
            self.refuse((*at, "like"), message, one_of(binding.like, self.texts.indicators))
        source = self.texts.datasets.get(binding.source)
        if source is None:
            return
        self._columns(at, binding, source)
        if self.dataset is not None and self.dataset.subject is not None and not binding.by:
            key = self.dataset.subject.key
            if key not in source.columns:
                message = f'nothing says which rows of "{source.name}" belong to the subject'
                named = source.key[0] if source.key else "…"  # a key that is refused already leaves none
                self.refuse((*at, "source"), message, f'write by = {{{named} = "{key}"}}')

    def _columns(self, at: tuple[str | int, ...], binding: Binding, source: Dataset) -> None:
        named: list[tuple[tuple[str | int, ...], str]] = [((*at, "by", column), column) for column, _ in binding.by]
        named += [((*at, "where", column), column) for column, _ in binding.where]
        named += [((*at, "columns", number), column) for number, column in enumerate(binding.columns)]
        named += [((*at, "order", number), column) for number, column in enumerate(binding.order)]
        named += [((*at, role), column) for role, column in binding.roles.items()]
        for place, column in named:
            if column and column not in source.stored:
                self.refuse(place, f'dataset "{source.name}" has no column "{column}"', one_of(column, source.columns))

    def _indicators(self, component: Component) -> None:
        for number, name in enumerate(component.indicators):
            at = (*self.at, "indicators", number)
            indicator = self.texts.indicators.get(name)
            if indicator is None:
                self.refuse(at, f'no indicator "{name}"', one_of(name, self.texts.indicators))
            elif indicator.clock is None:
                with_clock = [one.id for one in self.texts.indicators.values() if one.clock is not None]
                self.refuse(at, f'indicator "{name}" has no clock', one_of(name, with_clock))
        if component.kind == "clock" and not component.indicators:
            message = "nothing says whose clock is drawn"
            self.root.text.refuse(self.at, "missing", message, 'write indicators = ["…"]')

    def _lanes(self, component: Component) -> None:
        name, _, codes = component.lanes.partition(".")
        dataset = self.texts.datasets.get(name)
        if dataset is None:
            self.refuse((*self.at, "lanes"), f'no dataset "{name}"', one_of(name, self.texts.datasets))
        elif codes not in dataset.codes:
            message = f'dataset "{name}" has no code list "{codes}"'
            self.refuse((*self.at, "lanes"), message, one_of(codes, dataset.codes))
        elif component.pauses_in:
            known = [code.value for code in dataset.codes[codes]]
            if component.pauses_in not in known:
                message = f'"{component.pauses_in}" is no lane'
                self.refuse((*self.at, "pauses_in"), message, one_of(component.pauses_in, known))
