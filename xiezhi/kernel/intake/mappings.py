"""The mapping of a source, kept as text, read against the datasets of its field."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from xiezhi.engine.intake.mapping import default_mapping, load_mapping
from xiezhi.engine.intake.model import SourceMap
from xiezhi.engine.packs.model import Pack
from xiezhi.kernel.intake.models import Source


def mapping_of(source: Source, pack: Pack, files: Sequence[Path]) -> SourceMap:
    """Return the mapping of a source, or the one that the names of its files and headings speak for.

    Raises:
        AuthorError: the mapping is wrong; each issue names its line.
        NothingFed, HeadingMissing: without a mapping, a file's name or headings say nothing.
    """
    if not source.mapping.strip():
        return default_mapping(files, pack.datasets)
    return read_mapping(source.code, source.mapping, pack)


def read_mapping(code: str, text: str, pack: Pack) -> SourceMap:
    """Return a mapping out of its text.

    Raises:
        AuthorError: the mapping is wrong; each issue names its line.
    """
    with tempfile.TemporaryDirectory(prefix="xiezhi-mapping-") as folder:
        path = Path(folder) / f"{code}.toml"
        path.write_text(text, encoding="utf-8")
        return load_mapping(path, pack.datasets)
