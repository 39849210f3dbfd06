"""The self-contained HTML report of one run: what was found, by which law, on which rows, and what was not run."""

from xiezhi.cli.report.model import (
    IndicatorRun,
    LawText,
    Quarantined,
    ReadFile,
    Report,
    UsedValue,
)
from xiezhi.cli.report.render import render_report

__all__ = [
    "IndicatorRun",
    "LawText",
    "Quarantined",
    "ReadFile",
    "Report",
    "UsedValue",
    "render_report",
]
