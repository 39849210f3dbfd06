"""The first entries of the menu: overview, alerts, one's tasks."""

from xiezhi.engine.words import Words
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.alerts.permissions import SEERS
from xiezhi.kernel.alerts.queries import waiting
from xiezhi.kernel.dispositions.tasks import tasks
from xiezhi.web import menu

_READERS = SEERS | {Role.LIAISON}
_ACTING = frozenset({Role.OFFICER, Role.APPROVER, Role.LIAISON})


def _entries() -> tuple[menu.Entry, ...]:
    return (
        menu.Entry("overview", Words("概览", "Overview")),
        menu.Entry("alerts", Words("预警", "Alerts"), _READERS, waiting),
        menu.Entry("tasks", Words("我的待办", "My tasks"), _ACTING, tasks),
    )


def add() -> None:
    """Add the group that has no heading."""
    menu.add("main", menu.Group(_entries))
