"""Writes the city: about 3,000 cases at scale 1, from January 2025 to June 2026, and what was planted among them."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path

from xiezhi.demo import plants_conduct, plants_time, tables, workdays
from xiezhi.demo.case import Case, Receipt
from xiezhi.demo.city import City, load_city
from xiezhi.demo.course import FIRST, LAST, Office
from xiezhi.demo.hostile import HOSTILE, write_hostile
from xiezhi.demo.planting import Plant, Plot, follow_ups, overtaken
from xiezhi.demo.truth import Truth, in_order, write_truth

ORDINARY = 2800  # at scale 1; the plants come on top
TRUTH_FILE = "truth.jsonl"
_END = datetime.combine(LAST, time(18, 0))
_PLANTED_FROM, _PLANTED_TO = date(2025, 2, 10), date(2026, 3, 20)  # what a plant needs is over before the last day

PLANTS: tuple[tuple[int, Plant], ...] = (
    (6, plants_time.decision_late),
    (4, plants_time.decision_very_late),
    (2, plants_time.decision_shelved),
    (4, plants_time.decision_on_last_day),
    (3, plants_time.decision_extended),
    (4, plants_time.long_procedure),
    (6, plants_time.procedure_untold),
    (6, plants_time.step_late),
    (4, plants_time.step_on_last_day),
    (5, plants_time.delivery_late),
    (3, plants_time.delivery_very_late),
    (2, plants_time.undelivered),
    (4, plants_time.delivery_on_last_day),
    (5, plants_time.rating_late),
    (3, plants_time.rating_unanswered),
    (4, plants_time.rating_on_last_day),
    (6, plants_conduct.notices_repeated),
    (4, plants_conduct.notice_once),
    (7, plants_conduct.one_person),
    (4, plants_conduct.one_person_receives),
    (5, plants_conduct.notice_late),
    (4, plants_conduct.notice_on_last_day),
    (3, plants_conduct.unanswered),
    (2, plants_conduct.received_lately),
    (4, plants_conduct.jumped),
    (6, plants_conduct.fee_unfounded),
    (4, plants_conduct.fee_above_standard),
    (4, plants_conduct.fee_deposited_late),
    (4, plants_conduct.fee_as_published),
    (6, plants_conduct.fee_kept),
    (5, plants_conduct.entered_afterwards),
    (4, plants_conduct.entered_in_time),
    (1, plants_conduct.favoured),
    (1, plants_conduct.quick_once),
    (4, plants_conduct.unlisted),
    (4, plants_conduct.delisted),
    (3, plants_conduct.listed_to_the_end),
)


def generate(folder: Path, *, seed: int = 2026, scale: float = 1.0) -> Truth:
    """Write the city's files and ``truth.jsonl`` into an existing folder; the same bytes for the same arguments.

    Args:
        folder: where to write. Files of the same names are replaced.
        seed: of everything that is drawn.
        scale: factor on the number of cases; at least one of each plant is made.
    """
    rng = random.Random(seed)  # noqa: S311  an invented city needs a seed, not secrecy
    city = load_city()
    office = Office(rng, city)
    plot = Plot()
    for times, plant in PLANTS:
        for _ in range(max(1, round(times * scale))):
            plant(office, _planting_day(rng), plot)
    cases = [*_ordinary(office, round(ORDINARY * scale)), *plot.cases]
    cases = sorted((_until(case, _END) for case in cases), key=lambda case: (case.received, case.number))
    planted = in_order([*plot.planted, *follow_ups(plot.cases), *overtaken(cases)])
    _write(folder, cases, city)
    write_hostile(folder)
    truth = Truth(planted, len(cases), {name: len(rows) for name, rows in HOSTILE.items()})
    write_truth(truth, folder / TRUTH_FILE)
    return truth


def _planting_day(rng: random.Random) -> date:
    offset = rng.randrange((_PLANTED_TO - _PLANTED_FROM).days)
    return workdays.on_or_after(date.fromordinal(_PLANTED_FROM.toordinal() + offset))


def _ordinary(office: Office, number: int) -> Iterator[Case]:
    """Make ordinary cases: busier on Mondays, matters by the root of their volume so that rare ones are seen."""
    rng = office.rng
    days = workdays.span(FIRST, LAST)
    weights = [1.25 if day.weekday() == 0 else 1.0 for day in days]
    popular = [matter.volume**0.5 for matter in office.city.matters]
    regulars: dict[str, list[str]] = {}
    for day in sorted(rng.choices(days, weights, k=number)):
        (matter,) = rng.choices(office.city.matters, popular)
        again = regulars.setdefault(matter.number, [])
        applicant = rng.choice(again) if again and rng.random() < 0.3 else ""
        case = office.case(matter, day, applicant=applicant)
        if not applicant and len(again) < 4 and rng.random() < 0.4:
            again.append(case.applicant)
        yield case


def _until(case: Case, end: datetime) -> Case:
    """Take away what has not happened yet at the end."""
    case.steps = [step for step in case.steps if step.happened <= end]
    for name in ("accepted", "decided", "issued", "delivered"):
        moment = getattr(case, name)
        if moment is not None and moment > end:
            setattr(case, name, None)
    if case.closed is not None and case.closed > end:
        case.closed, case.outcome, case.qualified = None, "", None
    if case.accepted is None:
        case.due = None
    case.supplements = [moment for moment in case.supplements if moment <= end]
    _procedures_until(case, end.date())
    case.receipts = [_deposited_until(receipt, end.date()) for receipt in case.receipts if receipt.day <= end.date()]
    rating = case.rating
    if rating is not None and rating.at > end:
        case.rating = None
    elif rating is not None and rating.handled is not None and rating.handled > end.date():
        rating.handled = rating.called_back = None
    return case


def _procedures_until(case: Case, last: date) -> None:
    case.procedures = [procedure for procedure in case.procedures if procedure.started <= last]
    for procedure in case.procedures:
        if procedure.ended is not None and procedure.ended > last:
            procedure.ended = None


def _deposited_until(receipt: Receipt, last: date) -> Receipt:
    receipt.deposits = [(day, amount) for day, amount in receipt.deposits if day <= last]
    return receipt


def _write(folder: Path, cases: Sequence[Case], city: City) -> None:
    tables.write_table(folder, "matters", [*tables.matter_rows(city), *plants_conduct.OFF_THE_LIST])
    tables.write_table(folder, "matter_steps", tables.matter_step_rows(city))
    tables.write_table(folder, "cases", tables.case_rows(cases, city))
    tables.write_table(folder, "case_events", tables.event_rows(cases))
    tables.write_table(folder, "supplements", tables.supplement_rows(cases))
    tables.write_table(folder, "special_procedures", tables.procedure_rows(cases))
    tables.write_table(folder, "receipts", tables.receipt_rows(cases))
    tables.write_table(folder, "deposits", tables.deposit_rows(cases))
    tables.write_table(folder, "ratings", tables.rating_rows(cases))
