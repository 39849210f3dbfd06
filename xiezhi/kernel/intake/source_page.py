"""One source: how its feed does, what it feeds, what is expected of it, and its last deliveries."""

from dataclasses import dataclass
from datetime import date

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import Answer, may
from xiezhi.kernel.fields import fields
from xiezhi.kernel.intake.models import Source
from xiezhi.kernel.intake.queries import BATCHES, SOURCES, BatchRow, SourceRow

_LAST = 10


@dataclass(frozen=True)
class Feeding:
    """A dataset that a source feeds, and with how many of its declared columns."""

    name: str
    words: Words
    columns: int
    declared: int


@dataclass(frozen=True)
class SourcePage:
    """A source. ``newest_event``: the latest day on which anything it told of happened."""

    source: SourceRow
    field: Words
    live: bool
    rhythm_days: int | None
    least_rows: int | None
    feeding: tuple[Feeding, ...]
    newest_event: date | None
    batches: tuple[BatchRow, ...]
    hand_in: Answer
    takes_files: bool


def source_page(actor: Actor, code: str) -> SourcePage | None:
    """Return one source, None where there is none that the actor may see."""
    found = SOURCES.visible(actor).filter(code=code).first()
    if found is None:
        return None
    batches = BATCHES.visible(actor).filter(source=found).order_by("-pk")
    newest = batches.exclude(newest_event=None).order_by("-newest_event").values_list("newest_event", flat=True).first()
    pack = fields().packs.get(found.field)
    return SourcePage(
        source=SOURCES.row(found),
        field=pack.words if pack else Words(found.field, found.field),
        live=found.live,
        rhythm_days=found.rhythm_days,
        least_rows=found.least_rows,
        feeding=tuple(_feeding(found)),
        newest_event=newest,
        batches=tuple(BATCHES.row(batch) for batch in batches[:_LAST]),
        hand_in=may(actor, "intake.import", found),
        takes_files=bool(found.mapping.strip()),
    )


def _feeding(source: Source) -> list[Feeding]:
    pack = fields().packs.get(source.field)
    found = []
    for name, columns in sorted(source.fed.items()):
        dataset = pack.datasets.get(name) if pack else None
        words = dataset.words if dataset else Words(name, name)
        found.append(Feeding(name, words, len(columns), len(dataset.columns) if dataset else len(columns)))
    return found


def sources_owned(actor: Actor, organisation: str) -> tuple[SourceRow, ...]:
    """Return the sources that a body answers for, of those whose data quality the actor may see."""
    return tuple(SOURCES.row(found) for found in SOURCES.visible(actor).filter(owner=organisation).order_by("code"))
