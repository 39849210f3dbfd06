"""The acts of this room: accounts, one-time links, grants, deputies, hand-over."""

from xiezhi.kernel.access.actions.accounts import change_account, end_account, make_account
from xiezhi.kernel.access.actions.begin import first_accounts
from xiezhi.kernel.access.actions.deputies import end_deputy, give_deputy
from xiezhi.kernel.access.actions.grants import end_grant, give_grant
from xiezhi.kernel.access.actions.handing import hand_over
from xiezhi.kernel.access.actions.invitations import Link, accept_invitation, invite, open_invitation

__all__ = [
    "Link",
    "accept_invitation",
    "change_account",
    "end_account",
    "end_deputy",
    "end_grant",
    "first_accounts",
    "give_deputy",
    "give_grant",
    "hand_over",
    "invite",
    "make_account",
    "open_invitation",
]
