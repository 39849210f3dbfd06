"""The weekly course of alerts as a line: coordinates only, drawn by the template as inline SVG."""

from dataclasses import dataclass
from datetime import date

from xiezhi.engine.words import Words
from xiezhi.kernel.alerts.figures import Course

WIDTH, HEIGHT, TOP = 264, 56, 8
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Trend:
    """A small chart. Points are of the picture's own measure; ``middle``: where the median runs."""

    course: Course
    points: str
    middle: float
    last: tuple[float, float]
    months: tuple[tuple[float, Words], ...]

    @property
    def now(self) -> int:
        """The count of the running week."""
        return self.course.weeks[-1][1]

    @property
    def label(self) -> float:
        """Where its figure stands, level with the last point."""
        return self.last[1] + 4


def draw(course: Course) -> Trend:
    """Return the chart of a course; each has its own scale, from zero."""
    most = max(1, *(count for _, count in course.weeks))
    step = WIDTH / (len(course.weeks) - 1)

    def height(count: float) -> float:
        return round(TOP + (HEIGHT - TOP) * (1 - count / most), 1)

    places = [(round(place * step, 1), height(count)) for place, (_, count) in enumerate(course.weeks)]
    return Trend(
        course=course,
        points=" ".join(f"{x},{y}" for x, y in places),
        middle=height(course.middle),
        last=places[-1],
        months=tuple(_months([day for day, _ in course.weeks], step)),
    )


def _months(mondays: list[date], step: float) -> list[tuple[float, Words]]:
    """Return every second month at the week in which it begins."""
    starts = [place for place in range(1, len(mondays)) if mondays[place].month != mondays[place - 1].month]
    return [
        (round(place * step, 1), Words(f"{mondays[place].month}月", _MONTHS[mondays[place].month - 1]))
        for place in starts[::2]
        if place * step < WIDTH - 20
    ]
