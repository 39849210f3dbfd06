"""One batch: files through one door, into Parquet by dataset and a quarantine."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.intake.ahead import ahead
from xiezhi.engine.intake.encodings import Survey, survey
from xiezhi.engine.intake.formats import form, open_reader
from xiezhi.engine.intake.model import Batch, InputFile, SourceMap
from xiezhi.engine.intake.quarantine import Quarantine
from xiezhi.engine.intake.raw import RawBatch, Reader
from xiezhi.engine.intake.references import newest_event, unresolved
from xiezhi.engine.intake.refusals import FileRefused, HeadingMissing, NothingFed
from xiezhi.engine.intake.sections import Section, sections
from xiezhi.engine.intake.settle import settle
from xiezhi.engine.intake.staged import Staged
from xiezhi.engine.intake.staging import Place, Staging
from xiezhi.engine.intake.streams import Seen
from xiezhi.engine.intake.tokens import Vault
from xiezhi.engine.packs.model import Dataset

_OVERHEAD_MB = 290  # interpreter, libraries, the chunks of text under way, and what allocators keep of them
_LEAST_MB = 100
_THREAD_MB = 55  # what a thread that hashes or sorts needs before it spills
_MOST = 1 << 16  # records of one batch


class TooLittleMemory(XiezhiError):  # noqa: N818  named by what is wrong
    """The second pass did not fit into the memory it was given, spilling included."""


@dataclass(frozen=True)
class Progress:
    """How far a file has been read. Bytes are those on disk; each file is gone through twice (survey, reading)."""

    file: str
    bytes_done: int
    bytes_total: int
    rows: int


def read_batch(
    files: Sequence[Path],
    *,
    source: SourceMap,
    datasets: Mapping[str, Dataset],
    folder: Path,
    key: bytes | None,
    first_day: date,
    last_day: date,
    threads: int = 2,
    memory_mb: int = 400,
    progress: Callable[[Progress], None] | None = None,
) -> Batch:
    """Read files into ``folder``: ``<dataset>.parquet`` for each dataset that is fed, and ``quarantine.parquet``.

    ``_row`` is the ordinal of a row, from 1, in order of file and place (batch 0); ``_file`` counts files from 1;
    ``_recorded_at`` is NULL. Rows whose key pass two rejects leave a gap in ``_row``. ``first_day`` and ``last_day``
    bound the dates of event columns. ``key`` is that of the tokens; ``memory_mb`` bounds the whole process, roughly.

    Raises:
        FileRefused: a file cannot be read to its end; then nothing is left in ``folder``.
        TokenCollision: two direct identifiers have one token.
        TooLittleMemory: ``memory_mb`` is too little for these files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    work = folder / ".staging"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    memory = max(memory_mb - _OVERHEAD_MB, _LEAST_MB)
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": max(1, min(threads, memory // _THREAD_MB)),  # each sorts and joins in memory of its own
        "memory_limit": f"{memory}MB",
        "temp_directory": str(work / "spill"),
    }
    try:
        with duckdb.connect(config=config) as connection:
            run = _Run(connection, source, datasets, folder, work, key, (first_day, last_day), progress)
            return run.read(files)
    except BaseException as error:
        for made in (*(folder / f"{name}.parquet" for name in datasets), folder / "quarantine.parquet"):
            made.unlink(missing_ok=True)
        if isinstance(error, duckdb.OutOfMemoryException):
            raise TooLittleMemory(f"these files need more than {memory_mb} MB; raise the memory limit") from error
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


