"""Reads ``datasets/<name>.toml``."""

import importlib
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from xiezhi.engine.columns import ColumnType, Kind, Privacy
from xiezhi.engine.packs.model import Code, Column, Dataset, Reference, Subject
from xiezhi.engine.packs.names import CORE_TABLES, RESERVED, better_name, nearest, one_of
from xiezhi.engine.packs.scalars import KINDS, column_type
from xiezhi.engine.packs.section import Section, check_name

_STDNUM = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
_ROLES = ("title", "organisation", "post", "person", "opened", "closed", "state", "legal_date")


def read_dataset(root: Section) -> Dataset:
    """Return the dataset that a file declares; what is wrong in it is noted in the section's list."""
    name = root.text.path.stem
    check_table_name(root, name)
    columns = _columns(root)
    dataset = Dataset(
        name=name,
        words=root.words("name"),
        columns=columns,
        key=_known(root, "key", columns, required=True),
        path=root.text.path,
        zone=_zone(root),
        delivery=root.choice("delivery", ("rows", "unit", "snapshot"), "rows"),
        unit=_one(root, "unit", columns),
        cluster=_known(root, "cluster", columns),
        subject=_subject(root, columns),
        codes=_codes(root),
        references=_references(root, columns),
        revised_at=_one(root, "revised_at", columns),
        scope=root.choice("scope", ("city",), ""),
    )
    _check_key(root, dataset)
    _check_unit(root, dataset)
    _check_code_columns(root, dataset)
    _check_revised(root, dataset)
    root.done()
    return dataset


def check_table_name(root: Section, name: str) -> None:
    """Note an issue when a file's name cannot be a table of SQL."""
    if check_name(root.text, (), name, "the file's name") and (name in RESERVED or name in CORE_TABLES):
        root.text.refuse(
            (), "reserved", f'"{name}" is a name that SQL or the engine keeps', f"call it {name}_rows.toml"
        )


def check_column_name(section: Section, name: str) -> None:
    """Note an issue when a name cannot be a column of SQL."""
    if not check_name(section.text, section.at, name, "column"):
        return
    if name in RESERVED:
        section.text.refuse(section.at, "reserved", f'"{name}" is a reserved word of SQL', f"write {better_name(name)}")


def _columns(root: Section) -> dict[str, Column]:
    inner = root.section("columns", required=True)
    if inner is None:
        return {}
    columns = {name: _column(name, section) for name, section in inner.tables().items()}
    if not inner.values:
        root.refuse("columns", "missing", "a dataset has at least one column", "write [columns.case_no]")
    _check_headings(inner, columns)
    for name, column in columns.items():
        _check_of(inner, column, columns)
        twin = f"{name}_utc"
        if column.type.kind is Kind.TIME and twin in columns:
            message = f'"{twin}" is the name under which SQL sees the instant of "{name}"'
            inner.refuse(twin, "duplicate", message, "name this column otherwise")
    return columns


def _check_headings(inner: Section, columns: dict[str, Column]) -> None:
    """A heading of a file must mean one column."""
    owners = {name: name for name in columns}
    for column in columns.values():
        for number, alias in enumerate(column.aliases):
            owner = owners.setdefault(alias, column.name)
            if owner != column.name:
                at = (*inner.at, column.name, "aliases", number)
                message = f'the heading "{alias}" is one of column "{owner}" already'
                inner.text.refuse(at, "duplicate", message, "leave it out of one of them")


def _column(name: str, section: Section) -> Column:
    check_column_name(section, name)
    written = section.string("type")
    kind = column_type(written)
    if kind is None and written:
        section.refuse("type", "column-type", f'column "{name}" has the type "{written}"', f"write one of: {KINDS}")
    kind = kind or ColumnType(Kind.TEXT)
    column = Column(
        name=name,
        type=kind,
        words=section.both(),
        required=section.flag("required"),
        event=section.flag("event"),
        privacy=_privacy(section),
        codes=section.string("codes", "") or None,
        of=section.strings("of"),
        check=section.string("check", "") or None,
        aliases=section.strings("aliases"),
    )
    _check_column(section, column)
    section.done()
    return column


def _privacy(section: Section) -> Privacy:
    allowed = [privacy.value for privacy in Privacy if privacy is not Privacy.NONE]
    return Privacy(section.choice("privacy", allowed, Privacy.INTERNAL.value))


def _check_column(section: Section, column: Column) -> None:
    kind, name = column.type.kind, column.name
    if kind is Kind.CODE and column.codes is None:
        section.refuse("codes", "missing", f'code column "{name}" names no code list', 'write codes = "…"')
    if kind is not Kind.CODE and column.codes is not None:
        section.refuse("codes", "choice", f'column "{name}" has a code list but is no code', 'write type = "code"')
    if column.event and kind not in (Kind.DATE, Kind.TIME):
        section.refuse("event", "choice", f'column "{name}" is an event but no date or time', "leave out event")
    if column.privacy is Privacy.DIRECT and kind is not Kind.TEXT:
        message = f'column "{name}" is a direct identifier but no text'
        section.refuse("privacy", "choice", message, 'write type = "text"')
    if column.check is not None:
        _check_stdnum(section, column.check, kind)


def _check_stdnum(section: Section, check: str, kind: Kind) -> None:
    if kind is not Kind.TEXT:
        section.refuse("check", "choice", "only a text column has check digits", "leave out check")
    if not (_STDNUM.fullmatch(check) and _has_validator(check)):
        message = f'"{check}" is no module of python-stdnum'
        section.refuse("check", "unknown", message, "write one such as cn.uscc or cn.ric")


