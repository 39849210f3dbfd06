"""Derivations: deterministic pure functions, tables to tables."""

from xiezhi.engine.derivations.clock import CLOCK
from xiezhi.engine.derivations.derivation import Derivation
from xiezhi.engine.derivations.statistics import STATISTICS

REGISTRY: dict[str, Derivation] = {derivation.name: derivation for derivation in (CLOCK, STATISTICS)}
