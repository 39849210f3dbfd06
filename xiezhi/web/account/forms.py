"""The forms of sign-in: the library's, with our words, and with a count of failures for one-time codes too."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.base import forms as code_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from xiezhi.engine.words import Words
from xiezhi.web.account.lockout import is_locked, tries_left
from xiezhi.web.account.words import told
from xiezhi.web.language import said


def _name(form: forms.Form, field: str, label: str, required: str, **attributes: str) -> None:
    named = form.fields[field]
    named.label, named.help_text = label, ""
    named.error_messages["required"] = required
    named.widget.attrs.pop("placeholder", None)
    named.widget.attrs.update(attributes)


def _left(left: int) -> str:
    return said(
        Words(f"还可以再试{left}次，之后锁定15分钟。", f"Tries left: {left}; then sign-in is locked for 15 minutes.")
    )


_ACCOUNT = (told("账号", "Sign-in name"), told("写上账号", "Write the sign-in name"))
_LONGEST = 64
_TOO_LONG = told("账号最长64个字符。", "A sign-in name has 64 characters at most.")
_PASSWORD = (told("口令", "Password"), told("写上口令", "Write the password"))
_CODE = (told("6位动态码", "Six-digit code"), told("写上动态码", "Write the code"))


class SignInForm(account_forms.LoginForm):  # type: ignore[misc]  # allauth carries no types
    """Sign-in name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "login", *_ACCOUNT, autocapitalize="none", maxlength=str(_LONGEST))
        self.fields["login"].validators.append(MaxLengthValidator(_LONGEST, _TOO_LONG))
        _name(self, "password", *_PASSWORD)

    def _clean_with_password(self, credentials: dict[str, Any]) -> Any:
        try:
            return super()._clean_with_password(credentials)
        except ValidationError as error:
            left = tries_left(self.request, credentials["username"])
            raise ValidationError([*error.messages, _left(left)], code="mismatch") from error


class ReauthenticateForm(account_forms.ReauthenticateForm):  # type: ignore[misc]  # likewise
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "password", *_PASSWORD)


class PasswordForm(account_forms.ChangePasswordForm):  # type: ignore[misc]  # likewise
    """One's password changed by oneself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "oldpassword", told("现在的口令", "Present password"), _PASSWORD[1])
        _name(self, "password1", told("新口令", "New password"), _PASSWORD[1])
        _name(self, "password2", told("再写一遍新口令", "New password again"), _PASSWORD[1])

    def clean(self) -> dict[str, Any]:
        """Compare the two in our words."""
        cleaned: dict[str, Any] = super(account_forms.PasswordVerificationMixin, self).clean()
        differs(self, cleaned)
        return cleaned


class CodeForm(code_forms.AuthenticateForm):  # type: ignore[misc]  # likewise
    """A one-time code, or a recovery code. Its failures count with those of the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "code", *_CODE, inputmode="text", autofocus="autofocus")

    def clean_code(self) -> str:
        """Refuse a locked account before looking at the code."""
        username = self.user.username
        if is_locked(context.request, username):
            raise ValidationError("", code="locked")
        try:
            code: str = super().clean_code()
        except ValidationError as error:
            user_login_failed.send(
                sender=type(self), credentials={"username": username}, request=context.request, second_factor=True
            )
            raise ValidationError([*error.messages, _left(tries_left(context.request, username))]) from error
        return code


class CodeAgainForm(code_forms.ReauthenticateForm):  # type: ignore[misc]  # likewise
    """A one-time code once more, before something that matters. Its failures count too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "code", *_CODE, inputmode="text")

    clean_code = CodeForm.clean_code


class FirstCodeForm(totp_forms.ActivateTOTPForm):  # type: ignore[misc]  # likewise
    """The first code of an authenticator: it proves that the secret arrived."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "code", *_CODE, inputmode="numeric")


class FirstPasswordForm(forms.Form):
    """The password that a one-time link sets. Whether it meets the policy, the action says."""

    password1 = forms.CharField(
        label=told("新口令", "New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _PASSWORD[1]},
    )
    password2 = forms.CharField(
        label=told("再写一遍新口令", "New password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _PASSWORD[1]},
    )

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        cleaned = super().clean() or {}
        differs(self, cleaned)
        return cleaned


def differs(form: forms.Form, cleaned: dict[str, Any]) -> None:
    """Say so where a new password and its repetition differ."""
    first, again = cleaned.get("password1"), cleaned.get("password2")
    if first and again and first != again:
        text = told("两次写的口令不一样。两处写同一个。", "The two passwords differ. Write the same one twice.")
        form.add_error("password2", text)
