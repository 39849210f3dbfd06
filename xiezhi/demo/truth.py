"""What was planted, and what only looks like it: the answers that findings are scored against."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Planted:
    """A case that was made on purpose.

    Attributes:
        rule: ``indicator.rule``.
        kind: law, practice or statistic.
        subject_id: what a finding would be about.
        level: orange or red; None for one that is innocent and must stay silent.
        what: what was done, in Chinese and English.
    """

    rule: str
    kind: str
    subject_id: str
    level: str | None
    what: tuple[str, str]


@dataclass(frozen=True)
class Truth:
    """Everything known about a generated city.

    Attributes:
        planted: by rule and subject.
        cases: number of cases written, the bad rows left out.
        hostile: file name → rows that must be put in quarantine.
    """

    planted: tuple[Planted, ...]
    cases: int
    hostile: dict[str, int]


def write_truth(truth: Truth, path: Path) -> None:
    """Write one object a line: rule, kind, subject_id, level, what{zh, en}."""
    lines = (json.dumps(_object(planted), ensure_ascii=False) for planted in truth.planted)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read_truth(path: Path) -> tuple[Planted, ...]:
    """Return what ``write_truth`` wrote."""
    objects = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(
        Planted(o["rule"], o["kind"], o["subject_id"], o["level"], (o["what"]["zh"], o["what"]["en"])) for o in objects
    )


def in_order(planted: Iterable[Planted]) -> tuple[Planted, ...]:
    """Return what was planted by rule and subject, each once."""
    return tuple(sorted(set(planted), key=lambda one: (one.rule, one.subject_id, one.level or "", one.what)))


def _object(planted: Planted) -> dict[str, object]:
    zh, en = planted.what
    return {
        "rule": planted.rule,
        "kind": planted.kind,
        "subject_id": planted.subject_id,
        "level": planted.level,
        "what": {"zh": zh, "en": en},
    }
