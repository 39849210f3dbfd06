"""The engine of this process: one pool of sandboxed evaluators, started when first needed."""

import atexit
from functools import cache

from django.conf import settings

from xiezhi.engine.run.duckdb_engine import DuckEngine
from xiezhi.engine.run.jobs import Engine, Limits


@cache
def engine() -> Engine:
    """Return the engine; its processes end with this one."""
    made = DuckEngine(limits=limits())
    atexit.register(made.close)
    return made


def limits() -> Limits:
    """Return what one evaluation may use."""
    return Limits(memory_mb=settings.EVALUATOR_MEMORY_MB, threads=settings.EVALUATOR_THREADS)
