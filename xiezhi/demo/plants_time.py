"""Plants about time: decisions, steps, procedures, delivery, ratings and deadlines, late and just in time."""

from datetime import date

from xiezhi.demo import workdays
from xiezhi.demo.case import Case
from xiezhi.demo.course import Office
from xiezhi.demo.planting import (
    BAD_RATING,
    DECISION_LATE,
    DELIVERY_LATE,
    NOT_TOLD,
    STEP_LATE,
    Plot,
)

_QUICK = {"CP4": 0, "CP5": 0, "CP6": 0, "CP7": 0}
_RESTAURANT, _TOBACCO, _DRIVERS, _SEWER, _FOOD = "M015", "M121", "M027", "M041", "M014"


def decision_late(office: Office, day: date, plot: Plot) -> None:
    """A decision one to nine working days beyond the limit."""
    over = office.rng.randrange(1, 10)
    matter = office.matter(_RESTAURANT)
    case = office.plain(matter, day, pace=_QUICK | {"CP4": matter.statutory_days + over})
    plot.early.append(case)
    plot.add(case, DECISION_LATE, "orange", f"超过法定期限{over}个工作日作出决定", f"decided {over} working days late")


def decision_very_late(office: Office, day: date, plot: Plot) -> None:
    """A decision ten and more working days beyond the limit."""
    matter = office.matter(_TOBACCO)
    case = office.plain(matter, day, pace=_QUICK | {"CP4": matter.statutory_days + 10 + office.rng.randrange(8)})
    plot.early.append(case)
    plot.add(case, DECISION_LATE, "red", "超过法定期限十个工作日以上", "ten or more working days late")


def decision_shelved(office: Office, day: date, plot: Plot) -> None:
    """A case that was accepted and never decided."""
    case = office.accepted(office.matter(_RESTAURANT), day)
    office.set_due(case)
    plot.early.append(case)
    plot.add(case, DECISION_LATE, "red", "受理后一直没有决定", "accepted and never decided")


def decision_on_last_day(office: Office, day: date, plot: Plot) -> None:
    """The last lawful day; the examination alone took all of it."""
    matter = office.matter(_RESTAURANT)
    case = office.plain(matter, day, pace=_QUICK | {"CP4": matter.statutory_days})
    plot.add(case, DECISION_LATE, None, "法定期限最后一日作出决定", "decided on the last lawful day")
    plot.add(case, STEP_LATE, "orange", "总时限未超，审查环节超时", "in time as a whole, the examination took too long")


def decision_extended(office: Office, day: date, plot: Plot) -> None:
    """Ten days of extension, told to the applicant, and all used."""
    matter = office.matter(_TOBACCO)
    case = office.plain(matter, day, pace=_QUICK | {"CP4": matter.statutory_days + 10})
    case.extension_days, case.extension_told = 10, True
    office.set_due(case)
    plot.add(case, DECISION_LATE, None, "经批准延长十个工作日并已告知", "extended by ten working days, and told")
    plot.add(case, STEP_LATE, "orange", "总时限未超，审查环节超时", "in time as a whole, the examination took too long")


def long_procedure(office: Office, day: date, plot: Plot) -> None:
    """Far beyond the limit by the calendar, but the testing was excluded and told in writing."""
    case = office.accepted(office.matter(_SEWER), day)
    office.work(case, procedure=25)
    office.grant(case)
    office.set_due(case)
    plot.add(case, DECISION_LATE, None, "检测时间依法不计入期限", "the time of testing does not count")
    plot.add(case, NOT_TOLD, None, "特别程序所需时间已书面告知", "the time needed was told in writing")


def procedure_untold(office: Office, day: date, plot: Plot) -> None:
    """A procedure whose time was taken off the limit without the written notice."""
    case = office.accepted(office.matter(_FOOD), day)
    office.work(case, procedure=3, told=False)
    office.grant(case)
    office.set_due(case)
    plot.add(case, NOT_TOLD, "orange", "特别程序所需时间没有书面告知", "the time excluded was never told in writing")


def step_late(office: Office, day: date, plot: Plot) -> None:
    """The review took days too many; the whole stayed within the law."""
    matter = office.matter(_RESTAURANT)
    case = office.plain(matter, day, pace=_QUICK | {"CP6": matter.steps["CP6"] + office.rng.randrange(1, 8)})
    plot.add(case, STEP_LATE, "orange", "总时限未超，审核环节超时", "in time as a whole, the review took too long")


def step_on_last_day(office: Office, day: date, plot: Plot) -> None:
    """Every step took all its days."""
    matter = office.matter(_FOOD)
    case = office.plain(matter, day, pace={step: matter.steps[step] for step in _QUICK})
    plot.add(case, STEP_LATE, None, "各环节均在时限最后一日完成", "every step was done on its last day")


def delivery_late(office: Office, day: date, plot: Plot) -> None:
    """A licence delivered eleven to nineteen working days after the decision."""
    case = office.plain(office.matter(_DRIVERS), day)
    _delivered_after(case, office, plot, office.rng.randrange(11, 20), "orange")


def delivery_very_late(office: Office, day: date, plot: Plot) -> None:
    """A licence delivered twenty or more working days after the decision."""
    case = office.plain(office.matter(_DRIVERS), day)
    _delivered_after(case, office, plot, office.rng.randrange(20, 30), "red")


def delivery_on_last_day(office: Office, day: date, plot: Plot) -> None:
    """A licence delivered on the tenth working day after the decision."""
    _delivered_after(office.plain(office.matter(_DRIVERS), day), office, plot, 10, None)


def _delivered_after(case: Case, office: Office, plot: Plot, days: int, level: str | None) -> None:
    if case.decided is None or case.issued is None:
        raise ValueError(f"{case.number} has no licence to deliver")
    office.deliver(case, days - workdays.between(case.decided.date(), case.issued.date()))
    zh, en = f"决定后第{days}个工作日送达", f"delivered {days} working days after the decision"
    plot.add(case, DELIVERY_LATE, level, zh, en)


def undelivered(office: Office, day: date, plot: Plot) -> None:
    """A licence granted and made, and never handed over."""
    case = office.plain(office.matter(_DRIVERS), day)
    case.delivered = None
    case.steps = [step for step in case.steps if step.activity != "送达"]
    plot.add(case, DELIVERY_LATE, "red", "准予后一直没有送达", "granted and never delivered")


def rating_late(office: Office, day: date, plot: Plot) -> None:
    """A bad rating answered after more than five working days."""
    days = office.rng.randrange(6, 16)
    case = office.plain(office.matter(_DRIVERS), day)
    office.rate(case, "very_dissatisfied", days)
    plot.add(
        case, BAD_RATING, "orange", f"差评{days}个工作日才反馈", f"a bad rating answered after {days} working days"
    )


def rating_unanswered(office: Office, day: date, plot: Plot) -> None:
    """A bad rating that nobody answered."""
    case = office.plain(office.matter(_RESTAURANT), day)
    rating = office.rate(case, "dissatisfied", 1)
    rating.handled = rating.called_back = None
    plot.add(case, BAD_RATING, "orange", "差评一直没有反馈", "a bad rating never answered")


def rating_on_last_day(office: Office, day: date, plot: Plot) -> None:
    """A bad rating answered on the fifth working day."""
    case = office.plain(office.matter(_DRIVERS), day)
    office.rate(case, "dissatisfied", 5)
    plot.add(case, BAD_RATING, None, "差评第五个工作日反馈", "a bad rating answered on the fifth working day")
