"""The finding: all that an alert page needs, and the digest that anyone can recompute from its line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xiezhi.engine.canonical import digest
from xiezhi.engine.findings.texts import Text

Json = dict[str, Any]


@dataclass(frozen=True)
class Evidence:
    """A fact that a finding rests on. ``role`` is the ``ev_`` column's name without its prefix."""

    role: str
    dataset: str
    key: dict[str, Text]
    row_digest: str
    file: str
    line: int
    content: dict[str, Text]

    def as_json(self) -> Json:
        """Return the form of the contract."""
        return dict(self.__dict__)


def digest_of(finding: Json) -> str:
    """Recompute the digest from a finding's own line.

    SHA-256 over canonical JSON of field, indicator, rule, level, subject_type, subject_id, period, part, values, as_of,
    fingerprint and the sorted (role, dataset, key, row_digest) of the evidence. File, line and wording are not in it.
    """
    facts = sorted(
        (
            [
                item["role"],
                item["dataset"],
                {name: _plain(value) for name, value in item["key"].items()},
                item["row_digest"],
            ]
            for item in finding["evidence"]
        ),
        key=lambda fact: (fact[0], fact[1], sorted((name, str(value)) for name, value in fact[2].items()), fact[3]),
    )
    body = {
        name: finding[name] for name in ("field", "indicator", "rule", "level", "subject_type", "as_of", "fingerprint")
    }
    body["subject_id"] = _plain(finding["subject_id"])
    body["period"] = _plain(finding["period"])
    body["part"] = {name: _plain(value) for name, value in finding["part"].items()}
    body["values"] = {name: _plain(value) for name, value in finding["values"].items()}
    body["evidence"] = facts
    return digest(body)


def short_parts(parts: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the parts of a fingerprint, 16 hex digits each: enough to say which of them is another one."""
    return {name: value[:16] for name, value in parts}


def _plain(value: Text) -> str | bool | None:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
