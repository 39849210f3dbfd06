"""Reads ``pages/<name>.toml``: the overview of a field, and one page for each type of subject."""

from xiezhi.engine.packs.components import KINDS, Kind, Part
from xiezhi.engine.packs.names import NAME, one_of
from xiezhi.engine.packs.screens import Binding, Component, Filter, Screen
from xiezhi.engine.packs.section import Section
from xiezhi.engine.words import NOTHING, Words

_FIRST = "columns"


def read_screen(root: Section) -> Screen:
    """Return a page from its text; what is wrong in it is noted in the section's list."""
    kind = root.choice("kind", ("overview", "subject"))
    subject = root.name("subject") if kind == "subject" else ""
    sections = root.sections("components", required=True)
    screen = Screen(
        id=root.text.path.stem,
        kind=kind,
        words=root.words("name"),
        noun=root.words("noun", required=False) or NOTHING,
        subject=subject,
        components=tuple(component for section in sections if (component := _component(section, kind)) is not None),
        path=root.text.path,
    )
    _check_ids(sections)
    root.done()
    return screen


def _check_ids(sections: list[Section]) -> None:
    seen: set[str] = set()
    for section in sections:
        name = section.values.get("id")
        if isinstance(name, str) and name in seen:
            section.refuse("id", "duplicate", f'another component has the id "{name}"', "give each an id of its own")
        if isinstance(name, str):
            seen.add(name)


def _component(section: Section, page: str) -> Component | None:
    name = section.string("kind")
    kind = KINDS.get(name)
    if kind is None:
        if name:
            section.refuse("kind", "unknown", f'there is no component "{name}"', one_of(name, KINDS))
        return None
    if kind.subject == "must" and page == "overview":
        section.refuse("kind", "choice", f'"{name}" shows one subject', "put it on the page of a subject")
    figure = section.name("figure") if _takes_figure(section, kind) else ""
    bindings = {} if figure else _bindings(section, kind, page)
    component = Component(
        kind=name,
        id=section.name("id"),
        words=section.words("name"),
        note=section.words("note", required=False),
        bindings=bindings,
        figure=figure,
        form=section.choice("form", kind.forms, kind.forms[0]) if kind.forms else "",
        x=section.name("x") if "x" in kind.keys else "",
        y=section.strings("y", required=True) if "y" in kind.keys else (),
        indicators=section.strings("indicators") if "indicators" in kind.keys else (),
        lanes=section.string("lanes") if "lanes" in kind.keys else "",
        pauses_in=section.string("pauses_in", "") if "pauses_in" in kind.keys else "",
        labels=_labels(section),
        aside=section.flag("aside"),
        line=section.text.spots[section.at].line if section.at in section.text.spots else 0,
    )
    _check_code_list(section, component)
    section.done()
    return component


def _takes_figure(section: Section, kind: Kind) -> bool:
    return kind.figure == "must" or (kind.figure == "may" and section.has("figure"))


def _bindings(section: Section, kind: Kind, page: str) -> dict[str, Binding]:
    found: dict[str, Binding] = {}
    for name, part in kind.parts.items():
        inner: Section | None = section
        if name != "rows":
            inner = section.section(name, required=part.required)
        elif not part.required and not section.has("source"):
            inner = None
        if inner is None:
            continue
        found[name] = _binding(inner, part)
        if page == "overview":
            message = "an overview reads no facts: they would be scanned whenever somebody looks"
            inner.refuse("source", "choice", message, 'show a figure of board.toml: figure = "…"')
        if inner is not section:
            inner.done()
    return found


def _binding(section: Section, part: Part) -> Binding:
    roles = {role: section.name(role) for role in sorted(part.roles) if role in part.needs or section.has(role)}
    return Binding(
        source=section.name("source"),
        by=_by(section),
        where=_where(section),
        columns=section.strings("columns", required=True) if part.columns else (),
        order=section.strings("order"),
        roles=roles,
        like=section.string("like", ""),
        line=section.text.spots[section.at].line if section.at in section.text.spots else 0,
    )


def _by(section: Section) -> tuple[tuple[str, str], ...]:
    inner = section.section("by")
    if inner is None:
        return ()
    found = tuple((column, inner.string(column)) for column in inner.values)
    inner.done()
    return found


def _where(section: Section) -> Filter:
    inner = section.section("where")
    if inner is None:
        return ()
    found: list[tuple[str, str | int | bool]] = []
    for column in inner.values:
        inner.has(column)
        value = inner.values[column]
        if isinstance(value, str | int | bool):
            found.append((column, value))
        else:
            inner.refuse(column, "type", f'"{column}" is compared with no plain value', "write a text, number or true")
    inner.done()
    return tuple(found)


def _labels(section: Section) -> dict[str, Words]:
    inner = section.section("labels")
    if inner is None:
        return {}
    found = {column: inner.words(column) for column in inner.values}
    inner.done()
    return found


def _check_code_list(section: Section, component: Component) -> None:
    dataset, _, codes = component.lanes.partition(".")
    if component.lanes and not (NAME.fullmatch(dataset) and NAME.fullmatch(codes)):
        message = f'"{component.lanes}" is no code list'
        section.refuse("lanes", "name", message, "write dataset.list, such as case_events.checkpoint")
