"""Writes a new field, or a new indicator in one, from ``platforms/_template``: what it writes loads as it stands."""

import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from xiezhi.engine.columns import Kind, Privacy
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.packs import library
from xiezhi.engine.packs.load import load_pack, shipped
from xiezhi.engine.packs.model import Column, Dataset, Pack, Status
from xiezhi.engine.packs.names import CORE_TABLES, LONGEST, NAME, RESERVED

_OPENED = "2025-09-26"
_TAKES = "use small letters, digits and underscores, a letter first"
_SAMPLES = {
    Kind.TEXT: "A",
    Kind.INTEGER: "1",
    Kind.MONEY: "1",
    Kind.DECIMAL: "1",
    Kind.BOOLEAN: "true",
    Kind.DATE: _OPENED,
    Kind.TIME: f"{_OPENED} 09:00",
}
_LONGEST_SUFFIX = len("_red_days")


class NotWritten(XiezhiError):  # noqa: N818  named by what it says
    """Nothing was written: the id, the names or the place will not do."""


def new_platform(target: Path, id: str, *, zh: str, en: str) -> Path:  # noqa: A002  the word of the trade
    """Write the pack of a new field as the folder ``target / id``, with one of everything, and return that folder.

    Raises:
        NotWritten: the id is no id, a name is empty or not one line, or the folder is there already.
    """
    _check_id(id)
    _check_names(zh, en)
    folder = target / id
    if folder.exists():
        raise NotWritten(f"{folder}: is there already; choose another id, or remove it first")
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{id}-", dir=target) as made:
        draft = Path(made) / id
        words: dict[str, Any] = {"id": id, "zh": zh, "en": en, "norm": _norm_id(id)}
        _write("platform", draft, words, {})
        _add_indicator(load_pack(draft), "late", zh="办理超期", en="Decided late", status=Status.ACTIVE)
        load_pack(draft)
        shutil.move(draft, folder)
    return folder


def new_indicator(pack: Path, id: str, *, zh: str, en: str) -> tuple[Path, ...]:  # noqa: A002
    """Write a new indicator, with its parameters, into a pack, and return the files written.

    It measures working days on the pack's first dataset whose subject has an opening, and cites the pack's first norm.

    Raises:
        NotWritten: the id will not do or is taken, a name is not one line, or the pack has no such dataset or norm.
        AuthorError: the pack itself is refused.
    """
    _check_id(id)
    _check_names(zh, en)
    return _add_indicator(load_pack(pack), id, zh=zh, en=en, status=Status.TRIAL)


def _add_indicator(pack: Pack, name: str, *, zh: str, en: str, status: Status) -> tuple[Path, ...]:
    _check_free(pack, name)
    dataset = _measurable(pack)
    subject = dataset.subject
    if subject is None or subject.opened is None:
        raise NotWritten(f'{dataset.path}: write [subject] with "opened" first: the new indicator counts from it')
    opened = dataset.columns[subject.opened]
    closed = dataset.columns[subject.closed] if subject.closed else None
    if closed and closed.type.kind not in (Kind.DATE, Kind.TIME):
        closed = None
    words = {
        "id": name,
        "zh": zh,
        "en": en,
        "status": status.value,
        "norm": next(iter(pack.norms)),
        "dataset": dataset.name,
        "subject": subject,
        "scope": dataset.key,
        "part": [column for column in dataset.key if column != subject.key],
        "opened": opened,
        "closed": closed,
        "sample": _sample(dataset, opened, closed),
    }
    renamed = {"indicator.sql": f"{name}.sql", "indicator.md": f"{name}.md", "parameter.toml": f"{name}.toml"}
    return _write("indicator", pack.path, words, renamed)


def _check_id(name: str) -> None:
    if not NAME.fullmatch(name) or len(name) > LONGEST - _LONGEST_SUFFIX:
        raise NotWritten(f'"{name}" is no id; {_TAKES}, at most {LONGEST - _LONGEST_SUFFIX} in all')
    if name in RESERVED or name in CORE_TABLES:
        raise NotWritten(f'"{name}" is a word that SQL or the engine keeps; choose another id')


def _check_names(zh: str, en: str) -> None:
    for language, text in (("Chinese", zh), ("English", en)):
        if not text.strip() or not text.isprintable() or set(text) & set("{}"):
            raise NotWritten(f"the {language} name is empty, or not one plain line without braces; write one")


def _check_free(pack: Pack, name: str) -> None:
    taken = [pack.path / room / f"{name}{suffix}" for room, suffix in _PLACES]
    there = [str(path.relative_to(pack.path)) for path in taken if path.exists()]
    there += [made for made in (f"{name}_days", f"{name}_red_days") if made in pack.parameters or made in pack.tables]
    if there:
        raise NotWritten(f'{pack.path}: "{name}" is taken ({", ".join(there)}); choose another id')
    if not pack.norms:
        raise NotWritten(f"{pack.path / 'norms.toml'}: holds no norm; write the one that the indicator checks first")


_PLACES = (("indicators", ".sql"), ("indicators", ".md"), ("parameters", ".toml"))


def _measurable(pack: Pack) -> Dataset:
    for dataset in pack.datasets.values():
        opened = dataset.columns.get(dataset.subject.opened or "") if dataset.subject else None
        if opened is not None and opened.type.kind in (Kind.DATE, Kind.TIME):
            return dataset
    raise NotWritten(f'{pack.path / "datasets"}: no dataset has a [subject] with "opened", a date or time; write one')


def _norm_id(name: str) -> str:
    prefix = name.replace("_", "").upper()
    return f"{prefix}X-001" if prefix in library.prefixes() else f"{prefix}-001"


def _sample(dataset: Dataset, opened: Column, closed: Column | None) -> Mapping[str, str]:
    """Return a row of the dataset for the examples: column → cell, the closing marked by a brace to be filled."""
    named = [*dataset.key, dataset.subject.key if dataset.subject else ""]
    required = [column.name for column in dataset.columns.values() if column.required]
    row = {name: _cell(dataset, dataset.columns[name]) for name in dict.fromkeys([*named, *required]) if name}
    row[opened.name] = _SAMPLES[opened.type.kind]
    if closed:
        row[closed.name] = "{ended} 09:00" if closed.type.kind is Kind.TIME else "{ended}"
    return {name: cell for name, cell in row.items() if cell}


def _cell(dataset: Dataset, column: Column) -> str:
    if column.codes:
        return dataset.codes[column.codes][0].value
    if column.privacy is Privacy.DIRECT:
        return "A"
    return _SAMPLES.get(column.type.kind, "")  # a surrogate or an occurrence is filled by the engine


def _row_of(row: Mapping[str, str], ended: str) -> str:
    cells = [re.sub(r"\{ended\}", ended, cell).replace("|", "\\|") for cell in row.values()]
    return f"| {' | '.join(row)} |\n|{'---|' * len(cells)}\n| {' | '.join(cells)} |"


def _quoted(text: str) -> str:
    """Return a text as a TOML string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _write(template: str, into: Path, words: Mapping[str, Any], renamed: Mapping[str, str]) -> tuple[Path, ...]:
    root = shipped() / "_template" / template
    environment = Environment(
        loader=FileSystemLoader(root),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=()),
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"quoted": _quoted, "row_of": _row_of}
    written = []
    for name in environment.list_templates(extensions=["j2"]):
        text = environment.get_template(name).render(words)
        path = (into / name).with_suffix("")
        path = path.with_name(renamed.get(path.name, path.name))
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
        written.append(path)
    return tuple(written)
