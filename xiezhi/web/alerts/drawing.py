"""The page of an alert as it is drawn: its clocks with their rulers, its course with moments in words."""

from dataclasses import dataclass

from xiezhi.engine.words import Words
from xiezhi.kernel.alerts.parts import Part
from xiezhi.kernel.dispositions.page import AlertCase
from xiezhi.web.components.ruler import RulerView, ruler_of


@dataclass(frozen=True)
class PartDrawn:
    """A finding of the alert with the drawing of its deadline. ``undrawn``: it has a clock that cannot be drawn."""

    part: Part
    ruler: RulerView | None

    @property
    def undrawn(self) -> bool:
        """Whether there is a clock without a drawing."""
        return self.part.clock is not None and self.ruler is None


@dataclass(frozen=True)
class Drawn:
    """The page of an alert. ``barred``: what cannot be done now, by its reason."""

    case: AlertCase
    first: PartDrawn
    more: tuple[PartDrawn, ...]
    barred: tuple[tuple[Words, tuple[Words, ...]], ...]


def draw(case: AlertCase) -> Drawn:
    """Return the page of an alert, its first finding in full, the others beneath it."""
    parts = [PartDrawn(part, _ruler(part, place)) for place, part in enumerate(case.view.parts)]
    barred: dict[Words, list[Words]] = {}
    for item in case.barred:
        barred.setdefault(item.refused, []).append(item.words)
    return Drawn(case, parts[0], tuple(parts[1:]), tuple((why, tuple(acts)) for why, acts in barred.items()))


def _ruler(part: Part, place: int) -> RulerView | None:
    data = part.clock
    if data is None:
        return None
    return ruler_of(
        data.clock,
        data.as_of,
        data.calendar,
        name=f"clock-{place}",
        level=part.level,
        limit_name=data.limit_name,
        cited=data.cited,
        reasons=data.reasons,
    )
