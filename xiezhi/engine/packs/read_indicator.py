"""Reads ``indicators/<id>.md`` with its SQL: front matter, rules and what they may name."""

import re
from collections.abc import Iterable

from xiezhi.engine.packs.locate import KeyPath
from xiezhi.engine.packs.model import (
    Assumption,
    Cause,
    Clock,
    Indicator,
    Label,
    Law,
    Level,
    Rule,
    Status,
)
from xiezhi.engine.packs.names import NAME, nearest
from xiezhi.engine.packs.page import Page
from xiezhi.engine.packs.read_dataset import check_column_name
from xiezhi.engine.packs.read_laws import read_law
from xiezhi.engine.packs.section import Section, check_name
from xiezhi.engine.words import Words

CLOCK_RULES = ("working", "calendar", "month", "tax")
SUBJECT_ROLES = ("title", "organisation", "post", "person", "opened", "closed", "state", "legal_date")

_PAUSE_KEYS = ("evidence", "from", "to", "reason", "told", "strict")
_EVIDENCE = re.compile(r"\bev_(\w+)", re.IGNORECASE)
_BRACES = re.compile(r"\{([^{}]*)\}")


def read_indicator(page: Page, sql: str, *, owner: str) -> Indicator:
    """Return an indicator from its page and its SQL; ``owner`` is the role that owns the field."""
    front = page.front
    path = front.text.path
    check_name(front.text, (), path.stem, "the file's name")
    subject = front.section("subject", required=True)
    subject_type = subject.name("type") if subject else ""
    subject_id = subject.name("id") if subject else ""
    if subject:
        subject.done()
    indicator = Indicator(
        id=path.stem,
        words=front.words("name"),
        sql=sql,
        sql_path=path.with_suffix(".sql"),
        page_path=path,
        status=Status(front.choice("status", [status.value for status in Status])),
        effective_from=front.day("effective_from"),
        owner=front.name("owner", owner),
        norms=front.strings("norms"),
        basis=tuple(_basis(front)),
        reference=front.string("reference", "") or None,
        measure=front.words("measure"),
        subject_type=subject_type,
        subject_id=subject_id,
        scope=front.strings("scope", required=True),
        part=front.strings("part"),
        period=front.name("period", "") or None,
        values=_values(front),
        clock=_clock(front),
        self_clearing=front.flag("self_clearing"),
        reads=front.strings("reads"),
        assumes=tuple(_assumption(section) for section in front.sections("assumes")),
        why=front.words("why"),
        absent=front.words("absent"),
        next=front.words("next"),
        exclusions=_causes(front, "exclusions"),
        innocent=_causes(front, "innocent"),
        rules=_rules(front),
        examples=tuple(parsed.example for parsed in page.examples),
        labels=_labels(front, "labels"),
        roles=_labels(front, "roles"),
        checkpoint=front.string("checkpoint", ""),
    )
    front.done()
    _check_outputs(front, indicator)
    return indicator


def outputs(indicator: Indicator) -> tuple[str, ...]:
    """Return the output columns that the front matter declares, evidence aside, each once."""
    period = (indicator.period,) if indicator.period else ()
    named = (*indicator.scope, indicator.subject_id, *indicator.part, *period, *indicator.values)
    return tuple(dict.fromkeys(name for name in named if name))


def _basis(front: Section) -> Iterable[Law]:
    for section in front.sections("basis"):
        yield read_law(section)
        section.done()


def _values(front: Section) -> dict[str, str]:
    section = front.section("values", required=True)
    if section is None:
        return {}
    for name in section.values:
        check_column_name(Section(section.text, (*section.at, name), {}), name)
        if name.startswith("ev_"):
            section.refuse(name, "name", f'"{name}" is evidence, not a value', "leave it out: ev_ columns need no unit")
    return {name: section.string(name) for name in section.values}


def _clock(front: Section) -> Clock | None:
    section = front.section("clock")
    if section is None:
        return None
    pauses = section.section("pauses")
    clock = Clock(
        rule=section.choice("rule", CLOCK_RULES),
        start=section.string("start"),
        end=section.string("end", "") or None,
        limit=section.string("limit"),
        pauses=_pauses(pauses) if pauses else {},
        used=section.string("used", "") or None,
        due=section.string("due", "") or None,
    )
    section.done()
    return clock


def _pauses(section: Section) -> dict[str, str]:
    read = {key: section.string(key, None if key in ("evidence", "from") else "") for key in _PAUSE_KEYS}
    section.done()
    return {key: value for key, value in read.items() if value}


