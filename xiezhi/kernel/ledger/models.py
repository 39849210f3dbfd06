"""The one table of the ledger."""

from django.db import models


class Entry(models.Model):
    """One change of state, look at protected data, export or sign-in. Never updated, never deleted.

    It has no foreign keys: what it tells of may change or go, the entry stays. ``data`` holds old and new values as
    JSON, tokens in place of direct identifiers. ``leaf`` is the SHA-256 of the entry's canonical JSON, the leaf of the
    tree that will be built over the entries.
    """

    at = models.DateTimeField(db_index=True)
    by = models.BigIntegerField(null=True)  # account; null = the system
    by_name = models.TextField()
    kind = models.TextField(db_index=True)
    object_kind = models.TextField()
    object_id = models.TextField()
    organisation = models.TextField(default="")
    field = models.TextField(default="")
    data = models.JSONField(default=dict)
    leaf = models.TextField()

    class Meta:
        db_table = "ledger_entry"
        indexes = (models.Index(fields=["object_kind", "object_id", "id"], name="ledger_entry_object"),)
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.id} {self.kind} {self.object_kind}:{self.object_id}"
