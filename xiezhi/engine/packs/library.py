"""The laws and norms that ship with the engine. A pack's own texts are checked against them, word by word.

`data/README.md` says what they are and where they are from.
"""

import gzip
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import orjson

from xiezhi.engine.packs.citations import parse_citation
from xiezhi.engine.packs.model import Article, Law, Norm
from xiezhi.engine.words import Words


def article(law: str, version: str, number: str) -> Article | None:
    """Return an article by full title, version and number; ``32(4)`` gives article 32. None: not in the library."""
    cited = parse_citation(number)
    return None if cited is None else laws().get((law, version), {}).get(cited.article)


def norm(norm_id: str) -> Norm | None:
    """Return a norm by its id, such as ``AP-005``; None when the library has none of that id."""
    return norms().get(norm_id)


@lru_cache(maxsize=1)
def laws() -> Mapping[tuple[str, str], Mapping[str, Article]]:
    """Return (full title, version) → article number → article."""
    found: dict[tuple[str, str], dict[str, Article]] = {}
    for row in _rows("laws.jsonl.gz"):
        read = _article(row)
        found.setdefault((read.law, read.version), {})[read.article] = read
    return found


@lru_cache(maxsize=1)
def norms() -> Mapping[str, Norm]:
    """Return id → norm, in the order of the library."""
    return {row["id"]: _norm(row) for row in _rows("norms.jsonl.gz")}


@lru_cache(maxsize=1)
def prefixes() -> frozenset[str]:
    """Return the areas of the library's ids: ``AP`` of ``AP-005``. A pack's own norms take another."""
    return frozenset(norm_id.split("-")[0] for norm_id in norms())


def _rows(name: str) -> list[dict[str, Any]]:
    packed = (files("xiezhi.engine.packs") / "data" / name).read_bytes()
    return [orjson.loads(line) for line in gzip.decompress(packed).splitlines()]


def _article(row: dict[str, Any]) -> Article:
    return Article(
        law=row["law"],
        abbr=row["abbr"],
        version=row["version"],
        article=str(row["article"]),
        title=row["article_zh"],
        paragraphs=tuple(tuple(lines) for lines in row["paragraphs"]),
        source=row["source"],
    )


def _norm(row: dict[str, Any]) -> Norm:
    return Norm(
        id=row["id"],
        words=Words(row["name_zh"], row["name_en"]),
        check=Words(row["check_zh"], row["check_en"]),
        basis=tuple(
            Law(basis["law"], cited, basis["version"], row["mark"], basis["note"])
            for basis in row["basis"]
            for cited in basis["articles"] or [""]
        ),
        kind=row["kind"],
        mark=row["mark"],
        innocent=tuple(Words(cause["zh"], cause["en"]) for cause in row["innocent"]),
        decidable=row["decidable"],
    )
