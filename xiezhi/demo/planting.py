"""What every plant is made of: a rule by its name, the cases bent for it, and what is known of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from xiezhi.demo.case import Case
from xiezhi.demo.course import Office
from xiezhi.demo.truth import Planted


@dataclass(frozen=True)
class Rule:
    """A rule as findings name it (``indicator.rule``), and what it rests on: law, practice or statistic."""

    name: str
    kind: str


DECISION_LATE = Rule("decision_late.late", "law")
NOT_TOLD = Rule("excluded_time_untold.untold", "law")
STEP_LATE = Rule("step_late.late", "practice")
DELIVERY_LATE = Rule("delivery_late.late", "law")
REPEATED = Rule("supplements_repeated.repeated", "law")
SAME_PERSON = Rule("duties_not_separated.same_person", "practice")
NOTICE_LATE = Rule("supplement_late.late", "law")
SILENT = Rule("supplement_late.silent", "law")
OVERTAKEN = Rule("order_of_acceptance.overtaken", "law")
NO_BASIS = Rule("fee_without_basis.no_basis", "law")
OVER_STANDARD = Rule("fee_without_basis.over_standard", "law")
NOT_DEPOSITED = Rule("fee_not_deposited.missing", "law")
DEPOSITED_LATE = Rule("fee_not_deposited.late", "law")
AFTER_ISSUE = Rule("entered_after_issue.entered_after", "practice")
TOO_FAST = Rule("fast_for_one_applicant.fast", "statistic")
BAD_RATING = Rule("bad_rating_unanswered.unanswered", "practice")
OFF_LIST = Rule("matter_off_list.off_list", "law")
DUE_MISSED = Rule("due_missed.missed", "practice")
AFTER_DUE = Rule("last_event_after_due.after_due", "practice")


@dataclass
class Plot:
    """Cases and truths of plants, and how some of them come to be known."""

    cases: list[Case] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    early: list[Case] = field(default_factory=list)  # handed over while they are open
    amended: list[tuple[Case, Case]] = field(default_factory=list)  # as first told, and as it is
    mistaken: list[Case] = field(default_factory=list)  # handed over once, withdrawn later: never in the log

    def add(self, case: Case, rule: Rule, level: str | None, zh: str, en: str) -> None:
        """Keep a case, and say that the rule finds it at a level, or (None) that it must not."""
        if case not in self.cases:
            self.cases.append(case)
        self.planted.append(Planted(rule.name, rule.kind, case.number, level, (zh, en)))


Plant = Callable[[Office, date, Plot], None]


def follow_ups(cases: list[Case], last: date) -> Iterator[Planted]:
    """Give what a bent case shows besides: a recorded deadline missed, a last step after it."""
    for case in cases:
        if case.due is None:
            continue
        late = case.closed > case.due if case.closed is not None else case.due.date() < last
        if late:
            what = ("登记的期限之后才办结", "ended after its recorded deadline")
            yield Planted(DUE_MISSED.name, DUE_MISSED.kind, case.number, "orange", what)
        if max(step.happened for step in case.steps) > case.due:
            what = ("登记的期限之后还有环节", "a step after its recorded deadline")
            yield Planted(AFTER_DUE.name, AFTER_DUE.kind, case.number, "orange", what)


def overtaken(cases: list[Case]) -> Iterator[Planted]:
    """Give every case of a limited matter that waited while one accepted later was granted: the jump harms them all."""
    lines: dict[str, list[tuple[datetime, datetime | None, Case]]] = {}
    for case in cases:
        if case.matter.quota and case.qualified and case.accepted is not None and case.outcome in ("", "granted"):
            lines.setdefault(case.matter_no, []).append((case.accepted, case.decided, case))
    for line in lines.values():
        for accepted, decided, case in line:
            later = [granted for one, granted, _ in line if one > accepted and granted is not None]
            if later and (decided is None or decided.date() > min(later).date()):
                what = ("受理在先，后受理的先获准予", "accepted earlier, and one accepted later was granted first")
                yield Planted(OVERTAKEN.name, OVERTAKEN.kind, case.number, "orange", what)
