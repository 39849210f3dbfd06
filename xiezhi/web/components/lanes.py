"""A case against its course: what was done at each lane, in what time, and whether that is as it should be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xiezhi.engine.packs.screens import Component
from xiezhi.engine.telling.counting import Pause
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.alerts.about import AlertAbout
from xiezhi.web.components.clock import ClockDrawn, clock_of
from xiezhi.web.components.showing import Cell, Page, cell_of

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_AGREES = Words("相符", "as it should be")
_NO_RECORD = Words("没有记录", "nothing on record")


@dataclass(frozen=True)
class Step:
    """Something that was done. ``used``, ``limit`` in working days, excluded time aside; None where not known."""

    entered: datetime | date | None
    left: datetime | date
    who: Cell
    what: Cell
    used: int | None
    limit: int | None


@dataclass(frozen=True)
class Lane:
    """A lane. ``verdicts``: what is not as it should be, with the alert that says so where there is one."""

    code: str
    number: str
    words: Words
    steps: tuple[Step, ...]
    pauses: tuple[Pause, ...]
    verdicts: tuple[tuple[Words, AlertAbout | None], ...]

    @property
    def used(self) -> int | None:
        """Return the working days of all its steps."""
        told = [step.used for step in self.steps if step.used is not None]
        return sum(told) if told else None

    @property
    def limit(self) -> int | None:
        """Return the limit of its steps together."""
        return next((step.limit for step in self.steps if step.limit is not None), None)

    @property
    def over(self) -> int:
        """Return the working days over the limit, 0 where there are none."""
        return max((self.used or 0) - self.limit, 0) if self.limit is not None and self.used is not None else 0

    @property
    def level(self) -> str:
        """Return the level of the alert that stands here: the colour of what raised it."""
        levels = [alert.level for _, alert in self.verdicts if alert is not None]
        return "red" if "red" in levels else levels[0] if levels else ""

    @property
    def told(self) -> Words:
        """Return what is said beside its bar: time used and limit."""
        if self.used is None:
            return NOTHING
        used = Words("当日", "same day") if not self.used else Words(f"用{self.used}日", f"{self.used} used")
        if self.limit is None:
            return used
        limit = (
            Words("限当日", "same day allowed")
            if not self.limit
            else Words(f"限{self.limit}日", f"{self.limit} allowed")
        )
        over = Words(f"，超{self.over}日", f", {self.over} over") if self.over else NOTHING
        return Words(f"{used.zh}，{limit.zh}{over.zh}", f"{used.en}, {limit.en}{over.en}")

    @property
    def compared(self) -> Words:
        """Return how it compares with the flow, in one text."""
        if self.verdicts:
            texts = [words for words, _ in self.verdicts]
            return Words("；".join(t.zh for t in texts), "; ".join(t.en for t in texts))
        return _AGREES if self.steps or self.pauses else _NO_RECORD


@dataclass(frozen=True)
class Course:
    """The course of a case. ``loose``: steps that stand at no lane. ``promised``: the last day of a promise."""

    lanes: tuple[Lane, ...]
    loose: tuple[Step, ...]
    clock: ClockDrawn | None
    promised: date | None
    as_of: date
    open: bool

    @property
    def deviations(self) -> int:
        """Return how many things are not as the flow asks."""
        return sum(len(lane.verdicts) for lane in self.lanes)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return all steps in order of time."""
        every = [step for lane in self.lanes for step in lane.steps]
        return tuple(sorted((*every, *self.loose), key=lambda step: str(step.left)))


def course_of(page: Page, component: Component) -> Course | None:
    """Return the course of the subject of a page, None where there is neither a step nor a clock."""
    facts = page.facts
    if facts is None or page.subject is None:
        return None
    rows = page.rows(component, "steps")
    roles = component.bindings["steps"].roles
    steps: dict[str, list[Step]] = {}
    for row in rows.rows:
        if row.get(roles["to"]) is not None:
            steps.setdefault(str(row.get(roles["lane"]) or ""), []).append(_step(page, component, row))
    clocks = (clock_of(page, component, name) for name in component.indicators)
    clock = next((found for found in clocks if found is not None), None)
    if not steps and clock is None:
        return None
    return Course(
        lanes=tuple(_lanes(page, component, steps, clock)),
        loose=tuple(steps.get("", ())),
        clock=clock,
        promised=_promised(page, component),
        as_of=facts.as_of,
        open=page.subject.closed is None and not page.subject.withdrawn,
    )


def lane_names(page: Page, component: Component) -> Mapping[str, Words]:
    """Return the lanes of a component: the values of its code list, in order."""
    dataset, _, codes = component.lanes.partition(".")
    declared = page.pack.datasets[dataset].codes[codes]
    return {code.value: code.words for code in declared}


def _lanes(
    page: Page, component: Component, steps: Mapping[str, list[Step]], clock: ClockDrawn | None
) -> Iterator[Lane]:
    claimed = clock.ruler.counting.clock.pauses if clock is not None else ()
    for place, (code, words) in enumerate(lane_names(page, component).items()):
        pauses = claimed if code == component.pauses_in else ()
        number = _CIRCLED[place] if place < len(_CIRCLED) else str(place + 1)
        bare = Lane(code, number, words, tuple(steps.get(code, ())), tuple(pauses), ())
        yield Lane(code, number, words, bare.steps, bare.pauses, tuple(_verdicts(page, bare)))


def _verdicts(page: Page, lane: Lane) -> Iterator[tuple[Words, AlertAbout | None]]:
    """Yield what is not as it should be: over the limit, time left out that may not be, and what alerts say beside."""
    here = [alert for alert in page.alerts if lane.code in alert.places]
    told: set[str] = set()
    if lane.over:
        alert = next((alert for alert in here if alert.indicator.endswith("step_late")), None)
        told |= {alert.number} if alert is not None else set()
        yield Words(f"本步超{lane.over}日", f"this step {lane.over} over"), alert
    for pause in lane.pauses:
        if pause.counted:
            alert = next((alert for alert in here if alert.number not in told), None)
            told |= {alert.number} if alert is not None else set()
            yield Words(f"{pause.reason.zh}扣除不成立", f"{pause.reason.en}: not excluded"), alert
    for alert in here:
        if alert.number not in told:
            yield alert.rule, alert


def _step(page: Page, component: Component, row: Mapping[str, Any]) -> Step:
    rows, roles = page.rows(component, "steps"), component.bindings["steps"].roles

    def cell(role: str) -> Cell:
        name = roles.get(role, "")
        return cell_of(page, rows, name, row.get(name)) if name else Cell(Words("–", "–"))

    used, limit = row.get(roles.get("used", "")), row.get(roles.get("limit", ""))
    return Step(
        row.get(roles.get("from", "")),
        row[roles["to"]],
        cell("who"),
        cell("what"),
        used,
        limit if rows.limited else None,
    )


def _promised(page: Page, component: Component) -> date | None:
    binding = component.bindings.get("promise")
    rows: Sequence[Mapping[str, Any]] = page.rows(component, "promise").rows
    found = [row.get(binding.roles["day"]) for row in rows] if binding is not None else []
    return next((day for day in found if isinstance(day, date)), None)
