"""Accounts, what they may do, and the one-time links by which they begin."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from xiezhi.kernel.access.enums import Role


class AccountManager(BaseUserManager["Account"]):
    """Looks accounts up by their sign-in name; actions make them, never this."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Return the account of a sign-in name, whatever its case."""
        return self.get(username__iexact=username)


class Account(AbstractBaseUser):
    """Someone who can sign in. There is no superuser: what an account may do is in its grants."""

    username = models.TextField(unique=True)
    name = models.TextField()
    email = models.EmailField(blank=True, default="")
    language = models.TextField(default="zh-hans")
    theme = models.TextField(default="system")  # system | light | dark
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = AccountManager()

    class Meta:
        db_table = "access_account"

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """One role of an account, over the subtree of an organisation and one field; empty = the whole city, all fields.

    A deputy has a grant of his own that names whom he stands in for and that ends by itself. A grant that was ended on
    its first day holds on no day at all.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    role = models.TextField(choices=[(role.value, role.value) for role in Role])
    organisation = models.TextField(default="", blank=True)
    field = models.TextField(default="", blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # first day on which it no longer holds
    given_by = models.BigIntegerField(null=True)
    stands_in_for = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="deputies")

    class Meta:
        db_table = "access_grant"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="grant_ends_not_before_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} {self.organisation or '*'} {self.field or '*'}"


class Invitation(models.Model):
    """A one-time link by which an account sets its password. Only the digest of its secret is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="invitations")
    digest = models.TextField(unique=True)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_invitation"

    def __str__(self) -> str:
        return f"invitation of {self.account_id}"


class SavedView(models.Model):
    """A filter of a list under a name of its owner's."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="saved_views")
    page = models.TextField()
    name = models.TextField()
    query = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "access_saved_view"
        constraints = (models.UniqueConstraint(fields=["account", "page", "name"], name="one_view_a_name"),)

    def __str__(self) -> str:
        return self.name