def _has_validator(check: str) -> bool:
    try:
        return hasattr(importlib.import_module(f"stdnum.{check}"), "is_valid")
    except ImportError:
        return False


def _check_of(inner: Section, column: Column, columns: dict[str, Column]) -> None:
    section = Section(inner.text, (*inner.at, column.name), inner.values[column.name])
    computed = column.type.kind in (Kind.SURROGATE, Kind.OCCURRENCE)
    if not computed:
        if column.of:
            message = f'column "{column.name}" is of other columns but is no surrogate or occurrence'
            section.refuse("of", "choice", message, "leave out of")
        return
    if not column.of or (column.type.kind is Kind.SURROGATE and len(column.of) != 1):
        wanted = (
            "the one text column it numbers" if column.type.kind is Kind.SURROGATE else "the columns it counts over"
        )
        section.refuse("of", "missing", f'{column.type} "{column.name}" does not name {wanted}', 'write of = ["…"]')
    for name in column.of:
        source = columns.get(name)
        if source is None:
            section.refuse("of", "unknown", f'"of" names no column: "{name}"', one_of(name, columns))
        elif source.type.kind is Kind.SURROGATE or (
            column.type.kind is Kind.SURROGATE and source.type.kind not in (Kind.TEXT, Kind.CODE)
        ):
            section.refuse(
                "of", "choice", f'"{name}" is not a column that a {column.type} can be of', "name a text column"
            )


def _known(root: Section, key: str, columns: dict[str, Column], *, required: bool = False) -> tuple[str, ...]:
    names = root.strings(key, required=required)
    for number, name in enumerate(names):
        if name not in columns:
            message = f'"{key}" names no column of this dataset: "{name}"'
            root.text.refuse((*root.at, key, number), "unknown", message, one_of(name, columns))
    return tuple(name for name in names if name in columns)


def _one(section: Section, key: str, columns: dict[str, Column], *, required: bool = False) -> str | None:
    name = section.string(key, None if required else "")
    if name and name not in columns:
        message = f'"{key}" names no column of this dataset: "{name}"'
        section.refuse(key, "unknown", message, one_of(name, columns))
        return None
    return name or None


def _zone(root: Section) -> str:
    zone = root.string("zone", "Asia/Shanghai")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        root.refuse("zone", "unknown", f'"{zone}" is no time zone', "write one such as Asia/Shanghai")
    return zone


def _subject(root: Section, columns: dict[str, Column]) -> Subject | None:
    section = root.section("subject")
    if section is None:
        return None
    kind = section.name("type")
    key = _one(section, "key", columns, required=True)
    roles = {role: _one(section, role, columns) for role in _ROLES}
    section.done()
    return Subject(kind, key or "", **roles)


def _codes(root: Section) -> dict[str, tuple[Code, ...]]:
    inner = root.section("codes")
    lists = {} if inner is None else inner.tables()
    for name, section in lists.items():
        check_name(section.text, section.at, name, "code list")
        if not section.values:
            root.text.refuse(section.at, "missing", f'code list "{name}" is empty', "write a code")
    return {name: tuple(_code(value, s) for value, s in section.tables().items()) for name, section in lists.items()}


def _code(value: str, section: Section) -> Code:
    words = section.both()
    facts = {key: section.string(key) for key in section.values if key not in ("zh", "en")}
    if not value.strip() or value != value.strip():
        section.text.refuse(
            section.at, "name", f'the code "{value}" is empty or has blanks around it', "write its text"
        )
    return Code(value, words, tuple(facts.items()))


def _references(root: Section, columns: dict[str, Column]) -> tuple[Reference, ...]:
    found = []
    for section in root.sections("references"):
        names = _known(section, "columns", columns, required=True)
        found.append(Reference(names, section.string("dataset")))
        section.done()
    return tuple(found)


def _check_key(root: Section, dataset: Dataset) -> None:
    for number, name in enumerate(dataset.key):
        if dataset.columns[name].type.kind is Kind.SURROGATE:
            message = f'the key holds "{name}", a surrogate; a key is the source\'s own'
            root.text.refuse(
                ("key", number), "choice", message, "name " + (" and ".join(dataset.columns[name].of) or "it")
            )


def _check_unit(root: Section, dataset: Dataset) -> None:
    if dataset.delivery == "unit" and dataset.unit is None and "unit" not in root.values:
        root.refuse("delivery", "missing", 'delivery by unit names no "unit"', 'write unit = "case_no"')
    if dataset.delivery != "unit" and "unit" in root.values:
        root.refuse("unit", "choice", f'"unit" goes with delivery by unit, not by {dataset.delivery}', "leave it out")


def _check_code_columns(root: Section, dataset: Dataset) -> None:
    for column in dataset.columns.values():
        if column.codes is not None and column.codes not in dataset.codes:
            message = f'column "{column.name}" has no such code list: "{column.codes}"'
            instead = nearest(column.codes, dataset.codes) or f"write [codes.{column.codes}]"
            root.text.refuse(("columns", column.name, "codes"), "unknown", message, instead)


def _check_revised(root: Section, dataset: Dataset) -> None:
    kind = dataset.columns[dataset.revised_at].type.kind if dataset.revised_at else Kind.TIME
    if kind not in (Kind.DATE, Kind.TIME):
        root.refuse("revised_at", "choice", f'"{dataset.revised_at}" is no date or time', "name a column that is one")
