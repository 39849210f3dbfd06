"""Datasets made by hand, and one call that reads files with them."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from xiezhi.engine.columns import ColumnType, Kind, Privacy
from xiezhi.engine.intake.batch import read_batch
from xiezhi.engine.intake.defaults import default_mapping
from xiezhi.engine.intake.mapping import load_mapping
from xiezhi.engine.intake.model import Batch
from xiezhi.engine.packs.model import Code, Column, Dataset, Reference, Subject
from xiezhi.engine.words import Words


def column(name: str, kind: str = "text", **more: Any) -> Column:
    decimal = kind.removeprefix("decimal(").removesuffix(")").split(",") if kind.startswith("decimal") else None
    made = ColumnType(Kind.DECIMAL, int(decimal[0]), int(decimal[1])) if decimal else ColumnType(Kind(kind))
    return Column(name, made, Words(more.pop("zh", ""), more.pop("en", "")), **more)


def dataset(name: str, key: tuple[str, ...], *columns: Column, **more: Any) -> Dataset:
    return Dataset(name, Words(name, name), {c.name: c for c in columns}, key, Path(f"{name}.toml"), **more)


CASES = dataset(
    "cases",
    ("case_no",),
    column("case_no", required=True, zh="办件编号", en="Case number", aliases=("办件号", "case:concept:name")),
    column("case_id", "surrogate", of=("case_no",)),
    column("channel", "code", codes="channel", zh="渠道"),
    column("opened_at", "time", event=True),
    column("due_at", "time"),
    column("ended_on", "date"),
    column("fee", "money"),
    column("area", "decimal(8,2)"),
    column("pages", "integer"),
    column("online", "boolean"),
    column("uscc", check="cn.uscc"),
    column("officer", privacy=Privacy.DIRECT, zh="承办人"),
    column("remark"),
    zone="Asia/Shanghai",
    cluster=("case_id",),
    codes={"channel": (Code("net", Words("网", "Net")), Code("window", Words("窗", "Window")))},
    subject=Subject("case", "case_no"),
)
EVENTS = dataset(
    "case_events",
    ("case_no", "activity", "happened_at", "nth"),
    column("case_no", required=True, aliases=("case:concept:name",)),
    column("case_id", "surrogate", of=("case_no",)),
    column("activity", required=True, aliases=("concept:name",)),
    column("happened_at", "time", required=True, event=True, aliases=("time:timestamp",)),
    column("nth", "occurrence", of=("case_no", "activity", "happened_at")),
    column("actor", privacy=Privacy.DIRECT, aliases=("org:resource",)),
    cluster=("case_id",),
    references=(Reference(("case_no",), "cases"),),
)
DATASETS = {d.name: d for d in (CASES, EVENTS)}


class Intake:
    """Writes files and reads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs = 0

    def file(self, name: str, content: bytes | str) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def read(
        self,
        *files: Path,
        mapping: str | None = None,
        datasets: Mapping[str, Dataset] = DATASETS,
        days: tuple[date, date] = (date(1990, 1, 1), date(2030, 12, 31)),
        **more: Any,
    ) -> Batch:
        self.runs += 1
        if mapping is None:
            source = default_mapping(files, datasets)
        else:
            source = load_mapping(self.file(f"map{self.runs}.toml", mapping), datasets)
        return read_batch(
            files,
            source=source,
            datasets=datasets,
            folder=self.folder / f"out{self.runs}",
            first_day=days[0],
            last_day=days[1],
            **{"key": None, **more},
        )


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    return Intake(tmp_path)


@pytest.fixture
def rows() -> Callable[..., list[dict[str, Any]]]:
    """Return the accepted rows of a dataset, or the quarantine, as dictionaries."""

    def read(batch: Batch, name: str, *columns: str) -> list[dict[str, Any]]:
        path = batch.quarantine if name == "quarantine" else batch.folder / batch.datasets[name][0]
        return pq.read_table(path, columns=list(columns) or None).to_pylist()

    return read


@pytest.fixture
def datasets() -> dict[str, Dataset]:
    return DATASETS
