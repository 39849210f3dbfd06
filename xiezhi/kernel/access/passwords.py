"""The password policy. Each rule says, in the language of the page, what to write instead."""

from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import get_language

from xiezhi.engine.words import Words
from xiezhi.kernel.access.errors import PasswordRefused
from xiezhi.kernel.access.models import Account


def _said(words: Words) -> str:
    return words.in_("en" if (get_language() or "").startswith("en") else "zh")


class LongEnough:
    """At least so many characters."""

    def __init__(self, min_length: int = 12) -> None:
        self.least = min_length

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002  the signature is Django's
        """Refuse what is too short."""
        if len(password) < self.least:
            raise ValidationError(
                _said(
                    Words(
                        f"口令只有{len(password)}个字符，至少要{self.least}个。把三四个不相干的词连起来，好记也够长。",
                        f"The password has {len(password)} characters and needs {self.least}. Three or four unrelated "
                        "words in a row are long enough and easy to keep in mind.",
                    )
                ),
                code="password_too_short",
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _said(Words(f"至少{self.least}个字符", f"At least {self.least} characters"))


class NotCommon(password_validation.CommonPasswordValidator):
    """None of the twenty thousand that are tried first."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse what everybody uses."""
        try:
            super().validate(password, user)
        except ValidationError as error:
            text = Words(
                "这个口令在常用口令表上，一试就中。换一个别人想不到的，比如三四个不相干的词。",
                "This password is on the list that is tried first. Write one nobody would think of, such as three or "
                "four unrelated words.",
            )
            raise ValidationError(_said(text), code="password_too_common") from error

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _said(Words("不在常用口令表上", "Not on the list of common passwords"))


class NotOnlyDigits:
    """Digits alone are too few choices."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002  the signature is Django's
        """Refuse what is only digits."""
        if password.isdigit():
            text = Words(
                "口令全是数字。加上字母或汉字，比如一个词。",
                "The password is only digits. Add letters, such as a word.",
            )
            raise ValidationError(_said(text), code="password_entirely_numeric")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _said(Words("不全是数字", "Not only digits"))


class NotLikeOneself(password_validation.UserAttributeSimilarityValidator):
    """Nothing like one's sign-in name or name."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("username", "name", "email"), max_similarity=0.7)

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse what is like one's own name."""
        try:
            super().validate(password, user)
        except ValidationError as error:
            text = Words(
                "口令太像您的账号、姓名或邮箱。换一个与您无关的。",
                "The password is too much like your sign-in name, name or e-mail. Write one that has nothing to do "
                "with you.",
            )
            raise ValidationError(_said(text), code="password_too_similar") from error

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _said(Words("与账号、姓名、邮箱不相像", "Unlike your sign-in name, name and e-mail"))


def refuse_weak(password: str, account: Account) -> None:
    """Refuse a password that does not meet the policy.

    Raises:
        PasswordRefused: with all that is wrong with it.
    """
    try:
        password_validation.validate_password(password, account)
    except ValidationError as error:
        raise PasswordRefused(tuple(error.messages)) from error


def policy() -> tuple[str, ...]:
    """Return the rules in words, in the language of the page."""
    return tuple(password_validation.password_validators_help_texts())
