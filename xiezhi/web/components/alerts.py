"""The alerts of a subject, or open alerts of a field by body and checkpoint."""

from urllib.parse import urlencode

from django.utils import timezone

from xiezhi.engine.packs.screens import Component
from xiezhi.engine.words import Words
from xiezhi.kernel.alerts.figures import Heat, HeatRow, heat
from xiezhi.web.components.showing import Cell, Head, Page, Shown, Table

_NONE = Words(
    "没有预警。没有预警不等于没有问题，只说明现有规则没有发现。",
    "No alert: the rules found nothing, no more than that.",
)
_NO_LANES = Words("近90天没有按关口列出的预警。", "No alert stood at a checkpoint in the last 90 days.")


def draw(page: Page, component: Component) -> Shown:
    """Return the list or the heat, within what the reader may see."""
    return _heat(page, component) if component.form == "heat" else _list(page, component)


def _list(page: Page, component: Component) -> Shown:
    heads = (
        Head(Words("预警", "Alert")),
        Head(Words("规则", "Rule")),
        Head(Words("状态", "State")),
        Head(Words("编号", "Number")),
    )
    rows = tuple(
        (
            Cell(alert.sentence, url=f"/alerts/{alert.number}/", level=alert.level),
            Cell(alert.rule),
            Cell(alert.state),
            Cell(Words(alert.number, alert.number)),
        )
        for alert in page.alerts
    )
    return Shown(component, page.alerts, Table(heads, rows), component.note, _NONE)


def _heat(page: Page, component: Component) -> Shown:
    found = heat(page.actor, today=timezone.localdate(), field=page.pack.id)
    if found is None or not found.rows:
        return Shown(component, None, None, component.note, _NO_LANES)
    heads = (
        Head(Words("单位", "Body")),
        *(Head(Words(f"{sign}{w.zh}", f"{sign} {w.en}"), number=True) for _, sign, w in found.checkpoints),
        Head(Words("合计", "Total"), number=True),
    )
    return Shown(component, found, Table(heads, tuple(_row(found, row) for row in found.rows)), component.note)


def _row(found: Heat, row: HeatRow) -> tuple[Cell, ...]:
    cells = []
    for cell in row.cells:
        query = {
            "field": found.field,
            "checkpoint": f"{found.field}.{cell.checkpoint}",
            "from": found.since.isoformat(),
        }
        if row.code:
            query["organisation"] = row.code
        url = f"/alerts/?{urlencode(query)}" if cell.count and row.code else ""
        level = f"heat{cell.shade}{' red' if cell.red else ''}"
        cells.append(Cell(_count(cell.count), url=url, level=level))
    return (Cell(row.words), *cells, Cell(_count(row.total)))


def _count(value: int) -> Words:
    text = f"{value:,}" if value else "·"
    return Words(text, text)
