"""How a job can fail. Every failure leaves the caller alive and the engine ready for the next job."""

from xiezhi.engine.errors import XiezhiError


class RunError(XiezhiError):
    """A job did not end well. ``step`` is the query, view or derivation at work, empty while opening.

    ``remedy`` says what to do about it; it is part of the message.
    """

    remedy = ""

    def __init__(self, message: str, *, step: str = "") -> None:
        self.step = step
        self._said = message
        where = f"{step}: " if step else ""
        tail = f" — {self.remedy}" if self.remedy else ""
        super().__init__(f"{where}{message}{tail}")

    def at(self, step: str) -> "RunError":
        """Return the same failure with its step named, unless one is named already."""
        return self if self.step else type(self)(self._said, step=step)

    @classmethod
    def told(cls, text: str, step: str) -> "RunError":
        """Return a failure as another process worded it, whole."""
        failure = cls.__new__(cls)
        XiezhiError.__init__(failure, text)
        failure.step = step
        failure._said = text  # noqa: SLF001  made here
        return failure


class Refused(RunError):  # noqa: N818  named by what it says
    """The evaluator will not, or cannot, carry out the SQL: not one SELECT, unknown names, a failing cast."""


class UnsafeTypes(Refused):
    """An output column has a type whose values have no exact, portable text."""

    remedy = "cast it to BIGINT, DECIMAL, VARCHAR, BOOLEAN, DATE or TIMESTAMP"


class TimedOut(RunError):  # noqa: N818
    """The job took longer than its seconds."""

    remedy = "narrow the query, or allow more seconds"


class OutOfMemory(RunError):  # noqa: N818
    """The job needed more memory, scratch space or result bytes than it may use."""

    remedy = "narrow the query, or allow more memory"


class TooManyRows(RunError):  # noqa: N818
    """A query returned more rows than the job may return."""

    remedy = "narrow the query, or allow more rows"


class Crashed(RunError):  # noqa: N818
    """The evaluator's process ended without an answer; another one serves the next job."""

    remedy = "run it again; if it comes back, simplify the query"


BY_NAME = {
    kind.__name__: kind for kind in (RunError, Refused, UnsafeTypes, TimedOut, OutOfMemory, TooManyRows, Crashed)
}
