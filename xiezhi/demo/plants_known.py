"""Plants about what is known when: facts that were changed or withdrawn afterwards, and a day that was counted wrongly.

What is true of them at the end is planted as everywhere; how they were first told is in the plot.
"""

from copy import deepcopy
from datetime import date

from xiezhi.demo.course import Office
from xiezhi.demo.planting import DECISION_LATE, OVER_STANDARD, STEP_LATE, Plot

_QUICK = {"CP4": 0, "CP5": 0, "CP6": 0, "CP7": 0}
_RESTAURANT, _SHELTER, _PHARMACY, _TOBACCO = "M015", "M119", "M016", "M121"


def extension_entered_later(office: Office, day: date, plot: Plot) -> None:
    """A decision that was late, until an extension was entered for it weeks afterwards."""
    matter = office.matter(_TOBACCO)
    case = office.plain(matter, day, pace=_QUICK | {"CP4": matter.statutory_days + 6})
    first = deepcopy(case)
    case.extension_days, case.extension_told = 10, True
    office.set_due(case)
    plot.amended.append((first, case))
    plot.add(case, DECISION_LATE, None, "延期事后补录，期限内作出决定", "in time by an extension entered afterwards")
    plot.add(case, STEP_LATE, "orange", "总时限未超，审查环节超时", "in time as a whole, the examination took too long")


def amount_corrected(office: Office, day: date, plot: Plot) -> None:
    """A fee above the standard by a slip of the pen, corrected weeks afterwards."""
    case = office.plain(office.matter(_SHELTER), day)
    first = deepcopy(case)
    receipt = first.receipts[0]
    receipt.amount += 30_000
    receipt.deposits = [(paid, receipt.amount) for paid, _ in receipt.deposits]
    plot.amended.append((first, case))
    plot.add(case, OVER_STANDARD, None, "金额录入有误，已更正", "an amount entered wrongly, and corrected")


def told_twice(office: Office, day: date, plot: Plot) -> None:
    """A case entered a second time by mistake, with a fee that nobody took; it is withdrawn, and never was."""
    case = office.plain(office.matter(_PHARMACY), day)
    office.take_fee(case, 20_000)
    plot.mistaken.append(case)


def before_the_free_saturday(office: Office, day: date, plot: Plot) -> None:
    """A decision on the last lawful day, if the Saturday after it came in is free, as it was."""
    del day
    matter = office.matter(_RESTAURANT)
    case = office.plain(matter, office.span.recent, pace=_QUICK | {"CP4": matter.statutory_days})
    plot.add(case, DECISION_LATE, None, "法定期限最后一日作出决定", "decided on the last lawful day")
    plot.add(case, STEP_LATE, "orange", "总时限未超，审查环节超时", "in time as a whole, the examination took too long")
