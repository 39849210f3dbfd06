"""Reads ``norms.toml`` and holds the norms that the library knows against it."""

import re

from xiezhi.engine.packs import library
from xiezhi.engine.packs.model import Law, Norm
from xiezhi.engine.packs.names import nearest
from xiezhi.engine.packs.read_laws import check_citation, check_mark
from xiezhi.engine.packs.section import Section
from xiezhi.engine.words import Words

_ID = re.compile(r"[A-Z][A-Z0-9]*-[0-9A-Z]+")
_KINDS = ("law", "practice", "statistic")
_DECIDABLE = ("data", "partial", "content", "not_a_check")


def read_norms(root: Section) -> dict[str, Norm]:
    """Return the norms of a file by id."""
    norms = {norm_id: _norm(norm_id, section) for norm_id, section in root.tables().items()}
    root.done()
    return norms


def _norm(norm_id: str, section: Section) -> Norm:
    if not _ID.fullmatch(norm_id):
        section.text.refuse(section.at, "name", f'"{norm_id}" is no id of a norm', "write one such as AP-005")
    mark = check_mark(section)
    known = library.norm(norm_id)
    norm = Norm(
        id=norm_id,
        words=section.words("name"),
        check=section.words("check"),
        basis=_basis(section, mark),
        kind=section.choice("kind", _KINDS),
        mark=mark,
        innocent=tuple(_cause(cause) for cause in section.sections("innocent")),
        decidable=section.choice("decidable", _DECIDABLE, known.decidable if known else ""),
        unchecked=section.words("unchecked", required=False),
    )
    section.done()
    if norm.kind == "law" and not any(law.law for law in norm.basis):
        message = f"{norm_id} is a norm of the law but names none"
        section.text.refuse(section.at, "missing", message, f'write [[{norm_id}.basis]] with law, or kind = "practice"')
    _compare(section, norm, known)
    return norm


def _cause(section: Section) -> Words:
    words = section.both()
    section.done()
    return words


def _basis(norm: Section, mark: str) -> tuple[Law, ...]:
    found: list[Law] = []
    for section in norm.sections("basis"):
        law, version, note = section.loose("law"), section.loose("version"), section.loose("note")
        for number, article in enumerate(section.strings("articles") or ("",)):
            found.append(Law(law, article, version, mark, note))
            check_citation(section, "articles", found[-1], number=number)
        section.done()
    return tuple(found)


def _compare(section: Section, norm: Norm, known: Norm | None) -> None:
    """A norm with an id of the library says what the library says; innocent causes are the pack's own to choose."""
    prefix = norm.id.split("-")[0]
    if known is None:
        if prefix in library.prefixes():
            message = f'the library has no norm "{norm.id}"'
            instead = nearest(norm.id, library.norms()) or f"give a norm of your own another prefix than {prefix}"
            section.text.refuse(section.at, "norm", message, instead)
        return
    for key, ours, theirs in (
        ("name", norm.words, known.words),
        ("check", norm.check, known.check),
        ("kind", norm.kind, known.kind),
        ("mark", norm.mark, known.mark),
        ("basis", norm.basis, known.basis),
    ):
        if (ours or key == "basis") and ours != theirs:
            message = f'"{key}" of {norm.id} is not what the library has'
            section.refuse(key, "norm", message, "write the library's words, or give the norm an id of your own")
