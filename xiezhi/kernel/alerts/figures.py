"""The figures of the overview: open alerts by field and level, their course by week, bodies by checkpoint."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from django.db.models import Count, Q
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.enums import OPEN, Level
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.permissions import readable
from xiezhi.kernel.alerts.queries import on_hold
from xiezhi.kernel.alerts.words import checkpoints, field_words, sign
from xiezhi.kernel.fields import fields
from xiezhi.kernel.registry.picture import pinned
from xiezhi.kernel.registry.queries import organisation_words

SHOWN = 10  # bodies told by name in the heat
_STEPS = (3, 5, 7, 10)  # from which count on a cell is of the next shade


@dataclass(frozen=True)
class FieldCount:
    """The open alerts of a field, and how many more than a week ago."""

    field: str
    words: Words
    red: int
    orange: int
    change: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.red + self.orange


@dataclass(frozen=True)
class OpenCounts:
    """The open alerts of each field, those that are on hold, and those with their body."""

    fields: tuple[FieldCount, ...]
    held: int
    asked: int

    @property
    def red(self) -> int:
        """All red ones."""
        return sum(field.red for field in self.fields)

    @property
    def orange(self) -> int:
        """All orange ones."""
        return sum(field.orange for field in self.fields)

    @property
    def total(self) -> int:
        """All of them."""
        return self.red + self.orange

    @property
    def change(self) -> int:
        """How many more than a week ago."""
        return sum(field.change for field in self.fields)


@dataclass(frozen=True)
class Course:
    """How many alerts of a level were raised in each of so many weeks, the running one last."""

    level: str
    weeks: tuple[tuple[date, int], ...]  # Monday, count

    @property
    def last_week(self) -> int:
        """The last whole week."""
        return self.weeks[-2][1]

    @property
    def middle(self) -> int:
        """The median of the whole weeks."""
        return int(median(count for _, count in self.weeks[:-1]))


@dataclass(frozen=True)
class HeatCell:
    """A body at a checkpoint. ``shade``: 0 to 5."""

    checkpoint: str
    count: int
    red: int

    @property
    def shade(self) -> int:
        """The shade by the count: 0 for none, 5 from ten on."""
        return 0 if not self.count else 1 + sum(self.count >= step for step in _STEPS)


@dataclass(frozen=True)
class HeatRow:
    """A body; ``code`` is empty for the rest taken together."""

    code: str
    words: Words
    cells: tuple[HeatCell, ...]
    total: int


@dataclass(frozen=True)
class Heat:
    """Bodies by checkpoints over some days. ``since``: the first day; ``checkpoints``: name, sign and words of each."""

    field: str
    words: Words
    since: date
    checkpoints: tuple[tuple[str, str, Words], ...]
    rows: tuple[HeatRow, ...]
    foot: tuple[int, ...]
    total: int


def open_counts(actor: Actor, *, at: datetime) -> OpenCounts:
    """Count the open alerts that the actor may read. Two queries."""
    week_ago = at - timedelta(days=7)
    before = Q(raised_at__lte=week_ago) & (Q(closed_at=None) | Q(closed_at__gt=week_ago))
    now = Q(state__in=OPEN)
    readables = Alert.objects.filter(readable(actor))
    counted = {
        row["field"]: row
        for row in readables.values("field").annotate(
            red=Count("pk", filter=now & Q(level=Level.RED)),
            orange=Count("pk", filter=now & Q(level=Level.ORANGE)),
            before=Count("pk", filter=before),
        )
    }
    order = [*fields().packs, *sorted(counted.keys() - fields().packs.keys())]
    told = tuple(
        FieldCount(
            name,
            field_words(name),
            counted[name]["red"],
            counted[name]["orange"],
            counted[name]["red"] + counted[name]["orange"] - counted[name]["before"],
        )
        for name in order
        if name in counted
    )
    today = timezone.localdate(at)
    rest = readables.filter(now).aggregate(
        held=Count("pk", filter=on_hold(today)), asked=Count("pk", filter=Q(state="asked"))
    )
    return OpenCounts(told, rest["held"], rest["asked"])


def weekly(actor: Actor, *, today: date, weeks: int = 26) -> tuple[Course, ...]:
    """Count the alerts raised in each week, red before orange. One query."""
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=weeks - 1)
    begin = timezone.make_aware(datetime.combine(first, time.min))
    counted: Counter[tuple[str, date]] = Counter()
    raised = Alert.objects.filter(readable(actor), raised_at__gte=begin).order_by().values_list("level", "raised_at")
    for level, at, number in raised.annotate(number=Count("pk")):
        day = timezone.localdate(at)
        counted[level, day - timedelta(days=day.weekday())] += number
    mondays = [first + timedelta(weeks=number) for number in range(weeks)]
    return tuple(
        Course(level.value, tuple((day, counted[level.value, day]) for day in mondays))
        for level in (Level.RED, Level.ORANGE)
    )


def heat(actor: Actor, *, today: date, days: int = 90, field: str = "") -> Heat | None:
    """Count alerts by body and checkpoint in a field, or the first whose cases pass checkpoints; None without any."""
    field = field or next((name for name in fields().packs if checkpoints(name)), "")
    if not field or not checkpoints(field):
        return None
    since = today - timedelta(days=days - 1)
    begin = timezone.make_aware(datetime.combine(since, time.min))
    names = tuple(checkpoints(field))
    counted: dict[str, dict[str, tuple[int, int]]] = {}
    found = Alert.objects.filter(readable(actor), field=field, raised_at__gte=begin, checkpoint__in=names)
    for row in found.values("organisation", "checkpoint").annotate(n=Count("pk"), red=Count("pk", Q(level="red"))):
        counted.setdefault(row["organisation"], {})[row["checkpoint"]] = (row["n"], row["red"])
    with pinned():
        rows = _heat_rows(counted, names)
    foot = tuple(sum(row.cells[place].count for row in rows) for place in range(len(names)))
    told = tuple((name, sign(place), checkpoints(field)[name]) for place, name in enumerate(names))
    return Heat(field, field_words(field), since, told, rows, foot, sum(foot))


def _heat_rows(counted: dict[str, dict[str, tuple[int, int]]], names: tuple[str, ...]) -> tuple[HeatRow, ...]:
    totals = Counter({code: sum(n for n, _ in cells.values()) for code, cells in counted.items()})
    order = sorted(totals, key=lambda code: (-totals[code], code))
    shown = order if len(order) <= SHOWN + 1 else order[:SHOWN]
    rows = [_heat_row(code, organisation_words(code), [counted[code]], names) for code in shown]
    rest = order[len(shown) :]
    if rest:
        words = Words(f"其余{len(rest)}个", f"{len(rest)} others")
        rows.append(_heat_row("", words, [counted[code] for code in rest], names))
    return tuple(rows)


def _heat_row(code: str, words: Words, parts: list[dict[str, tuple[int, int]]], names: tuple[str, ...]) -> HeatRow:
    cells = tuple(
        HeatCell(
            name,
            sum(part.get(name, (0, 0))[0] for part in parts),
            sum(part.get(name, (0, 0))[1] for part in parts),
        )
        for name in names
    )
    return HeatRow(code, words, cells, sum(cell.count for cell in cells))
