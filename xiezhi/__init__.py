"""Xiezhi (獬豸): integrity supervision. Facts become findings that a person can answer."""

__version__ = "0.1.0"

__all__ = ["Limits", "__version__", "check"]


def __getattr__(name: str) -> object:
    """Load what is public when it is first asked for: the evaluator's process imports this package alone."""
    if name == "check":
        from xiezhi.engine.check.api import check  # noqa: PLC0415

        return check
    if name == "Limits":
        from xiezhi.engine.run.jobs import Limits  # noqa: PLC0415

        return Limits
    raise AttributeError(name)
