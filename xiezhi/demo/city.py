"""Mingchuan, an invented city: its matters, departments, windows, and the parts that names are made of.

The files of ``data/`` are reduced from the reference data of the demo city. Names of places, limits promised, volumes
and shares are invented; the laws named as the basis of fees are general knowledge, not read.
"""

import csv
from dataclasses import dataclass
from importlib.resources import files

CHECKPOINTS = ("CP1", "CP2", "CP3", "CP4", "CP5", "CP6", "CP7", "CP8", "CP9")
ANY_WINDOW = "DSJ"  # the data bureau runs the windows that serve every department

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Matter:
    """A licence matter. Days are working days; ``fee`` in 分, None where there is none.

    ``excluded``: the procedure whose time does not count, empty without one; ``steps``: checkpoint → days.
    """

    number: str
    name: str
    department: str
    statutory_days: int
    promised_days: int
    instant: bool
    quota: bool
    fee: int | None
    fee_basis: str
    excluded: str
    excluded_share: float
    person_share: float
    volume: int
    steps: dict[str, int]


@dataclass(frozen=True)
class City:
    """Everything that stays the same from case to case."""

    matters: tuple[Matter, ...]
    departments: dict[str, str]
    windows: dict[str, tuple[str, ...]]
    districts: tuple[str, ...]


def load_city() -> City:
    """Return the city as the package holds it."""
    steps: dict[str, dict[str, int]] = {}
    for row in read("steps"):
        steps.setdefault(row["matter_no"], {})[row["checkpoint"]] = int(row["limit_days"])
    departments = {row["id"]: row["name"] for row in read("departments")}
    windows: dict[str, list[str]] = {}
    for row in read("windows"):
        windows.setdefault(row["department"], []).append(row["no"])
    shared = windows.pop(ANY_WINDOW)
    return City(
        matters=tuple(_matter(row, steps[row["matter_no"]]) for row in read("matters")),
        departments=departments,
        windows={name: tuple(windows.get(name, []) + shared) for name in departments},
        districts=tuple(row["name"] for row in read("districts")),
    )


def read(name: str) -> Rows:
    """Return the rows of a file of ``data/``."""
    text = files("xiezhi.demo").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _matter(row: dict[str, str], steps: dict[str, int]) -> Matter:
    return Matter(
        number=row["matter_no"],
        name=row["name"],
        department=row["department"],
        statutory_days=int(row["statutory_days"]),
        promised_days=int(row["promised_days"]),
        instant=row["instant"] == "1",
        quota=row["quota"] == "1",
        fee=int(row["fee_fen"]) if row["fee_fen"] else None,
        fee_basis=row["fee_basis"],
        excluded=row["excluded"],
        excluded_share=float(row["excluded_share"]),
        person_share=float(row["person_share"]),
        volume=int(row["yearly_volume"]),
        steps=steps,
    )
