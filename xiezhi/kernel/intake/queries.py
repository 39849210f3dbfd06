"""What pages show of this room: sources and how their feeds do, batches, rows in quarantine, subjects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import Answer, may
from xiezhi.kernel.access.scope import reach
from xiezhi.kernel.intake.feeds import HEARD, due_after
from xiezhi.kernel.intake.models import Batch, QuarantinedRow, Source
from xiezhi.kernel.intake.permissions import SEES
from xiezhi.kernel.intake.wording import FEEDS, KINDS, ROW_STATES, STATES, told_of
from xiezhi.kernel.listing import Choice, Column, Filter, Listing, Preset


class NoSuchRow(XiezhiError):  # noqa: N818  named by what it says
    """There is no such row, or none that this reader may see."""


@dataclass(frozen=True)
class SourceRow:
    """A source in a list. ``last``: when it was last heard; ``due``: the day by whose end it is heard again."""

    code: str
    field: str
    words: Words
    owner: str
    state: Words
    sound: bool
    last: datetime | None
    due: date | None
    silent_since: datetime | None
    open_rows: int


@dataclass(frozen=True)
class BatchRow:
    """A batch in a list. ``told``: one sentence on what became of it. Counts are over all datasets."""

    number: int
    source: str
    source_words: Words
    received_at: datetime
    by: str
    kind: Words
    state: str
    state_words: Words
    told: Words
    accepted: int
    stored: int
    quarantined: int
    version: int | None


@dataclass(frozen=True)
class QuarantineRow:
    """A row in quarantine, whole. ``row``: heading → text as read, tokens in place of names."""

    key: str
    batch: int
    source: str
    source_words: Words
    file: str
    line: int
    dataset: str
    column: str
    reason: Words
    value: str
    row: tuple[tuple[str, str], ...]
    state: str
    state_words: Words
    settled_at: datetime | None
    settled_batch: int | None
    note: str


@dataclass(frozen=True)
class QuarantinePage:
    """One row in quarantine and whether this reader may mend it."""

    row: QuarantineRow
    mend: Answer


@dataclass(frozen=True)
class BatchPage:
    """One batch with its counts by dataset: accepted, new or changed, quarantined; and its files."""

    batch: BatchRow
    datasets: tuple[tuple[str, int, int, int], ...]
    unresolved: tuple[tuple[str, int], ...]
    files: tuple[tuple[str, str, int], ...]  # name, SHA-256, records
    confirm: Answer


def batch_page(actor: Actor, number: int) -> BatchPage:
    """Return one batch.

    Raises:
        NoSuchRow: there is none that the actor may see.
    """
    batch = _batches(actor).filter(pk=number).first()
    if batch is None:
        raise NoSuchRow(f"there is no batch {number} within your scope")
    names = sorted({*batch.accepted, *batch.stored, *batch.quarantined})
    counts = tuple(
        (name, batch.accepted.get(name, 0), batch.stored.get(name, 0), batch.quarantined.get(name, 0)) for name in names
    )
    files = tuple((file["path"], file["sha256"], file["records"]) for file in batch.files)
    confirm = may(actor, "intake.import", batch.source)
    return BatchPage(_batch_row(batch), counts, tuple(sorted(batch.unresolved.items())), files, confirm)


def quarantine_page(actor: Actor, key: int) -> QuarantinePage:
    """Return one row in quarantine.

    Raises:
        NoSuchRow: there is none that the actor may see.
    """
    row = _quarantined(actor).filter(pk=key).first()
    if row is None:
        raise NoSuchRow(f"there is no row {key} in quarantine within your scope")
    return QuarantinePage(_quarantine_row(row), may(actor, "intake.mend", row))


def open_rows(actor: Actor) -> int:
    """Return how many rows in quarantine wait for somebody who sees what the actor sees."""
    return _quarantined(actor).filter(state=QuarantinedRow.State.OPEN).count()


def sources_of(actor: Actor) -> QuerySet[Source]:
    """Return the sources whose data quality the actor may see."""
    return Source.objects.filter(_within(actor, ""))


def _within(actor: Actor, before: str) -> Q:
    condition = Q(pk__in=())
    for part in reach(actor, SEES):
        inside = Q(pk__isnull=False)
        if part.organisations is not None:
            inside &= Q(**{f"{before}owner__in": sorted(part.organisations)})
        if part.field is not None:
            inside &= Q(**{f"{before}field": part.field})
        condition |= inside
    return condition


def _batches(actor: Actor) -> QuerySet[Batch]:
    return Batch.objects.filter(_within(actor, "source__")).select_related("source")


def _quarantined(actor: Actor) -> QuerySet[QuarantinedRow]:
    return QuarantinedRow.objects.filter(_within(actor, "batch__source__")).select_related("batch__source")


def _sources(actor: Actor) -> QuerySet[Source]:
    heard = Batch.objects.filter(source=OuterRef("pk"), state__in=HEARD).order_by("-received_at", "-pk")
    files = heard.filter(kind="file")
    still_open = (
        QuarantinedRow.objects.filter(batch__source=OuterRef("pk"), state=QuarantinedRow.State.OPEN)
        .order_by()
        .values("batch__source")
        .annotate(rows=Count("pk"))
        .values("rows")
    )
    return sources_of(actor).annotate(
        last=Subquery(heard.values("received_at")[:1]),
        last_file=Subquery(files.values("received_at")[:1]),
        open_rows=Subquery(still_open),
    )


def _source_row(source: Any) -> SourceRow:
    return SourceRow(
        source.code,
        source.field,
        _words(source),
        source.owner,
        FEEDS[Source.Feed(source.feed_state)],
        source.stale_since is None,
        source.last,
        due_after(source, source.last_file),
        source.stale_since,
        source.open_rows or 0,
    )


def _words(source: Source) -> Words:
    return Words(source.name_zh, source.name_en or source.name_zh)


def _batch_row(batch: Batch) -> BatchRow:
    return BatchRow(
        batch.pk,
        batch.source.code,
        _words(batch.source),
        batch.received_at,
        batch.by_name,
        KINDS.get(batch.kind, NOTHING),
        batch.state,
        STATES[Batch.State(batch.state)],
        told_of(batch),
        sum(batch.accepted.values()),
        sum(batch.stored.values()),
        sum(batch.quarantined.values()),
        batch.version_id,
    )


def _quarantine_row(row: QuarantinedRow) -> QuarantineRow:
    return QuarantineRow(
        str(row.pk),
        row.batch_id,
        row.batch.source.code,
        _words(row.batch.source),
        row.file,
        row.line,
        row.dataset,
        row.column,
        Words(row.reason_zh, row.reason_en),
        row.value,
        tuple((heading, "" if text is None else str(text)) for heading, text in row.row.items()),
        row.state,
        ROW_STATES[QuarantinedRow.State(row.state)],
        row.settled_at,
        row.settled_batch_id,
        row.note,
    )


def _choices(words: dict[Any, Words]) -> Any:
    def offered(_actor: Actor) -> Sequence[Choice]:
        return [Choice(str(value), told) for value, told in words.items()]

    return offered


def _source_choices(actor: Actor) -> Sequence[Choice]:
    return [Choice(source.code, _words(source)) for source in sources_of(actor).order_by("code")]


def _named(text: str) -> Q:
    return Q(code__icontains=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text)


def _numbered(text: str) -> Q:
    return Q(batch_id=int(text)) if text.isascii() and text.isdigit() else Q(pk__in=())


def _holding(text: str) -> Q:
    return Q(file__icontains=text) | Q(column__icontains=text) | Q(value__icontains=text) | Q(reason_zh__icontains=text)


SOURCES: Listing[Source, SourceRow] = Listing(
    name="sources",
    words=Words("数据来源", "Sources"),
    columns=(
        Column(
            "name", Words("来源", "Source"), lambda row: row.words, "words", ("name_zh",), second=lambda row: row.code
        ),
        Column("field", Words("监管平台", "Field"), lambda row: row.field, "text", ("field",)),
        Column("owner", Words("责任单位", "Owner"), lambda row: row.owner, "organisation", ("owner",)),
        Column("state", Words("状态", "State"), lambda row: row.state, "words", ("feed_state",)),
        Column("last", Words("最近一批", "Last heard"), lambda row: row.last, "time", ("last",)),
        Column("due", Words("最迟应报", "Expected by"), lambda row: row.due, "date"),
        Column(
            "silent_since", Words("此后无数据", "No data since"), lambda row: row.silent_since, "time", ("stale_since",)
        ),
        Column("open_rows", Words("待更正行", "Rows to correct"), lambda row: row.open_rows, "number", ("open_rows",)),
    ),
    visible=_sources,
    row=_source_row,
    filters=(
        Filter("q", Words("名称或代码", "Name or code"), _named, "text"),
        Filter("state", Words("状态", "State"), lambda value: Q(feed_state=value), choices=_choices(FEEDS), many=True),
    ),
    presets=(Preset("silent", Words("不正常", "Not sound"), lambda _actor: Q(stale_since__isnull=False)),),
    order=("-stale_since", "code"),
    key=lambda row: row.code,
    empty=Words("还没有数据来源。", "There is no source yet."),
)

BATCHES: Listing[Batch, BatchRow] = Listing(
    name="batches",
    words=Words("数据批次", "Batches"),
    columns=(
        Column("number", Words("批号", "Batch"), lambda row: row.number, "number", ("pk",)),
        Column("source", Words("来源", "Source"), lambda row: row.source_words, "words", ("source__code",)),
        Column("received_at", Words("收到时间", "Received"), lambda row: row.received_at, "time", ("received_at",)),
        Column("by", Words("报送人", "Handed in by"), lambda row: row.by, "text", ("by_name",)),
        Column("kind", Words("方式", "Way"), lambda row: row.kind, "words", ("kind",)),
        Column("state", Words("结果", "Result"), lambda row: row.state_words, "words", ("state",)),
        Column("accepted", Words("收下行数", "Rows accepted"), lambda row: row.accepted, "number"),
        Column("stored", Words("新增或变动", "New or changed"), lambda row: row.stored, "number"),
        Column("quarantined", Words("隔离行数", "Quarantined"), lambda row: row.quarantined, "number"),
    ),
    visible=_batches,
    row=_batch_row,
    filters=(
        Filter(
            "source", Words("来源", "Source"), lambda code: Q(source__code=code), choices=_source_choices, many=True
        ),
        Filter("state", Words("结果", "Result"), lambda value: Q(state=value), choices=_choices(STATES), many=True),
        Filter("kind", Words("方式", "Way"), lambda value: Q(kind=value), choices=_choices(KINDS), many=True),
    ),
    presets=(Preset("held", Words("待确认", "To be confirmed"), lambda _actor: Q(state=Batch.State.HELD)),),
    order=("-pk",),
    key=lambda row: str(row.number),
    empty=Words("还没有收到数据。", "No data have been received yet."),
)

QUARANTINE: Listing[QuarantinedRow, QuarantineRow] = Listing(
    name="quarantine",
    words=Words("隔离的行", "Rows in quarantine"),
    columns=(
        Column(
            "file",
            Words("文件", "File"),
            lambda row: row.file,
            "text",
            ("file", "line"),
            second=lambda row: row.dataset,
        ),
        Column("line", Words("行", "Line"), lambda row: row.line, "number", ("line",)),
        Column("column", Words("列", "Column"), lambda row: row.column, "text", ("column",)),
        Column("value", Words("值", "Value"), lambda row: row.value, "text"),
        Column("reason", Words("原因", "Reason"), lambda row: row.reason, "words", ("reason_code",)),
        Column("source", Words("来源", "Source"), lambda row: row.source_words, "words", ("batch__source__code",)),
        Column("batch", Words("批号", "Batch"), lambda row: row.batch, "number", ("batch_id",)),
        Column("state", Words("状态", "State"), lambda row: row.state_words, "words", ("state",)),
    ),
    visible=_quarantined,
    row=_quarantine_row,
    filters=(
        Filter(
            "source",
            Words("来源", "Source"),
            lambda code: Q(batch__source__code=code),
            choices=_source_choices,
            many=True,
        ),
        Filter("batch", Words("批号", "Batch"), _numbered, "text"),
        Filter("state", Words("状态", "State"), lambda value: Q(state=value), choices=_choices(ROW_STATES), many=True),
        Filter("q", Words("文件、列或值", "File, column or value"), _holding, "text"),
    ),
    presets=(Preset("open", Words("待处理", "Open"), lambda _actor: Q(state=QuarantinedRow.State.OPEN)),),
    order=("-pk",),
    key=lambda row: row.key,
    empty=Words("没有隔离的行。", "No row is in quarantine."),
)