def _assumption(section: Section) -> Assumption:
    target = section.string("target")
    value = section.values.get("value") if section.has("value") else None
    if section.flag("empty") and value is not None:
        section.refuse("empty", "choice", f"{section.title} has a value and is empty", "keep one of the two")
    words = section.both()
    section.done()
    return Assumption(target, value, words)


def _labels(front: Section, key: str) -> dict[str, Label]:
    section = front.section(key)
    found: dict[str, Label] = {}
    for name, inner in section.tables().items() if section else ():
        found[name] = Label(inner.both(), inner.name("codes", "") or None)
        inner.done()
    return found


def _causes(front: Section, key: str) -> tuple[Cause, ...]:
    found: list[Cause] = []
    for section in front.sections(key):
        cause = Cause(section.name("id"), section.both())
        _once(section, cause.id, [known.id for known in found])
        found.append(cause)
        section.done()
    return tuple(found)


def _rules(front: Section) -> tuple[Rule, ...]:
    found: list[Rule] = []
    for section in front.sections("rules", required=True):
        name = section.name("id")
        levels = {level: section.string(level.value, "") for level in Level}
        if not any(level.value in section.values for level in Level):
            message = f'rule "{name}" has no level'
            section.text.refuse(section.at, "missing", message, 'write notice = "…", orange = "…" or red = "…"')
        rule = Rule(
            id=name,
            levels={level: condition for level, condition in levels.items() if condition},
            message=section.words("message"),
            reference=section.string("reference", "") or None,
            words=section.words("name", required=False),
        )
        _once(section, name, [known.id for known in found])
        found.append(rule)
        section.done()
    return tuple(found)


def _once(section: Section, name: str, known: list[str]) -> None:
    if name and name in known:
        section.refuse("id", "duplicate", f'the id "{name}" stands twice', "give each its own")


def _check_outputs(front: Section, indicator: Indicator) -> None:
    known = outputs(indicator)
    for key in ("scope", "part"):
        for number, name in enumerate(getattr(indicator, key)):
            if not NAME.fullmatch(name):
                message = f'"{key}": "{name}" is no name of a column'
                front.text.refuse((key, number), "name", message, "use small letters, digits and underscores")
    if indicator.clock is not None:
        _check_clock(front, indicator.clock, known)
    _check_labels(front, indicator, known)
    roles = (*known, *SUBJECT_ROLES)
    for number, rule in enumerate(indicator.rules):
        _check_message(front, number, rule.message, roles)


def _check_clock(front: Section, clock: Clock, known: tuple[str, ...]) -> None:
    named = {"start": clock.start, "end": clock.end, "limit": clock.limit, "used": clock.used, "due": clock.due}
    places: dict[KeyPath, str | None] = {("clock", key): name for key, name in named.items()}
    places["clock", "pauses", "strict"] = clock.pauses.get("strict")
    for at, name in places.items():
        if name and name not in known:
            message = f'"{at[-1]}" of the clock names no output column: "{name}"'
            front.text.refuse(at, "unknown", message, nearest(name, known) or "declare it in values")


def _check_labels(front: Section, indicator: Indicator, known: tuple[str, ...]) -> None:
    for name in indicator.labels:
        if name not in known:
            message = f'the label names no output column: "{name}"'
            front.text.refuse(("labels", name), "unknown", message, nearest(name, known) or "declare it in values")
    evidence = tuple(dict.fromkeys(found.lower() for found in _EVIDENCE.findall(indicator.sql)))
    for name in indicator.roles:
        if name not in evidence:
            message = f'the role names no evidence of the SQL: "{name}"'
            instead = nearest(name, evidence) or "write the name of an ev_ column without ev_"
            front.text.refuse(("roles", name), "unknown", message, instead)


def _check_message(front: Section, number: int, message: Words, known: tuple[str, ...]) -> None:
    for language, text in (("zh", message.zh), ("en", message.en)):
        at = ("rules", number, "message", language)
        for name in _BRACES.findall(text):
            if name not in known:
                said = f'the message names no output column: "{{{name}}}"'
                front.text.refuse(at, "unknown", said, nearest(name, known) or "declare it in values")
        if "{" in _BRACES.sub("", text) or "}" in _BRACES.sub("", text):
            front.text.refuse(at, "braces", "a brace of the message has no partner", "write {name}")
