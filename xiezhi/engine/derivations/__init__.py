"""Derivations: deterministic pure functions, tables to tables."""

from typing import Any

REGISTRY: dict[str, Any] = {}
