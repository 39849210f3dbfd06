"""Xiezhi (獬豸): integrity supervision. Facts become findings that a person can answer."""

__version__ = "0.1.0"

__all__ = ["__version__", "check"]


def __getattr__(name: str) -> object:
    """Load `check` when it is first asked for: the evaluator's process imports this package and needs none of it."""
    if name == "check":
        from xiezhi.engine.check.api import check  # noqa: PLC0415

        return check
    raise AttributeError(name)
