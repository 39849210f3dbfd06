"""What can go wrong with accounts and grants, worded for the person who can mend it."""

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words


class AccessError(XiezhiError):
    """A foreseen failure of this room. ``words`` say it, and what to do, in both languages."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


class BadUsername(AccessError):  # noqa: N818  named by what it says
    """A sign-in name is not made of small letters, digits and ``. _ -``, or somebody has it."""


class BadName(AccessError):  # noqa: N818  named by what it says
    """A person has no name."""


class RolesExclude(AccessError):  # noqa: N818  named by what it says
    """Two roles that one account must not hold at a time."""


class BadGrant(AccessError):  # noqa: N818  named by what it says
    """A grant that would reach nowhere or hold on no day."""


class LastAdministrator(AccessError):  # noqa: N818  named by what it says
    """Nobody would be left who holds one of the three administrators' roles."""


class AccountEnded(AccessError):  # noqa: N818  named by what it says
    """Something was asked of an account that has ended."""


class AlreadyBegun(AccessError):  # noqa: N818  named by what it says
    """The first accounts can be made once only."""


class LinkNotValid(AccessError):  # noqa: N818  named by what it says
    """A one-time link is unknown, used or too old."""


class PasswordRefused(AccessError):  # noqa: N818  named by what it says
    """A password that does not meet the policy. ``words`` say all that is wrong with it."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(Words("；".join(reasons), "; ".join(reasons)))
        self.reasons = reasons


class NoDeputy(AccessError):  # noqa: N818  named by what it says
    """Nothing that a deputy could stand in for, or nobody who could be one."""


class NotReceivable(AccessError):  # noqa: N818  named by what it says
    """What is handed over cannot be given to this receiver."""
