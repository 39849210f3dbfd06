"""The fingerprint of an indicator or view: what a finding depends on besides the facts, part by part."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from xiezhi.engine.canonical import digest
from xiezhi.engine.compile.catalog import Catalog
from xiezhi.engine.compile.parameters import in_force
from xiezhi.engine.compile.values import Pair
from xiezhi.engine.packs.model import Column, Dataset, Derived, Indicator, Level, Pack, Scalar, View

SEMANTICS = 1  # raised by an ADR only, when the meaning of pack SQL changes; never by a release or a library
_TOKEN = re.compile(
    r"""
    (?P<space>\s+|--[^\n]*|/\*.*?\*/)
    | (?P<text>'(?:[^']|'')*')
    | (?P<name>"(?:[^"]|"")*")
    | (?P<number>\d[\d_]*(?:\.\d+)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<sign><=|>=|<>|!=|==|\|\||//|::|.)
    """,
    re.VERBOSE | re.DOTALL,
)
Body = dict[str, Any]


def tokens(sql: str) -> list[str]:
    """Return the tokens of SQL without comments and white space, words in small letters."""
    found = []
    for match in _TOKEN.finditer(sql):
        if match.lastgroup == "space":
            continue
        token = match.group()
        found.append(token if match.lastgroup == "text" else token.lower())
    while found and found[-1] == ";":
        found.pop()
    return found


def indicator_body(
    indicator: Indicator,
    pack: Pack,
    catalog: Catalog,
    *,
    reads: Iterable[Pair],
    names: Iterable[str],
    used: Iterable[str],
) -> Body:
    """Return the parts of an indicator's fingerprint by name."""
    body: Body = {
        "sql": tokens(indicator.sql),
        "rules": [
            {"id": rule.id, **{str(level): tokens(rule.levels[level]) for level in Level if level in rule.levels}}
            for rule in indicator.rules
        ],
        "subject": {"type": indicator.subject_type, "id": indicator.subject_id},
        "scope": list(indicator.scope),
        "part": list(indicator.part),
        "period": indicator.period,
        "values": [[name, unit] for name, unit in indicator.values.items()],
        **_drawn(pack, catalog, reads=reads, names=names, used=used),
    }
    if indicator.assumes:
        body["assumes"] = [[item.target, scalar(item.value)] for item in indicator.assumes]
    return body


def view_body(
    view: View, pack: Pack, catalog: Catalog, *, reads: Iterable[Pair], names: Iterable[str], used: Iterable[str]
) -> Body:
    """Return the parts of a view's fingerprint by name."""
    return {
        "sql": tokens(view.sql),
        "key": list(view.key),
        "scope": list(view.scope),
        **_drawn(pack, catalog, reads=reads, names=names, used=used),
    }


def derived_body(derived: Derived, version: int, catalog: Catalog) -> Body:
    """Return the parts of a derived table's fingerprint by name."""
    return {
        "derivation": derived.derivation,
        "version": version,
        "inputs": [[role, name, catalog.tables[name].fingerprint] for role, name in sorted(derived.inputs.items())],
        "arguments": _plain(derived.arguments),
        "semantics": SEMANTICS,
    }


def seal(body: Body) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the fingerprint, and (name, digest) of each part, so that a difference can be named."""
    return digest(body), tuple((name, digest(part)) for name, part in sorted(body.items()))


def _drawn(pack: Pack, catalog: Catalog, *, reads: Iterable[Pair], names: Iterable[str], used: Iterable[str]) -> Body:
    pairs, named = sorted(set(reads)), sorted(set(names))
    kinds = {name: catalog.tables[name].kind for name in named}
    tables = {name for name, _ in pairs if name in pack.tables} | {name for name in named if name in pack.tables}
    return {
        "parameters": {
            name: [[first.isoformat() if first else None, scalar(value)] for first, value in _values(catalog, name)]
            for name in sorted(set(used))
        },
        "tables": {name: _table(pack, name) for name in sorted(tables)},
        "columns": [
            [f"{name}.{column}", *_column(pack.datasets[name], column)]
            for name, column in pairs
            if name in pack.datasets
        ],
        "views": {name: catalog.tables[name].fingerprint for name in named if kinds[name] == "view"},
        "derivations": {name: catalog.tables[name].fingerprint for name in named if kinds[name] == "derived"},
        "semantics": SEMANTICS,
    }


def _values(catalog: Catalog, name: str) -> tuple[tuple[Any, Scalar], ...]:
    return in_force(catalog.parameters[name], catalog.overrides)


def _table(pack: Pack, name: str) -> Body:
    table = pack.tables[name]
    return {
        "key": list(table.key),
        "columns": [[column, kind] for column, kind in table.columns.items()],
        "rows": [[scalar(cell) for cell in row] for row in table.rows],
    }


def _column(dataset: Dataset, stored: str) -> list[Any]:
    column = declared(dataset, stored)
    if column is None:
        return ["system", None]
    codes = [code.value for code in dataset.codes[column.codes]] if column.codes in dataset.codes else None
    return [str(column.type), codes]


def declared(dataset: Dataset, stored: str) -> Column | None:
    """Return the declared column behind a stored one, None for a system column."""
    return dataset.columns.get(stored) or next((c for c in dataset.columns.values() if stored in c.stored), None)


def scalar(value: Scalar) -> str | bool | None:
    """Return a value as canonical JSON has it: numbers and days as texts."""
    if value is None or isinstance(value, bool | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return scalar(value)
