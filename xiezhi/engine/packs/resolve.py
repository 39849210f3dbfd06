"""Holds the texts of a pack against each other: every name that one of them uses must be another's."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from xiezhi.engine.errors import Issue, Place
from xiezhi.engine.packs import library
from xiezhi.engine.packs.citations import parse_citation
from xiezhi.engine.packs.locate import KeyPath
from xiezhi.engine.packs.model import Dataset, Indicator, Law, Reference
from xiezhi.engine.packs.names import NAME, nearest, one_of
from xiezhi.engine.packs.scalars import fits, said
from xiezhi.engine.packs.section import Section
from xiezhi.engine.packs.texts import Texts

_SYSTEM = ("sys.", "values.")


def resolve(texts: Texts) -> None:
    """Note every name that resolves to nothing, and give indicators without a basis that of their norms."""
    _check_tables(texts)
    for dataset in texts.datasets.values():
        for number, reference in enumerate(dataset.references):
            _check_reference(texts, dataset, number, reference)
    for derived in texts.derived.values():
        known = _tables(texts)
        if texts.unread & {"datasets", "views", "parameters", "platform.toml"}:
            break
        for role, name in derived.inputs.items():
            if name and name not in known:
                root = texts.sections[derived.path]
                message = f'input "{role}" names no dataset or view: "{name}"'
                root.text.refuse(("inputs", role), "unknown", message, one_of(name, known))
    for indicator in texts.indicators.values():
        front = texts.pages[indicator.page_path].front
        _check_norms(texts, front, indicator)
        _check_reads(texts, front, indicator)
        _check_assumptions(texts, front, indicator)
        _check_checkpoint(texts, front, indicator)
        texts.indicators[indicator.id] = replace(indicator, basis=indicator.basis or _basis(texts, indicator))
    _check_citations(texts)


def _check_checkpoint(texts: Texts, front: Section, indicator: Indicator) -> None:
    codes = [code.value for dataset in texts.datasets.values() for code in dataset.codes.get("checkpoint", ())]
    if indicator.checkpoint and indicator.checkpoint not in codes and "datasets" not in texts.unread:
        message = f'"{indicator.checkpoint}" is no value of a code list called "checkpoint"'
        front.refuse("checkpoint", "unknown", message, one_of(indicator.checkpoint, tuple(codes)))


def _tables(texts: Texts) -> tuple[str, ...]:
    return (*texts.datasets, *texts.views, *texts.derived, *texts.tables, *texts.reads)


def _check_tables(texts: Texts) -> None:
    """SQL sees datasets, views, derived datasets and reference tables under one roof."""
    owners: dict[str, str] = {}
    named: list[tuple[str, Path, KeyPath]] = [(d.name, d.path, ()) for d in texts.datasets.values()]
    named += [(v.name, v.sql_path.with_suffix(".md"), ()) for v in texts.views.values()]
    named += [(d.name, d.path, ()) for d in texts.derived.values()]
    named += [(t.name, t.path, (t.name,)) for t in texts.tables.values()]
    for name, path, at in named:
        shown = f"{path.parent.name}/{path.name}"
        if name in owners and owners[name] != shown:
            text = (texts.sections.get(path) or texts.pages[path].front).text
            text.refuse(at, "duplicate", f'"{name}" is the name of {owners[name]} too', "rename one of them")
        owners.setdefault(name, shown)


def _check_reference(texts: Texts, dataset: Dataset, number: int, reference: Reference) -> None:
    text = texts.sections[dataset.path].text
    if not reference.dataset or reference.dataset in texts.reads or texts.unread & {"datasets", "platform.toml"}:
        return
    target = texts.datasets.get(reference.dataset)
    at: KeyPath = ("references", number, "dataset")
    if target is None:
        known = (*texts.datasets, *texts.reads)
        text.refuse(at, "unknown", f'no dataset "{reference.dataset}"', one_of(reference.dataset, known))
        return
    if not target.key:
        return
    ours = [dataset.columns[name].stored for name in reference.columns]
    theirs = [target.columns[name].stored for name in target.key]
    if [list(kinds.values()) for kinds in ours] != [list(kinds.values()) for kinds in theirs]:
        message = f'the columns do not match the key of "{target.name}" in number and type'
        text.refuse(("references", number, "columns"), "key", message, f"its key is {', '.join(target.key)}")


def _check_norms(texts: Texts, front: Section, indicator: Indicator) -> None:
    if not indicator.norms and not indicator.basis:
        message = "the indicator names no norm and no basis"
        front.refuse("norms", "missing", message, 'write norms = ["AP-005"], or [[basis]] with law and article')
    for number, norm_id in enumerate(indicator.norms):
        if norm_id not in texts.norms and "norms.toml" not in texts.unread:
            at = ("norms", number)
            instead = nearest(norm_id, texts.norms) or f"write [{norm_id}] in norms.toml"
            front.text.refuse(at, "norm", f'norms.toml has no norm "{norm_id}"', instead)


def _basis(texts: Texts, indicator: Indicator) -> tuple[Law, ...]:
    cited = (law for norm_id in indicator.norms if norm_id in texts.norms for law in texts.norms[norm_id].basis)
    return tuple(dict.fromkeys(cited))


def _check_reads(texts: Texts, front: Section, indicator: Indicator) -> None:
    for number, name in enumerate(indicator.reads):
        if name not in texts.reads and not name.startswith(_SYSTEM) and "platform.toml" not in texts.unread:
            message = f'"{name}" is not among the reads of platform.toml'
            front.text.refuse(("reads", number), "unknown", message, nearest(name, texts.reads) or "add it there")


def _check_assumptions(texts: Texts, front: Section, indicator: Indicator) -> None:
    for number, assumption in enumerate(indicator.assumes):
        at = ("assumes", number, "target")
        name, _, column_name = assumption.target.partition(".")
        dataset = texts.datasets.get(name)
        if dataset is None:
            if name and "datasets" not in texts.unread:
                message = f'"{assumption.target}" is no dataset and no column'
                front.text.refuse(at, "unknown", message, one_of(name, texts.datasets))
            continue
        if not column_name:
            if assumption.value is not None:
                message = "a dataset can only be taken as empty"
                front.text.refuse((*at[:2], "value"), "choice", message, f"leave out value, or write {name}.<column>")
            continue
        empty = front.values["assumes"][number].get("empty") is True
        _check_assumed_column(front, at, dataset, column_name, assumption.value, empty=empty)


def _check_assumed_column(front: Section, at: KeyPath, dataset: Dataset, name: str, value: Any, *, empty: bool) -> None:
    column = dataset.columns.get(name)
    if column is None:
        message = f'dataset "{dataset.name}" has no column "{name}"'
        front.text.refuse(at, "unknown", message, one_of(name, dataset.columns))
    elif empty:
        if name in dataset.not_null:
            message = f'"{name}" is never empty in "{dataset.name}"'
            front.text.refuse((*at[:2], "empty"), "choice", message, f"write value = {said(column.type)}")
    elif value is None:
        message = f'nothing says what "{name}" is taken for'
        front.text.refuse(at, "missing", message, f"write value = {said(column.type)}, or empty = true")
    elif not fits(value, column.type):
        message = f'the value taken for "{name}" is not {said(column.type)}'
        front.text.refuse((*at[:2], "value"), "type", message, f"write {said(column.type)}")


def _check_citations(texts: Texts) -> None:
    """Each article that the library holds and a text cites must stand in laws/; what it holds not is cited only."""
    if "laws" in texts.unread:
        return
    roots = [root for path, root in texts.sections.items() if path.parent.name != "laws"]
    roots += [page.front for page in texts.pages.values()]
    for root in roots:
        for at, law, version, number in _citations(root.values, ()):
            article = library.article(law, version, number)
            if article is not None and (law, version, article.article) not in texts.laws:
                message = f"laws/ does not hold article {article.article} of {law} ({version})"
                instead = f"copy it into laws/{article.abbr}.toml from the library, {article.title}"
                root.text.refuse(at, "law-missing", message, instead)


def _citations(value: Any, at: KeyPath) -> Iterator[tuple[KeyPath, str, str, str]]:
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _citations(item, (*at, number))
    if not isinstance(value, dict):
        return
    law, version = value.get("law"), value.get("version")
    if isinstance(law, str) and isinstance(version, str):
        if isinstance(value.get("article"), str):
            yield (*at, "article"), law, version, value["article"]
        numbers = value.get("articles")
        for number, article in enumerate(numbers if isinstance(numbers, list) else ()):
            if isinstance(article, str) and parse_citation(article):
                yield (*at, "articles", number), law, version, article
    for key, item in value.items():
        yield from _citations(item, (*at, key))


def check_ids(texts: Texts) -> None:
    """Note a folder whose name cannot be the id of a field."""
    folder = texts.folder.path
    if not NAME.fullmatch(folder.name):
        message = f'the folder\'s name "{folder.name}" is no id of a field'
        instead = "use small letters, digits and underscores, a letter first"
        texts.issues.append(Issue(Place(folder), "name", message, instead))
