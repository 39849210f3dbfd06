"""A case as it stood in the evening of a day: what came later is taken away. The case itself is left as it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

from xiezhi.demo.case import Case, Procedure, Rating, Receipt

_EVENING = time(20, 0)  # nobody works later


def finished(case: Case) -> date:
    """Return the day of the last thing that is known of a case; whether it is closed is another matter."""
    return max(_days(case))


def _days(case: Case) -> Iterator[date]:
    moments = (case.recorded, case.accepted, case.decided, case.closed, case.issued, case.delivered)
    yield from (moment.date() for moment in (case.received, *moments, *case.supplements) if moment is not None)
    yield from (step.recorded.date() for step in case.steps)
    for procedure in case.procedures:
        yield procedure.ended or procedure.started
    for receipt in case.receipts:
        yield receipt.day
        yield from (day for day, _ in receipt.deposits)


def until(case: Case, day: date) -> Case:
    """Return the case as far as it had gone by the evening of a day."""
    if finished(case) <= day:
        return case
    end = datetime.combine(day, _EVENING)
    closed = _not_after(case.closed, end)
    accepted = _not_after(case.accepted, end)
    return replace(
        case,
        steps=[step for step in case.steps if step.happened <= end],
        accepted=accepted,
        decided=_not_after(case.decided, end),
        issued=_not_after(case.issued, end),
        delivered=_not_after(case.delivered, end),
        closed=closed,
        outcome=case.outcome if closed or case.closed is None else "",
        qualified=case.qualified if closed or case.closed is None else None,
        due=case.due if accepted else None,
        supplements=[moment for moment in case.supplements if moment <= end],
        procedures=[_procedure(one, day) for one in case.procedures if one.started <= day],
        receipts=[_receipt(one, day) for one in case.receipts if one.day <= day],
        rating=None if case.rating is None or case.rating.at > end else case.rating,
    )


def answered(rating: Rating) -> date:
    """Return the day on which a rating was given, or answered where it was."""
    return rating.handled or rating.at.date()


def _not_after(moment: datetime | None, end: datetime) -> datetime | None:
    return moment if moment is not None and moment <= end else None


def _procedure(procedure: Procedure, day: date) -> Procedure:
    ended = procedure.ended if procedure.ended is not None and procedure.ended <= day else None
    return replace(procedure, ended=ended)


def _receipt(receipt: Receipt, day: date) -> Receipt:
    return replace(receipt, deposits=[(paid, amount) for paid, amount in receipt.deposits if paid <= day])
