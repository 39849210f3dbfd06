"""The ordinary course of a case: people in offices, in working hours, within every limit.

Excluded procedures (hearing, testing, expert review …) stand between examination and review; they start on the working
day after the examination, are told in writing before they start, and end on the day of the step CP5.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random

from xiezhi.demo import workdays
from xiezhi.demo.case import Case, Procedure, Rating, Receipt, Step
from xiezhi.demo.city import City, Matter
from xiezhi.demo.people import Names, Staff
from xiezhi.demo.span import Span

_ACTIVITIES = {
    "CP1": "收件",
    "CP2": "受理",
    "CP3": "收费",
    "CP4": "承办审查",
    "CP5": "特别程序",
    "CP6": "审核",
    "CP7": "决定",
    "CP8": "制证",
}
_PROCEDURES = {"expert": "expert_review", "site": "site_check"}  # the city's word → the register's
_WORK = ("CP4", "CP5", "CP6", "CP7")
_GRADES = ("very_satisfied", "satisfied", "basically_satisfied", "dissatisfied", "very_dissatisfied")
_CLOSING = time(17, 0)
_HOURS, _BUSY = (9, 10, 11, 13, 14, 15, 16), (17, 38, 53, 62, 77, 91, 98)

Pace = Mapping[str, int]
NO_PACE: Pace = {}


class Office:
    """Makes cases as they ought to be. Everything drawn comes from one seeded source, in one order."""

    def __init__(self, rng: Random, city: City, span: Span) -> None:
        self.rng = rng
        self.city = city
        self.span = span
        self.names = Names(rng, city)
        self.staff = Staff(rng, city, self.names)
        self._numbers: dict[tuple[str, date], int] = {}
        self._receipts = 0

    def case(self, matter: Matter, day: date, *, applicant: str = "") -> Case:
        """Return an ordinary case received on a working day, finished one way or another."""
        case = self._received(matter, day, applicant)
        if self.rng.random() < 0.006:
            self._not_accepted(case)
            return case
        self._accept(case)
        self.work(case, procedure=self._procedure_days(matter))
        if self.rng.random() < 0.06:
            self._otherwise(case)
        else:
            self.grant(case)
            if self.rng.random() < 0.35:
                self.rate(case)
        self.set_due(case)
        return case

    def received(self, matter: Matter, day: date) -> Case:
        """Return a case that has come in, and no more."""
        case = self._received(matter, day, "")
        self.add_step(case, "CP1", case.received, started=case.received)
        return case

    def accepted(self, matter: Matter, day: date, *, applicant: str = "", notice_after: int | None = None) -> Case:
        """Return an accepted case, for a plant to take further.

        It is accepted on the day it came in; with ``notice_after``, a notice to supplement goes out after that many
        working days, and the case is accepted three working days later.
        """
        case = self._received(matter, day, applicant)
        self.add_step(case, "CP1", case.received, started=case.received)
        if notice_after is not None:
            case.supplements.append(self.at(workdays.add(day, notice_after), after=case.received))
            day = workdays.add(day, notice_after + 3)
        self._accept_on(case, day)
        return case

    def plain(
        self,
        matter: Matter,
        day: date,
        *,
        applicant: str = "",
        pace: Pace = NO_PACE,
        notice_after: int | None = None,
    ) -> Case:
        """Return a granted and delivered case without procedure or rating.

        ``pace``: checkpoint → working days that the step takes, where it is not left to chance.
        """
        case = self.accepted(matter, day, applicant=applicant, notice_after=notice_after)
        self.work(case, pace=pace)
        self.grant(case)
        self.set_due(case)
        return case

    def matter(self, number: str) -> Matter:
        """Return a matter by its number."""
        return next(matter for matter in self.city.matters if matter.number == number)

    def at(self, day: date, *, after: datetime | None = None) -> datetime:
        """Return a moment in office hours of a working day, later than ``after``."""
        hour = self.rng.choices(_HOURS, cum_weights=_BUSY)[0]
        moment = datetime.combine(day, time(hour, self.rng.randrange(60), self.rng.randrange(60)))
        if after is not None and moment <= after:
            moment = after + timedelta(minutes=self.rng.randrange(5, 25), seconds=self.rng.randrange(60))
        return moment

    def _received(self, matter: Matter, day: date, applicant: str) -> Case:
        department = matter.department
        self._numbers[department, day] = self._numbers.get((department, day), 0) + 1
        moment = self.at(day)
        if matter.instant:
            moment = moment.replace(hour=min(moment.hour, 14))
        person = self.rng.random() < matter.person_share
        return Case(
            number=f"{department}{day:%Y%m%d}{self._numbers[department, day]:04}",
            matter=matter,
            matter_no=matter.number,
            applicant=applicant or (self.names.person() if person else self.names.firm(matter.number)),
            window=self.rng.choice(self.city.windows[department]),
            channel=self.rng.choices(("窗口", "网上", "邮寄"), (55, 42, 3))[0],
            responsible=self.staff.anyone(department, "CP4"),
            received=moment,
            recorded=moment + timedelta(minutes=self.rng.randrange(1, 4), seconds=self.rng.randrange(60)),
        )

    def _accept(self, case: Case) -> None:
        self.add_step(case, "CP1", case.received, started=case.received)
        day = case.received.date()
        waits = case.matter.steps["CP2"] > 0
        if waits and self.rng.random() < 0.12:
            case.supplements.append(self.at(day, after=case.received))
            day = workdays.on_or_after(day + timedelta(self.rng.randrange(2, 11)))
        elif waits and self.rng.random() < 0.3:
            day = workdays.add(day, 1)
        self._accept_on(case, day)

    def _accept_on(self, case: Case, day: date) -> None:
        case.accepted = self.at(day, after=max([case.received, *case.supplements]))
        self.add_step(case, "CP2", case.accepted)

    def _not_accepted(self, case: Case) -> None:
        self.add_step(case, "CP1", case.received, started=case.received)
        case.closed = self.at(case.received.date(), after=case.received)
        case.outcome = "not_accepted"
        self.add_step(case, "CP2", case.closed)

    def _procedure_days(self, matter: Matter) -> int:
        possible = bool(matter.excluded) and not matter.quota and not matter.instant
        return self.rng.randrange(2, 11) if possible and self.rng.random() < matter.excluded_share else 0

    def work(self, case: Case, *, procedure: int = 0, told: bool = True, pace: Pace = NO_PACE) -> None:
        """Take an accepted case through examination and review to the decision, within the limit of each step.

        ``procedure``: working days of the excluded procedure, 0 without one; ``told``: whether in writing.
        """
        for checkpoint in _WORK:
            if checkpoint not in case.matter.steps:
                continue
            if checkpoint == "CP5" and procedure:
                self._hold(case, procedure, told=told)
                continue
            before = case.steps[-1].happened
            limit = case.matter.steps[checkpoint]
            if checkpoint in pace:
                moment = self.at(workdays.add(before.date(), pace[checkpoint]), after=before)
            elif case.matter.quota:  # one pace for all, so that the order of acceptance stays the order of decision
                moment = datetime.combine(workdays.add(before.date(), limit), before.time()) + timedelta(minutes=5)
            else:
                moment = self._within(before, limit)
            self.add_step(case, checkpoint, moment)
        case.decided = case.closed = case.steps[-1].happened

    def _within(self, before: datetime, limit: int) -> datetime:
        days = self.rng.choices(range(limit + 1), [1, *[3] * limit])[0]
        if days == 0 and limit > 0 and before.time() > time(16, 0):
            days = 1
        moment = self.at(workdays.add(before.date(), days), after=before)
        if moment.time() > _CLOSING and days < limit:
            moment = self.at(workdays.add(before.date(), days + 1))
        return moment

    def _hold(self, case: Case, days: int, *, told: bool) -> None:
        before = case.steps[-1].happened
        started = workdays.add(before.date(), 1)
        ended = workdays.add(started, days - 1)
        kind = case.matter.excluded or "inspection"
        notice = before.date() if told else None
        case.procedures.append(Procedure(_PROCEDURES.get(kind, kind), started, ended, notice))
        moment = self.at(ended, after=datetime.combine(ended, time(14, 0)))
        self.add_step(case, "CP5", moment, started=moment - timedelta(minutes=50))

    def grant(self, case: Case) -> None:
        """Grant a decided case: fee, licence, delivery."""
        if case.decided is None:
            raise ValueError(f"{case.number} is not decided")
        case.outcome = "granted"
        case.qualified = True
        if case.matter.fee is not None:
            self.take_fee(case, case.matter.fee)
        last = case.steps[-1].happened
        case.issued = self._within(last, min(1, case.matter.steps["CP8"]))
        self.add_step(case, "CP8", case.issued)
        self.deliver(case, self.rng.randrange(3))

    def take_fee(self, case: Case, amount: int) -> Receipt:
        """Take a fee on the day of the decision, and bring it to the treasury on the next working day."""
        moment = case.steps[-1].happened + timedelta(minutes=self.rng.randrange(3, 20))
        self._receipts += 1
        collector = self.staff.anyone(case.matter.department, "CP3")
        receipt = Receipt(f"PJ{self._receipts:06}", "行政事业性收费", amount, moment.date(), collector)
        receipt.deposits.append((workdays.add(moment.date(), 1), amount))
        case.receipts.append(receipt)
        self.add_step(case, "CP3", moment)
        return receipt

    def deliver(self, case: Case, days: int) -> None:
        """Hand the licence over, some working days after it was made."""
        if case.issued is None:
            raise ValueError(f"{case.number} has no licence")
        case.steps = [step for step in case.steps if step.activity != "送达"]
        case.delivered = self.at(workdays.add(case.issued.date(), days), after=case.issued)
        actor = self.staff.anyone(case.matter.department, "CP8")
        case.steps.append(Step("送达", "", actor, case.issued, case.delivered, case.delivered + timedelta(minutes=1)))

    def _otherwise(self, case: Case) -> None:
        """Refused, or withdrawn on the day on which it would have been decided."""
        if self.rng.random() < 0.5:
            case.outcome, case.qualified = "refused", False
        else:
            case.outcome, case.decided = "withdrawn", None

    def rate(self, case: Case, grade: str = "", handled_after: int | None = None) -> Rating:
        """Let the applicant rate a delivered case; a bad rating is answered after some working days."""
        if case.delivered is None:
            raise ValueError(f"{case.number} was not delivered")
        grade = grade or self.rng.choices(_GRADES, (700, 225, 50, 17, 8))[0]
        moment = case.delivered + timedelta(minutes=self.rng.randrange(2, 90))
        bad = grade in _GRADES[-2:]
        if bad and handled_after is None:
            handled_after = self.rng.randrange(1, 5)
        handled = workdays.add(moment.date(), handled_after) if handled_after is not None else None
        case.rating = Rating(grade, moment, handled, True if bad and handled is not None else None)
        return case.rating

    def set_due(self, case: Case) -> None:
        """Register the deadline: the statutory days, extension and excluded time after acceptance, at closing time."""
        if case.accepted is None:
            return
        excluded = sum(
            len(workdays.span(procedure.started, procedure.ended or self.span.last)) for procedure in case.procedures
        )
        days = case.matter.statutory_days + case.extension_days + excluded
        case.due = datetime.combine(workdays.add(case.accepted.date(), days), time(17, 30))

    def add_step(self, case: Case, checkpoint: str, moment: datetime, *, started: datetime | None = None) -> None:
        """Note that somebody whose post owns the checkpoint finished it."""
        before = case.steps[-1].happened if case.steps else moment
        actor = case.responsible if checkpoint == "CP4" else self.staff.anyone(case.matter.department, checkpoint)
        recorded = moment + timedelta(minutes=self.rng.randrange(1, 9))
        case.steps.append(Step(_ACTIVITIES[checkpoint], checkpoint, actor, started or before, moment, recorded))
