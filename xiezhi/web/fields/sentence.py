"""The title of a page, a finished sentence with its number: what is not as it should be, and where the clock stands."""

from collections.abc import Sequence

from xiezhi.engine.words import NOTHING, Words
from xiezhi.web.components.lanes import Course
from xiezhi.web.components.showing import Page, Shown
from xiezhi.web.components.timeline import TimelineView

_THIS = Words("这个对象", "This subject")


def sentence(page: Page, shown: Sequence[Shown]) -> Words:
    """Return the sentence of a subject's page."""
    noun = page.screen.noun or _THIS
    course = next((item.view.course for item in shown if isinstance(item.view, TimelineView)), None)
    parts = [_course(course) if course is not None else _alerts(page), _clock(course)]
    told = [part for part in parts if part]
    zh, en = "，".join(part.zh for part in told), "; ".join(part.en for part in told)
    return Words(f"{noun.zh}{zh}", f"{noun.en} {en}")


def overview_sentence(name: Words, open_alerts: int) -> Words:
    """Return the sentence of a field's overview."""
    if not open_alerts:
        return Words(f"{name.zh}：您的范围内没有未结预警", f"{name.en}: no open alert within your scope")
    return Words(f"{name.zh}有{open_alerts:,}条未结预警", f"{name.en}: {open_alerts:,} open alerts")


def _course(course: Course) -> Words:
    count = course.deviations
    if not course.steps:
        return Words("没有环节记录", "has no steps on record")
    if not count:
        return Words("与规定流程相符", "keeps to its lawful flow")
    plural = "" if count == 1 else "s"
    return Words(f"有{count}处与规定流程不符", f"departs from its lawful flow at {count} point{plural}")


def _alerts(page: Page) -> Words:
    count = sum(alert.open for alert in page.alerts)
    if not count:
        return Words("没有未结预警", "has no open alert")
    return Words(f"有{count}条未结预警", f"has {count} open alert{'' if count == 1 else 's'}")


def _clock(course: Course | None) -> Words:
    clock = course.clock if course is not None else None
    if clock is None or clock.ruler.over is None:
        return NOTHING
    over, still_open = clock.ruler.over, clock.ruler.ruler.still_open
    days = "day" if abs(over) == 1 else "days"
    if over > 0 and still_open:
        return Words(f"法定期限已过{over}个工作日", f"its limit passed {over} working {days} ago")
    if over > 0:
        return Words(f"超过法定期限{over}个工作日办结", f"it ended {over} working {days} after its limit")
    if not still_open:
        return Words("在法定期限之内办结", "it ended within its limit")
    if over == 0:
        return Words("法定期限今日届满", "its limit ends today")
    return Words(f"距法定期限还有{-over}个工作日", f"{-over} working {days} are left of its limit")
