"""What the sign-in library says and allows here: no sign-up, no mail; its messages in our words."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe

from xiezhi.engine.words import Words
from xiezhi.kernel.access.models import Account
from xiezhi.web.account.preferences import THEME_COOKIE, remember
from xiezhi.web.account.words import told
from xiezhi.web.language import said

_WRONG_CODE = told(
    "动态码不对或已过期。看一下手机时间是否准确，再输入当前的6位数。",
    "The code is wrong or too old. See that the telephone's clock is right, then type the six digits of now.",
)
_NOT_THE_PRESENT = told("口令不对。写现在的口令。", "The password is wrong. Write the one you have now.")
_TOO_MANY = told("试得太频繁。过一分钟再试。", "Too many tries. Try again in a minute.")
# What happened, by the library's name for it; what is not here needs no words.
_DONE = {
    "account/messages/password_changed.txt": Words(
        "口令已改，其他登录已结束。", "The password is changed; other sessions have ended."
    ),
    "mfa/messages/totp_activated.txt": Words(
        "动态码已启用，下次登录时要用。", "One-time codes are set up; you will need one at the next sign-in."
    ),
    "mfa/messages/totp_deactivated.txt": Words("动态码已停用。", "One-time codes are given up."),
    "mfa/messages/recovery_codes_generated.txt": Words(
        "恢复码已生成，现在抄下来。", "Recovery codes are made: write them down now."
    ),
}


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Nobody signs himself up: accounts begin with an invitation."""

    error_messages = {  # noqa: RUF012  the library's own way
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": told("账号或口令不对。", "The sign-in name or the password is wrong."),
        "incorrect_password": _NOT_THE_PRESENT,
        "enter_current_password": _NOT_THE_PRESENT,
        "too_many_login_attempts": _TOO_MANY,
        "rate_limited": _TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  the signature is the library's
        """Say no."""
        return False

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        """Ask once more where the last proof of who it is lies more than five minutes back; signing in is one."""
        request = context.request
        proofs = get_authentication_records(request, request.user)
        recent = bool(proofs) and time.time() - proofs[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        return not recent and bool(super().is_reauthentication_required(app=app))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002  likewise
        """Return to one's own account."""
        return reverse("own_account")

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *_: Any, **__: Any
    ) -> None:
        """Say what was done in our words, or nothing."""
        words = _DONE.get(message_template or "")
        if words:
            messages.add_message(request, level, said(words), extra_tags="done")

    def post_login(self, request: HttpRequest, user: Account, **told_by_library: Any) -> HttpResponse:
        """Bring the language and the theme of the account to a browser that has none."""
        response: HttpResponse = super().post_login(request, user, **told_by_library)
        for cookie, value in ((settings.LANGUAGE_COOKIE_NAME, user.language), (THEME_COOKIE, user.theme)):
            if cookie not in request.COOKIES:
                remember(response, cookie, value)
        return response


class OneTimeCodes(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """One-time codes in our words."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": _WRONG_CODE}  # noqa: RUF012  likewise

    def build_totp_svg(self, url: str) -> str:
        """Return the drawing as part of a page: without the head of a file, and safe, for it is made of squares."""
        drawn: str = super().build_totp_svg(url)
        return mark_safe(drawn[drawn.index("<svg") :])  # noqa: S308  drawn by the library from bits

    def get_totp_label(self, user: Account) -> str:
        """Name the account in the authenticator by its sign-in name."""
        return user.username
