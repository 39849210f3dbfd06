"""A run as one HTML file: no request leaves it, it works without script, and a policy inside it says so."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from xiezhi.cli.report.figures import Levels, bars, by_organisation, levels_of, title
from xiezhi.cli.report.groups import Group, group
from xiezhi.cli.report.model import Report
from xiezhi.cli.report.selection import Most
from xiezhi.cli.report.told import organisations
from xiezhi.cli.report.words import both, number, plain, say, shown
from xiezhi.engine.findings.dates import said
from xiezhi.engine.telling.law import is_chinese
from xiezhi.engine.visible import visible
from xiezhi.engine.words import Language, Words

_PARTS = ("base", "tables", "findings", "ruler", "narrow", "print")


def render_report(report: Report, *, language: Language = "zh", most: Most | None = None) -> str:
    """Return the report as one HTML document in both languages, ``language`` shown first.

    ``most`` bounds how many findings are told in full and listed; the page states what it left out.
    """
    limits = most or Most()
    groups = group(report, limits)
    levels = levels_of(report.findings)
    style = _style(report)
    script = Markup(_script())  # noqa: S704  our own file
    heading = title(report, levels)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            language=language,
            title=heading,
            tab=Words(visible(f"{heading.zh} · 獬豸"), visible(f"{heading.en} · Xiezhi")),
            day=said(report.as_of) if report.as_of else plain("no_day"),
            levels=levels,
            groups=groups,
            found=[one for one in groups if one.levels.total],
            not_run=[run for run in report.indicators if run.not_run],
            organisations=_organisations(report, limits),
            organisation_names=organisations([row for one in groups for row in _rows(one)]),
            longest=max((one.levels.total for one in groups), default=0),
            style=style,
            script=script,
            policy=_policy(style, script),
            **_counts(report),
        )
    )


def _rows(one: Group) -> list[Any]:
    return [*(told.row for told in one.full), *one.rows]


def _counts(report: Report) -> dict[str, Any]:
    names = sorted({*report.accepted, *report.quarantined} - {""})
    if "" in report.quarantined:
        names.append("")
    years = [str(year) for year in sorted(report.provisional)]
    return {
        "accepted": sum(report.accepted.values()),
        "quarantined": sum(report.quarantined.values()),
        "dataset_rows": [(name, report.accepted.get(name, 0), report.quarantined.get(name, 0)) for name in names],
        "years": Words("、".join(years), ", ".join(years)),
    }


def _organisations(report: Report, most: Most) -> dict[str, Any]:
    counted = by_organisation(report.findings)
    head, rest = counted[: most.organisations], counted[most.organisations :]
    longest = max((levels.total for _, levels in head), default=0)
    more = Levels(
        sum(levels.red for _, levels in rest),
        sum(levels.orange for _, levels in rest),
        sum(levels.notice for _, levels in rest),
    )
    return {
        "rows": [(name, levels, bars(levels, longest)) for name, levels in head],
        "rest": len(rest),
        "rest_levels": more,
        "longest": longest,
    }


def _policy(style: str, script: str) -> str:
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _style(report: Report) -> Markup:
    """Return the style sheet with the line at the foot of each printed sheet."""
    sheet = f"獬豸 Xiezhi · {report.field} · {report.as_of or ''}"
    parts = [_ruler() if name == "ruler" else _read(f"styles/{name}.css") for name in _PARTS]
    text = _environment().get_template("style.css.j2").render(parts=parts, sheet=_css_text(sheet))
    return Markup(text)  # noqa: S704  our own files, and one text escaped for CSS


def column_words(report: Report, dataset: str, column: str) -> Words:
    """Return what a column of a dataset is called; its own name where nobody said."""
    manner = report.columns.get(dataset, {}).get(column)
    return manner.words if manner is not None else Words(column, column)


def _css_text(text: str) -> str:
    """Return a text for inside a CSS string, everything but letters and digits of ASCII by its number."""
    return "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in text)


def _read(name: str) -> str:
    return files("xiezhi.cli.report").joinpath(name).read_text(encoding="utf-8")


def _ruler() -> str:
    """Return how a ruler looks: as on the pages of the web application."""
    return files("xiezhi.web").joinpath("static/xiezhi/css/ruler.css").read_text(encoding="utf-8")


def _script() -> str:
    return _read("report.js")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("xiezhi.cli.report"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        column_words=column_words, say=say, both=both, shown=shown, plain=plain, Words=Words, is_chinese=is_chinese
    )
    environment.filters.update(both=both, shown=shown, number=number, visible=visible)
    return environment
