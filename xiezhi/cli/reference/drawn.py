"""Which parameters a text uses, and through which views it reaches them."""

import re
from collections.abc import Iterable, Iterator

from xiezhi.engine.compile.catalog import Catalog
from xiezhi.engine.packs.model import Indicator, Pack

_PARAM = re.compile(r"\bparam\(\s*'([a-z0-9_]+)'")


def named_in(sql: str) -> list[str]:
    """Return the parameters that a text names, each once, in order."""
    return list(dict.fromkeys(_PARAM.findall(sql)))


def reached(pack: Pack, catalog: Catalog, names: Iterable[str]) -> list[str]:
    """Return the views and derived tables that some names reach, themselves included, in the order of the catalog."""
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += _below(pack, catalog, name)
    return [name for name in catalog.order if name in found]


def parameters_of(pack: Pack, catalog: Catalog, indicator: Indicator, names: Iterable[str]) -> list[str]:
    """Return the parameters of an indicator: of its rules, of its SELECT, and of the views it reaches."""
    texts = [level for rule in indicator.rules for level in rule.levels.values()]
    texts.append(indicator.sql)
    texts += [pack.views[name].sql for name in reached(pack, catalog, names) if name in pack.views]
    return list(dict.fromkeys(name for text in texts for name in named_in(text)))


def _below(pack: Pack, catalog: Catalog, name: str) -> Iterator[str]:
    if name in pack.derived:
        yield from pack.derived[name].inputs.values()
    elif name in pack.views:
        yield from catalog.views[name].names
