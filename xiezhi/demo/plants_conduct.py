"""Plants about conduct: notices, duties, order, fees, entries, favours, and matters off the list."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from xiezhi.demo import workdays
from xiezhi.demo.case import Case
from xiezhi.demo.course import Office
from xiezhi.demo.planting import (
    AFTER_ISSUE,
    DEPOSITED_LATE,
    NO_BASIS,
    NOT_DEPOSITED,
    NOTICE_LATE,
    OFF_LIST,
    OVER_STANDARD,
    REPEATED,
    SAME_PERSON,
    SILENT,
    STEP_LATE,
    TOO_FAST,
    Plot,
)
from xiezhi.demo.span import Span
from xiezhi.demo.truth import Planted

UNLISTED, DELISTED = "M901", "M902"

_WORK = ("CP4", "CP5", "CP6", "CP7")
_RESTAURANT, _SHELTER, _QUOTA, _PHARMACY, _WELDERS = "M015", "M119", "M028", "M016", "M114"


def off_the_list(span: Span) -> Iterator[tuple[str | int | None, ...]]:
    """Give the rows of the matter register that stand beside those of the list."""
    unlisted = (UNLISTED, "门店招牌样式审核", "明川市城市管理局", "false", None, None)
    listed = ("明川市市场监督管理局", "true", (span.first - timedelta(365)).isoformat(), span.delisted.isoformat())
    for row in (unlisted, (DELISTED, "餐饮服务从业人员备案", *listed)):
        yield *row, 20, 10, "false", "false", "false", "", None


def notices_repeated(office: Office, day: date, plot: Plot) -> None:
    """Two or three notices to supplement."""
    case = office.plain(office.matter(_PHARMACY), day)
    for _ in range(office.rng.randrange(2, 4)):
        case.supplements.append(case.received + timedelta(minutes=10 * (1 + len(case.supplements))))
    number = len(case.supplements)
    plot.add(case, REPEATED, "orange", f"{number}次补正告知", f"{number} supplement notices")


def notice_once(office: Office, day: date, plot: Plot) -> None:
    """One notice, as the law allows."""
    case = office.plain(office.matter(_PHARMACY), day)
    case.supplements.append(case.received + timedelta(minutes=10))
    plot.add(case, REPEATED, None, "一次补正告知", "one supplement notice")


def one_person(office: Office, day: date, plot: Plot) -> None:
    """One person at the window and at the decision."""
    case = office.plain(office.matter(_RESTAURANT), day)
    first, second = office.rng.choice((("CP2", "CP4"), ("CP2", "CP7"), ("CP4", "CP7")))
    case.step(second).actor = case.step(first).actor
    plot.add(case, SAME_PERSON, "orange", f"同一人经办{first}与{second}", f"one person at {first} and {second}")


def one_person_receives(office: Office, day: date, plot: Plot) -> None:
    """One person receives and accepts, which is one duty."""
    case = office.plain(office.matter(_RESTAURANT), day)
    case.step("CP2").actor = case.step("CP1").actor
    plot.add(case, SAME_PERSON, None, "同一人收件并受理", "one person received and accepted")


def notice_late(office: Office, day: date, plot: Plot) -> None:
    """A notice to supplement after more than five working days."""
    days = office.rng.randrange(6, 12)
    case = office.plain(office.matter(_PHARMACY), day, notice_after=days)
    plot.add(
        case, NOTICE_LATE, "orange", f"第{days}个工作日才告知补正", f"told what is missing after {days} working days"
    )


def notice_on_last_day(office: Office, day: date, plot: Plot) -> None:
    """A notice to supplement on the fifth working day."""
    case = office.plain(office.matter(_PHARMACY), day, notice_after=5)
    plot.add(case, NOTICE_LATE, None, "第五个工作日告知补正", "told what is missing on the fifth working day")


def unanswered(office: Office, day: date, plot: Plot) -> None:
    """An application that came in and was neither accepted nor answered."""
    case = office.received(office.matter(_PHARMACY), day)
    plot.add(case, SILENT, "orange", "收件后既未受理也未告知", "received, neither accepted nor answered")


def received_lately(office: Office, day: date, plot: Plot) -> None:
    """An application of the last days, not yet answered."""
    del day
    case = office.received(office.matter(_PHARMACY), workdays.before(office.span.today, office.rng.randrange(1, 4)))
    plot.add(case, SILENT, None, "收件未满五个工作日", "received less than five working days ago")


def jumped(office: Office, day: date, plot: Plot) -> None:
    """A later application for a limited number granted at once, while an earlier one waits."""
    matter = office.matter(_QUOTA)
    earlier = office.plain(matter, day, pace={"CP4": 12, "CP5": 0, "CP6": 0, "CP7": 0})
    later = office.plain(matter, workdays.add(day, 2), pace={"CP4": 0, "CP5": 0, "CP6": 0, "CP7": 1})
    plot.add(
        earlier, STEP_LATE, "orange", "总时限未超，审查环节超时", "in time as a whole, the examination took too long"
    )
    plot.cases.append(later)  # whom the jump harms is found once all cases are made


def fee_unfounded(office: Office, day: date, plot: Plot) -> None:
    """A fee for a matter that has none."""
    case = office.plain(office.matter(_PHARMACY), day)
    office.take_fee(case, 100 * office.rng.randrange(50, 500))
    plot.add(case, NO_BASIS, "orange", "无依据收费", "a fee without a basis")


def fee_above_standard(office: Office, day: date, plot: Plot) -> None:
    """A fee above the published standard, all of it deposited."""
    case = office.plain(office.matter(_SHELTER), day)
    receipt = case.receipts[0]
    receipt.amount += 100 * office.rng.randrange(1, 300)
    receipt.deposits = [(paid, receipt.amount) for paid, _ in receipt.deposits]
    plot.add(case, OVER_STANDARD, "orange", "超过公布的标准收费", "a fee above the published standard")


def fee_deposited_late(office: Office, day: date, plot: Plot) -> None:
    """A fee that reached the treasury days after the next working day."""
    case = office.plain(office.matter(_SHELTER), day)
    receipt = case.receipts[0]
    receipt.deposits = [(workdays.add(paid, office.rng.randrange(1, 6)), amount) for paid, amount in receipt.deposits]
    plot.add(case, DEPOSITED_LATE, "orange", "收费逾期缴库", "a fee deposited late")


def fee_as_published(office: Office, day: date, plot: Plot) -> None:
    """The fee that the law knows, at its rate, and deposited in two parts."""
    case = office.plain(office.matter(_SHELTER), day)
    receipt = case.receipts[0]
    half = receipt.amount // 2
    (paid, _) = receipt.deposits[0]
    receipt.deposits = [(paid, half), (paid, receipt.amount - half)]
    plot.add(case, NO_BASIS, None, "按公布的依据收费", "a fee with a published basis")
    plot.add(case, OVER_STANDARD, None, "按公布的标准收费", "the fee at its published rate")
    plot.add(case, DEPOSITED_LATE, None, "次一工作日缴库", "deposited on the next working day")
    plot.add(case, NOT_DEPOSITED, None, "分两笔足额缴库", "deposited in full, in two parts")


def fee_kept(office: Office, day: date, plot: Plot) -> None:
    """A fee that never reached the treasury, or not all of it."""
    case = office.plain(office.matter(_SHELTER), day)
    receipt = case.receipts[0]
    if office.rng.random() < 0.5:
        receipt.deposits.clear()
        zh, en = "收费没有缴库", "a fee never deposited"
    else:
        (paid, amount) = receipt.deposits[0]
        receipt.deposits[0] = (paid, amount - 10_000)
        zh, en = "收费没有足额缴库", "a fee not deposited in full"
    plot.add(case, NOT_DEPOSITED, "red", zh, en)


def entered_afterwards(office: Office, day: date, plot: Plot) -> None:
    """A case entered after its licence was made."""
    case = office.plain(office.matter(_PHARMACY), day)
    case.recorded = _issued(case) + timedelta(days=office.rng.randrange(1, 6))
    plot.add(case, AFTER_ISSUE, "orange", "发证之后才录入", "entered after the licence was made")


def entered_in_time(office: Office, day: date, plot: Plot) -> None:
    """A paper case entered on the day after receipt."""
    case = office.plain(office.matter(_PHARMACY), day, pace={"CP4": 4})
    case.channel = "邮寄"
    case.recorded = office.at(workdays.add(day, 1))
    plot.add(case, AFTER_ISSUE, None, "邮寄申请次日录入", "a posted application entered the next day")


def favoured(office: Office, day: date, plot: Plot) -> None:
    """An applicant whose cases are decided on the day, where all others wait for days."""
    matter = office.matter(_WELDERS)
    applicant = office.names.firm(_RESTAURANT)
    for number in range(12):
        case = office.plain(matter, workdays.add(day, 3 * number), applicant=applicant, pace=dict.fromkeys(_WORK, 0))
        plot.cases.append(case)
    for number in range(30):  # the others, who wait: enough of them in the smallest city, too
        plot.cases.append(office.plain(matter, workdays.add(day, number)))
    plot.planted.append(
        Planted(
            TOO_FAST.name,
            TOO_FAST.kind,
            matter.number,
            "orange",
            ("同一申请人的十二件均当日办结", "twelve cases of one applicant, each decided on the day"),
        )
    )


def quick_once(office: Office, day: date, plot: Plot) -> None:
    """Two quick cases of one applicant: too few to say anything."""
    matter = office.matter(_PHARMACY)
    applicant = office.names.firm(_PHARMACY)
    for number in range(2):
        case = office.plain(matter, workdays.add(day, number), applicant=applicant, pace=dict.fromkeys(_WORK, 0))
        plot.cases.append(case)
    plot.planted.append(
        Planted(
            TOO_FAST.name,
            TOO_FAST.kind,
            matter.number,
            None,
            ("同一申请人两件当日办结，数量不足", "two quick cases of one applicant, too few to say anything"),
        )
    )


def unlisted(office: Office, day: date, plot: Plot) -> None:
    """A case of a matter that stands on no list."""
    case = _of_matter(office.plain(office.matter(_RESTAURANT), day), UNLISTED)
    plot.add(case, OFF_LIST, "orange", "事项不在许可清单内", "a matter that is not on the list")


def delisted(office: Office, day: date, plot: Plot) -> None:
    """A case of a matter accepted after it was taken off the list, or on that very day."""
    accepted_on = workdays.on_or_after(max(office.span.delisted, day))
    case = _of_matter(office.plain(office.matter(_RESTAURANT), accepted_on), DELISTED)
    plot.add(case, OFF_LIST, "orange", "事项移出清单之后仍受理", "accepted after the matter was taken off the list")


def listed_to_the_end(office: Office, day: date, plot: Plot) -> None:
    """A case accepted before its matter was taken off the list, and decided afterwards."""
    del day
    last = office.span.delisted - timedelta(office.rng.randrange(1, 4))
    while not workdays.is_workday(last):
        last -= timedelta(1)
    case = _of_matter(office.plain(office.matter(_RESTAURANT), last), DELISTED)
    plot.add(case, OFF_LIST, None, "事项移出清单之前受理", "accepted before the matter was taken off the list")


def _of_matter(case: Case, number: str) -> Case:
    case.matter_no = number
    return case


def _issued(case: Case) -> datetime:
    if case.issued is None:
        raise ValueError(f"{case.number} has no licence")
    return case.issued
