"""The sentence of a finding: value names and subject columns in braces, filled in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from xiezhi.engine.columns import Kind
from xiezhi.engine.findings.texts import Text
from xiezhi.engine.findings.written import plainly
from xiezhi.engine.packs.model import Column, Dataset, Indicator, Pack
from xiezhi.engine.words import Words

_NAME = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_EMPTY = Words("（空）", "(empty)")
_UNIT_OF_KIND = {Kind.DATE: "date", Kind.TIME: "time", Kind.MONEY: "fen", Kind.BOOLEAN: "yes/no"}

Codes = Mapping[str, Words]


@dataclass(frozen=True)
class Manner:
    """How a column is written: what it is called (empty where nobody said), its unit, the words of its codes."""

    words: Words
    unit: str = ""
    codes: Codes | None = None


def sentence(template: Words, values: Mapping[str, Text], manners: Mapping[str, Manner] | None = None) -> Words:
    """Return the template with every name in braces replaced by its value, in both languages.

    The template says the unit; ``manners`` say how a date, an amount or a code is written.
    """
    told = {name: _told(values.get(name), (manners or {}).get(name)) for name in _names(template)}
    return Words(
        _NAME.sub(lambda found: told[found[1]].zh, template.zh),
        _NAME.sub(lambda found: told[found[1]].en, template.en),
    )


def manners_of(pack: Pack, indicator: Indicator) -> dict[str, Manner]:
    """Return how each output column that the page declares is written."""
    found = {}
    for name in dict.fromkeys((*indicator.values, *indicator.part, *indicator.labels)):
        label = indicator.labels.get(name)
        codes = codes_of(pack, label.codes) if label is not None and label.codes else None
        found[name] = Manner(label.words if label is not None else Words("", ""), indicator.values.get(name, ""), codes)
    return found


def manner_of_column(dataset: Dataset, column: Column) -> Manner:
    """Return how a column of a dataset is written."""
    codes = {code.value: code.words for code in dataset.codes[column.codes]} if column.codes else None
    return Manner(column.words, _UNIT_OF_KIND.get(column.type.kind, ""), codes)


def codes_of(pack: Pack, name: str) -> Codes:
    """Return the words of a code list, looked up in every dataset of the pack; nothing where there is none."""
    return {code.value: code.words for dataset in pack.datasets.values() for code in dataset.codes.get(name, ())}


def _names(template: Words) -> set[str]:
    return {*_NAME.findall(template.zh), *_NAME.findall(template.en)}


def _told(value: Text, manner: Manner | None) -> Words:
    if value is None:
        return _EMPTY
    return plainly(value, manner.unit if manner else "", manner.codes if manner else None)
