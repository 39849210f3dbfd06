"""`xiezhi explain deadline`: a deadline day by day, each day counted or skipped, and why."""

from datetime import date, datetime
from typing import Any

import click

from xiezhi.engine.calendars.explain import explain
from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.calendars.pauses import Pause


@click.group("explain")
def explain_group() -> None:
    """Show how a result was worked out."""


@explain_group.command("deadline")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day the period starts from.")
@click.option("--limit", type=click.IntRange(0, 5000), required=True, help="How many days or months.")
@click.option(
    "--rule", type=click.Choice(["working", "calendar", "month", "tax"]), default="working", show_default=True
)
@click.option("--end", type=click.DateTime(["%Y-%m-%d"]), help="The day it was done, or looked at.")
@click.option("--pause", "pauses", multiple=True, metavar="FROM:TO[:REASON]", help="Days that do not count.")
@click.option("--calendar", default="CN", show_default=True, help="Country of the calendar.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def deadline_command(start: datetime, limit: int, rule: str, end: datetime | None, **options: Any) -> None:
    """Print the derivation of a deadline day by day."""
    explanation = explain(
        load_calendar(options["calendar"]),
        rule=rule,
        start=start.date(),
        limit=limit,
        end=end.date() if end else None,
        pauses=tuple(_pause(text) for text in options["pauses"]),
    )
    if options["as_json"]:
        import orjson  # noqa: PLC0415  only this form needs it

        click.echo(orjson.dumps(explanation.as_json(), option=orjson.OPT_INDENT_2).decode())
        return
    for line in explanation.lines(options["language"]):
        click.echo(line)


def _pause(text: str) -> Pause:
    first, _, rest = text.partition(":")
    last, _, reason = rest.partition(":")
    try:
        return Pause(date.fromisoformat(first), date.fromisoformat(last) if last else None, reason)
    except ValueError as error:
        raise click.BadParameter(f"{text!r}: write 2026-04-20:2026-04-23:expert review ({error})") from error
