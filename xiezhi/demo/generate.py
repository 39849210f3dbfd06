"""Makes the city: about 20,000 cases of a year and a half at scale 1, and what was planted among them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from xiezhi.demo import plants_conduct, plants_known, plants_time, tables, workdays
from xiezhi.demo.case import Case
from xiezhi.demo.city import City, load_city
from xiezhi.demo.course import Office
from xiezhi.demo.hostile import HOSTILE, write_hostile
from xiezhi.demo.people import Staff
from xiezhi.demo.planting import Plant, Plot, follow_ups, overtaken
from xiezhi.demo.span import TODAY, Span
from xiezhi.demo.truth import Truth, in_order, write_truth
from xiezhi.demo.until import answered, finished, until

ORDINARY = 19_600  # at scale 1; the plants come on top
TRUTH_FILE = "truth.jsonl"
_WHOLE = 0.2  # a smaller city has lived through a week only, so that it is there at once
_WEEKS_LIVE, _DAYS_LIVE = 15, 2

# How many at scale 1, which, and how many days before the last one comes in, so that all it needs has happened by then.
PLANTS: tuple[tuple[int, Plant, int], ...] = (
    (10, plants_time.decision_late, 60),
    (8, plants_time.decision_very_late, 75),
    (4, plants_time.decision_shelved, 62),
    (4, plants_time.decision_on_last_day, 50),
    (3, plants_time.decision_extended, 70),
    (4, plants_time.long_procedure, 75),
    (9, plants_time.procedure_untold, 45),
    (24, plants_time.step_late, 40),
    (4, plants_time.step_on_last_day, 45),
    (8, plants_time.delivery_late, 58),
    (5, plants_time.delivery_very_late, 72),
    (3, plants_time.undelivered, 62),
    (4, plants_time.delivery_on_last_day, 45),
    (5, plants_time.rating_late, 75),
    (3, plants_time.rating_unanswered, 75),
    (4, plants_time.rating_on_last_day, 65),
    (14, plants_conduct.notices_repeated, 35),
    (4, plants_conduct.notice_once, 35),
    (12, plants_conduct.one_person, 28),
    (4, plants_conduct.one_person_receives, 28),
    (8, plants_conduct.notice_late, 50),
    (4, plants_conduct.notice_on_last_day, 45),
    (4, plants_conduct.unanswered, 24),
    (2, plants_conduct.received_lately, 24),
    (4, plants_conduct.jumped, 50),
    (8, plants_conduct.fee_unfounded, 40),
    (4, plants_conduct.fee_above_standard, 45),
    (6, plants_conduct.fee_deposited_late, 50),
    (4, plants_conduct.fee_as_published, 45),
    (6, plants_conduct.fee_kept, 60),
    (7, plants_conduct.entered_afterwards, 45),
    (4, plants_conduct.entered_in_time, 45),
    (1, plants_conduct.favoured, 70),
    (1, plants_conduct.quick_once, 40),
    (5, plants_conduct.unlisted, 30),
    (4, plants_conduct.delisted, 30),
    (3, plants_conduct.listed_to_the_end, 60),
    (2, plants_known.extension_entered_later, 70),
    (2, plants_known.amount_corrected, 62),
    (2, plants_known.told_twice, 55),
    (1, plants_known.before_the_free_saturday, 60),
)


@dataclass(frozen=True)
class Log:
    """A city's cases as they stand on its last day, and how they came to be known.

    Attributes:
        cases: in the order in which they came in; people are at work on the last of them.
        under_way: numbers of those in which something is still to come.
        plot: how some of them came to be known.
        staff: who holds which post.
    """

    span: Span
    city: City
    cases: tuple[Case, ...]
    truth: Truth
    plot: Plot
    under_way: frozenset[str]
    staff: Staff


def generate(folder: Path, *, seed: int = 2026, scale: float = 1.0, today: date = TODAY) -> Truth:
    """Write the city's files and ``truth.jsonl`` into an existing folder; the same bytes for the same arguments.

    Args:
        folder: where to write. Files of the same names are replaced.
        seed: of everything that is drawn.
        scale: factor on the number of cases; at least one of each plant is made.
        today: the day on which the city is looked at; its facts end on the evening before.
    """
    log = make_log(seed=seed, scale=scale, today=today)
    write_log(log, folder)
    return log.truth


def make_log(*, seed: int, scale: float, today: date) -> Log:
    """Make a city: its cases, and what is true of them. The arguments are those of ``generate``."""
    rng = random.Random(seed)  # noqa: S311  an invented city needs a seed, not secrecy
    city, span = load_city(), Span(today, _WEEKS_LIVE if scale >= _WHOLE else _DAYS_LIVE)
    office = Office(rng, city, span)
    plot = Plot()
    for times, plant, before in PLANTS:
        for _ in range(max(1, round(times * scale))):
            plant(office, _planting_day(rng, span, before), plot)
    cases = [*_ordinary(office, round(ORDINARY * scale)), *plot.cases]
    under_way = frozenset(case.number for case in cases if finished(case) > span.last)
    cases = sorted((_known(case, span) for case in cases), key=lambda case: (case.received, case.number))
    planted = in_order([*plot.planted, *follow_ups(plot.cases, span.today), *overtaken(cases)])
    truth = Truth(planted, len(cases), {name: len(rows) for name, rows in HOSTILE.items()})
    return Log(span, city, tuple(cases), truth, plot, under_way, office.staff)


def write_log(log: Log, folder: Path) -> None:
    """Write all that is known on the last day, with the rows that belong in quarantine, and the truth."""
    tables.write_table(folder, "matters", register_rows(log))
    tables.write_table(folder, "matter_steps", tables.matter_step_rows(log.city))
    tables.write_cases(folder, log.cases, log.city)
    tables.write_table(folder, "ratings", tables.rating_rows(log.cases))
    write_hostile(folder)
    write_truth(log.truth, folder / TRUTH_FILE)


def register_rows(log: Log) -> list[tables.Row]:
    """Return the rows of the matter register: the list, and what is not or no longer on it."""
    since = date(log.span.first.year - 2, 1, 1).isoformat()
    return [*tables.matter_rows(log.city, since), *plants_conduct.off_the_list(log.span)]


def _known(case: Case, span: Span) -> Case:
    """Return the case as it is known on the last day; the register of ratings is young, and fell silent before that."""
    rating = case.rating
    if rating is not None and (answered(rating) > span.silent or case.received.date() < span.recent):
        case = replace(case, rating=None)
    return until(case, span.last)


def _planting_day(rng: random.Random, span: Span, before: int) -> date:
    first = span.recent.toordinal()
    return workdays.on_or_after(date.fromordinal(rng.randrange(first, max(first + 1, span.last.toordinal() - before))))


def _ordinary(office: Office, number: int) -> Iterator[Case]:
    """Make ordinary cases: busier on Mondays, matters by the root of their volume so that rare ones are seen."""
    rng = office.rng
    days = workdays.span(office.span.first, office.span.last)
    weights = [1.25 if day.weekday() == 0 else 1.0 for day in days]
    popular = [matter.volume**0.5 for matter in office.city.matters]
    regulars: dict[str, list[str]] = {}
    received = sorted(rng.choices(days, weights, k=number))
    for day, matter in zip(received, rng.choices(office.city.matters, popular, k=number), strict=True):
        again = regulars.setdefault(matter.number, [])
        applicant = rng.choice(again) if again and rng.random() < 0.3 else ""
        case = office.case(matter, day, applicant=applicant)
        if not applicant and len(again) < 4 and rng.random() < 0.4:
            again.append(case.applicant)
        yield case
