"""Reads ``board.toml`` (figures that are computed at evaluation) and ``feeds.toml`` (what sources are expected)."""

from xiezhi.engine.packs.screens import BoardFigure, Feed, FigureColumn
from xiezhi.engine.packs.section import Section, check_name


def read_board(root: Section) -> dict[str, BoardFigure]:
    """Return the figures of a board by id."""
    found: dict[str, BoardFigure] = {}
    for section in root.sections("figures", required=True):
        figure = _figure(section)
        if figure.id in found:
            section.refuse("id", "duplicate", f'another figure has the id "{figure.id}"', "give each an id of its own")
        found[figure.id] = figure
    root.done()
    return found


def _figure(section: Section) -> BoardFigure:
    columns = _columns(section)
    figure = BoardFigure(
        id=section.name("id"),
        words=section.words("name"),
        sql=section.string("sql"),
        key=_named(section, "key", columns),
        columns=columns,
        organisation=_one(section, "organisation", columns),
        like=section.string("like", ""),
        path=section.text.path,
        line=_line(section),
    )
    section.done()
    return figure


def _line(section: Section) -> int:
    """Return where the SQL begins: on the line after its three quotes."""
    spot = section.text.spots.get((*section.at, "sql"))
    value = section.values.get("sql")
    return (spot.line if spot else 0) + (1 if isinstance(value, str) and "\n" in value else 0)


def _columns(section: Section) -> dict[str, FigureColumn]:
    inner = section.section("columns", required=True)
    found: dict[str, FigureColumn] = {}
    for name, column in (inner.tables() if inner is not None else {}).items():
        check_name(column.text, column.at, name, "column")
        values = column.section("values")
        found[name] = FigureColumn(
            words=column.both(),
            unit=column.string("unit", ""),
            codes=column.string("codes", "") or None,
            values={} if values is None else {value: values.words(value) for value in values.values},
        )
        column.done()
    return found


def _named(section: Section, key: str, columns: dict[str, FigureColumn]) -> tuple[str, ...]:
    found = section.strings(key, required=True)
    for number, name in enumerate(found):
        if name not in columns:
            message = f'"{name}" of "{key}" is no column of the figure'
            section.text.refuse((*section.at, key, number), "unknown", message, f"write [figures.columns.{name}]")
    return found


def _one(section: Section, key: str, columns: dict[str, FigureColumn]) -> str | None:
    name = section.string(key, "")
    if name and name not in columns:
        section.refuse(key, "unknown", f'"{name}" is no column of the figure', f"write [figures.columns.{name}]")
    return name or None


def read_feeds(root: Section) -> dict[str, Feed]:
    """Return the feeds of a field by id, which is the code of the source."""
    found: dict[str, Feed] = {}
    for section in root.sections("feeds", required=True):
        feed = Feed(
            id=section.name("id"),
            words=section.words("name"),
            datasets=section.strings("datasets", required=True),
            rhythm_days=_count(section, "rhythm_days"),
            least_rows=_count(section, "least_rows"),
        )
        if feed.id in found:
            section.refuse("id", "duplicate", f'another feed has the id "{feed.id}"', "give each an id of its own")
        found[feed.id] = feed
        section.done()
    root.done()
    return found


def _count(section: Section, key: str) -> int | None:
    if not section.has(key):
        return None
    value = section.integer(key, 0)
    if value < 1:
        section.refuse(key, "choice", f'"{key}" of {section.title} is no count', "write a whole number above 0")
    return value
