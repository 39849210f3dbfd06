"""Whether a saved finding comes out again, and if not, what differs."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from xiezhi.engine.check.outcome import Outcome
from xiezhi.engine.findings.finding import digest_of, short_parts

Finding = Mapping[str, Any]
_IDENTITY = ("field", "indicator", "rule", "subject_type", "subject_id", "period", "part")
_COMPARED = ("level", "values", "as_of", "fingerprint")


def saved_finding(saved: Finding) -> dict[str, Any]:
    """Return a saved finding in the JSON form; a row of the Arrow or Parquet output, which holds some as text, too."""
    evidence = [{**item, **_parsed(item, ("key", "content"))} for item in saved["evidence"]]
    return {**saved, **_parsed(saved, ("part", "values", "fingerprint_parts")), "evidence": evidence}


def _parsed(item: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: orjson.loads(item[name]) for name in names if isinstance(item.get(name), str)}


def differences(saved: Finding, outcome: Outcome) -> list[str]:
    """Return what differs, one line each; empty when the digests are the same."""
    again = [finding for finding in outcome.findings if all(finding[n] == saved[n] for n in _IDENTITY)]
    if not again:
        return [f"differs: this finding does not come out of these files ({_why_not(saved, outcome)})"]
    found = again[0]
    if found["digest"] == saved["digest"] and digest_of(dict(saved)) == saved["digest"]:
        return []
    told = [f"{name}: saved {saved[name]!r}, now {found[name]!r}" for name in _COMPARED if saved[name] != found[name]]
    if saved["fingerprint"] != found["fingerprint"]:
        told += _parts(saved, outcome)
    told += _evidence(saved, found)
    return ["differs:", *told] if told else [f"differs: digest saved {saved['digest']}, now {found['digest']}"]


def _why_not(saved: Finding, outcome: Outcome) -> str:
    for ran in outcome.ran:
        if ran.indicator.id == saved["indicator"] and ran.not_run:
            return f"not run: {ran.not_run.en}"
    near = [f for f in outcome.findings if all(f[n] == saved[n] for n in ("indicator", "rule", "subject_id"))]
    if near:
        others = ", ".join(f"{name} {found[name]!r}" for found in near for name in ("period", "part") if found[name])
        return (
            f"its rule finds this subject with {others}, not with {saved['part'] or saved['period']!r}; "
            "a token that differs means another --key"
        )
    return "no rule finds this subject"


def _parts(saved: Finding, outcome: Outcome) -> list[str]:
    """Name the parts of the fingerprint as they are now; a saved line that holds parts is compared part by part."""
    plan = next((ran.compiled for ran in outcome.ran if ran.indicator.id == saved["indicator"]), None)
    if plan is None:
        return []
    before = dict(saved.get("fingerprint_parts", {}))
    now = short_parts(plan.parts)
    if not before:
        return [f"fingerprint part {name}: now {value}" for name, value in now.items()]
    return [
        f"fingerprint part {name}: saved {before.get(name)}, now {value}"
        for name, value in now.items()
        if before.get(name) != value
    ]


def _evidence(saved: Finding, found: Finding) -> list[str]:
    before, now = _facts(saved), _facts(found)
    gone = [f"evidence gone: {role} {dataset} {key}" for role, dataset, key, _ in sorted(before - now)]
    return gone + [f"evidence new: {role} {dataset} {key}" for role, dataset, key, _ in sorted(now - before)]


def _facts(finding: Finding) -> set[tuple[str, str, str, str]]:
    return {(e["role"], e["dataset"], str(e["key"]), e["row_digest"]) for e in finding["evidence"]}
