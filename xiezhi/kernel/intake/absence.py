"""Which live rows a delivery leaves out, and so withdraws; and keys that two sources may not share."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.packs.model import Dataset
from xiezhi.engine.snapshot.relation import literal, live_sql, quoted
from xiezhi.kernel.intake.arrival import Arrival, Delivery
from xiezhi.kernel.intake.models import Batch
from xiezhi.kernel.intake.texts import template

MOST_ABSENT = 0.10  # of a source's live rows; more need a person's word


class KeysShared(XiezhiError):  # noqa: N818  named by what it says
    """Two sources of one field give rows with one key: they are refused, never merged."""


class TooManyAbsent(XiezhiError):  # noqa: N818  named by what it says
    """A whole delivery leaves out so many rows that a person must confirm it."""

    def __init__(self, dataset: str, absent: int, live: int) -> None:
        self.dataset, self.absent, self.live = dataset, absent, live
        super().__init__(
            f"{dataset}: {absent} of {live} rows of this source are absent from the delivery: confirm it or hand in all"
        )


def bind_mine(connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> None:
    """Make the table ``mine``: the batches of the source, by which a stored row is known to be its."""
    numbers = list(Batch.objects.filter(source=arrival.source, version__isnull=False).values_list("pk", flat=True))
    connection.register("mine_told", pa.table({"batch": pa.array(numbers, pa.int64())}))
    connection.execute("CREATE TABLE mine AS SELECT batch FROM mine_told")


def bind_units(connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> None:
    """Make the table ``units``: the units that this delivery replaces in every dataset of the document."""
    selects = [
        f"SELECT CAST({quoted(delivery.unit)} AS VARCHAR) AS unit FROM {scan(arrival.files[name])}"
        for name, delivery in arrival.deliveries.items()
        if delivery.mode == "unit"
    ] or ["SELECT CAST(NULL AS VARCHAR) AS unit WHERE false"]
    connection.execute(f"CREATE TABLE units AS SELECT DISTINCT unit FROM ({' UNION ALL '.join(selects)})")


def absent_keys(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    *,
    staged: Path,
    existing: Sequence[str],
    delivery: Delivery,
    spared: str,
    unread: int,
    confirm: bool,
) -> pa.Table | None:
    """Return the keys of the source's live rows that this delivery leaves out; None where it leaves out none.

    ``spared``: a condition on ``held``, the live rows, under which a row counts as present: it stands in quarantine.
    ``unread``: records that could not be taken apart, so that nobody can tell which rows they are.

    Raises:
        TooManyAbsent: more than a tenth of them, or any where records are unread, and nobody has confirmed it.
    """
    if delivery.mode == "rows" or not existing:
        return None
    bounds = {
        "unit": f"CAST({quoted(delivery.unit)} AS VARCHAR) IN (SELECT unit FROM units)",
        "snapshot": "true",
    }[delivery.mode]
    if delivery.within:
        column = quoted(delivery.within)
        bounds = f"{column} IN (SELECT {column} FROM {scan(staged)})"
    columns = {**dataset.stored, "_row": "BIGINT"}
    sql = template("absent_of_source").format(live=live_sql(connection, existing, columns, clean=False), bounds=bounds)
    connection.execute(f"CREATE OR REPLACE TABLE held AS {sql}")
    key = ", ".join(quoted(name) for name in dataset.key)
    gone = connection.sql(
        f"SELECT {key} FROM held ANTI JOIN {scan(staged)} AS staged USING ({key}) WHERE NOT ({spared})"
    ).to_arrow_table()
    if delivery.mode == "snapshot" and delivery.guarded and not confirm:
        ((live,),) = connection.execute("SELECT count(*) FROM held").fetchall()
        if gone.num_rows > live * MOST_ABSENT or (unread and gone.num_rows):
            raise TooManyAbsent(dataset.name, gone.num_rows, live)
    return gone if gone.num_rows else None


def refuse_shared(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, *, staged: Path, existing: Sequence[str], source: str
) -> None:
    """Refuse rows whose key a live row of another source has.

    Raises:
        KeysShared: names the first such key.
    """
    if not existing:
        return
    key = ", ".join(quoted(name) for name in dataset.key)
    columns = {**{name: dataset.stored[name] for name in dataset.key}, "_row": "BIGINT"}
    live = live_sql(connection, existing, columns, clean=False)
    sql = template("shared_keys").format(live=live, staged=scan(staged), key=key)
    found = connection.execute(sql).fetchall()
    if found:
        told = ", ".join(f"{name} = {value}" for name, value in zip(dataset.key, found[0], strict=True))
        raise KeysShared(
            f"{source}: {dataset.name} {told} is a row of another source already; two sources of a field may not share"
            ' keys: give this one a prefix in its mapping, such as prefix = "B-"'
        )


def scan(path: Path) -> str:
    """Return a staged file as SQL."""
    return f"read_parquet({literal(str(path))})"