@dataclass
class _Run:
    """The state of one call of ``read_batch``."""

    connection: "duckdb.DuckDBPyConnection"
    source: SourceMap
    datasets: Mapping[str, Dataset]
    folder: Path
    work: Path
    key: bytes | None
    days: tuple[date, date]
    progress: Callable[[Progress], None] | None
    records: int = 0
    fed: dict[str, frozenset[str]] = field(default_factory=dict)

    def read(self, files: Sequence[Path]) -> Batch:
        feeding = sections(self.source, self.datasets)
        taking = {path: _taking(path, feeding) for path in files}
        meters = {path: _Meter(path, self.progress) for path in files}
        surveyed = _different([survey(path, self.source.encoding, meters[path].seen) for path in files])
        vault = Vault(self.key)
        with closing(Quarantine(self.folder / "quarantine.parquet")) as quarantine:
            staging = {
                section.dataset.name: self._staging(section, vault, quarantine)
                for section in feeding
                if any(section in taken for taken in taking.values())
            }
            inputs = []
            for number, one in enumerate(surveyed, start=1):
                fed = [staging[section.dataset.name] for section in taking[one.path]]
                inputs.append(self._file(one, number, fed, meters[one.path], quarantine))
            for done in staging.values():
                done.close()
            pa.default_memory_pool().release_unused()  # what pass one took serves pass two
            staged = [Staged(s.section, s.path, self.fed[name]) for name, s in staging.items()]
            paths = {file.number: file.path for file in inputs}
            accepted = settle(self.connection, staged, self.folder, quarantine, paths)
        return Batch(
            folder=self.folder,
            datasets={name: (f"{name}.parquet",) for name in accepted},
            fed={one.dataset.name: one.all_fed for one in staged},
            files=tuple(inputs),
            quarantine=quarantine.path,
            accepted=accepted,
            quarantined=dict(quarantine.records),
            newest_event=newest_event(self.connection, staged, self.folder),
            vault=vault.texts,
            open_tokens=frozenset(vault.opened),
            unresolved=unresolved(self.connection, staged, self.folder, self.datasets),
        )

    def _staging(self, section: Section, vault: Vault, quarantine: Quarantine) -> Staging:
        return Staging(
            section,
            self.work / f"{section.dataset.name}.parquet",
            connection=self.connection,
            vault=vault,
            quarantine=quarantine,
            days=self.days,
        )

    def _file(
        self, surveyed: Survey, number: int, staging: list[Staging], meter: "_Meter", quarantine: Quarantine
    ) -> InputFile:
        path = str(surveyed.path)
        reader = open_reader(surveyed, meter.seen)
        wanted = frozenset(h for one in staging for h in one.section.wanted)
        withheld = any(c.privacy == "direct" for one in staging for c in one.section.dataset.columns.values())
        if reader.known:
            self._feed(path, reader, staging)
        records = 0
        for batch in ahead(_pieces(reader.batches(wanted))):
            place = Place(path, number, self.records)
            for one in staging:
                one.take(batch, place)
            quarantine.faults(batch.faults, file=path, withheld=withheld)
            self.records += len(batch.line)
            records += len(batch.line) + batch.faults.num_rows
            meter.report(records)
        if not reader.known:
            self._feed(path, reader, staging)
        return InputFile(number, path, surveyed.sha256, records)

    def _feed(self, path: str, reader: Reader, staging: list[Staging]) -> None:
        """Note which columns the file feeds; a column counts as fed only where every file of its dataset feeds it."""
        for one in staging:
            name = one.section.dataset.name
            there = {
                feed.column.name: feed.map.column is None or feed.map.column in reader.headings
                for feed in one.section.feeds
            }
            missing = [f for f in one.section.feeds if f.needed and not there[f.column.name]]
            if missing:
                headings = ", ".join(list(reader.headings)[:40]) or "none"
                raise HeadingMissing(
                    path,
                    f"has no heading {missing[0].map.column!r}, which feeds {name}.{missing[0].column.name}; "
                    f"name it in the mapping. Headings of the file: {headings}",
                )
            fed = frozenset(column for column, given in there.items() if given)
            self.fed[name] = self.fed.get(name, fed) & fed


def _pieces(batches: Iterable[RawBatch]) -> Iterator[RawBatch]:
    """Yield batches that are not too large, however short their records are."""
    for batch in batches:
        yield from batch.pieces(_MOST)


class _Meter:
    """Adds up the bytes of both passes over one file for whoever watches."""

    def __init__(self, path: Path, progress: Callable[[Progress], None] | None) -> None:
        self.path = str(path)
        self.progress = progress
        self.total = path.stat().st_size if path.is_file() else 0
        self.passed = 0
        self.rows = 0
        self.seen: Seen = self._seen

    def report(self, rows: int) -> None:
        """Tell how many records have been read."""
        self.rows = rows
        if self.progress is not None:
            self.progress(Progress(self.path, min(self.passed // 2, self.total), self.total, rows))

    def _seen(self, piece: bytes) -> None:
        self.passed += len(piece)
        self.report(self.rows)


def _taking(path: Path, feeding: Sequence[Section]) -> tuple[Section, ...]:
    form(path)
    found = tuple(section for section in feeding if section.takes(path))
    if not found:
        patterns = ", ".join(f"[{s.dataset.name}] files = {s.files!r}" for s in feeding)
        raise NothingFed(str(path), f"no section of the mapping takes this file ({patterns or 'there is none'})")
    return found


def _different(surveyed: list[Survey]) -> list[Survey]:
    first: dict[str, Survey] = {}
    for one in surveyed:
        if one.sha256 in first:
            raise FileRefused(str(one.path), f"is the same file as {first[one.sha256].path}; hand it in once")
        first[one.sha256] = one
    return surveyed
