"""What makes an alert one: field, indicator, rule, subject and period. Its parts are its findings."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from xiezhi.engine.canonical import canonical, digest
from xiezhi.kernel.alerts.enums import Level
from xiezhi.kernel.findings.keeping import identity_of as finding_identity

Body: TypeAlias = dict[str, Any]
_NAMES = ("field", "indicator", "rule", "subject_type", "subject_id")
_ORDER = {Level.ORANGE.value: 1, Level.RED.value: 2}


def identity_of(body: Body) -> str:
    """Return the identity of the alert that a finding belongs to."""
    return digest({**{name: body[name] for name in _NAMES}, "period": body["period"] or ""})


def alerting(bodies: Iterable[Body]) -> list[Body]:
    """Return the findings that make an alert: orange and red ones, worst first, then in order of their part."""
    found = [body for body in bodies if body["level"] in _ORDER]
    return sorted(found, key=lambda body: (-_ORDER[body["level"]], canonical_part(body)))


def worst(bodies: Iterable[Body]) -> str:
    """Return the worst level of findings that make an alert."""
    return max((str(body["level"]) for body in bodies), key=lambda level: _ORDER[level])


def is_worse(level: str, than: str) -> bool:
    """Whether a level is worse than another."""
    return _ORDER[level] > _ORDER[than]


def parts(bodies: Iterable[Body]) -> dict[str, Body]:
    """Return findings by identity."""
    return {finding_identity(body): body for body in bodies}


def canonical_part(body: Body) -> str:
    """Return the part of a finding as a text to sort by."""
    return canonical({name: str(value) for name, value in body["part"].items()}).decode()
