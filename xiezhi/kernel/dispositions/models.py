"""The steps of a disposition, its documents and its deadlines."""

from django.db import models

from xiezhi.kernel.access.models import Account
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.dispositions.enums import Act


class Step(models.Model):
    """One act of a person on an alert: the timeline tells these, in order, with the moves of evaluations."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="steps")
    act = models.TextField(choices=Act.choices)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="steps")
    in_role = models.TextField()
    for_whom = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="steps_for")  # as deputy
    at = models.DateTimeField()
    text = models.TextField(default="", blank=True)
    data = models.JSONField(default=dict)  # to: account, outcome, cause, until, bulk: id of the bulk act …

    class Meta:
        db_table = "dispositions_step"
        ordering = ("id",)
        indexes = (models.Index(fields=["alert", "id"], name="step_of_alert"),)

    def __str__(self) -> str:
        return f"{self.alert_id} {self.act}"


class Attachment(models.Model):
    """A document of a step. The content lies in a file named by its digest, under the installation's folder."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="attachments")
    name = models.TextField()
    media_type = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.TextField()

    class Meta:
        db_table = "dispositions_attachment"

    def __str__(self) -> str:
        return self.name


class Deadline(models.Model):
    """A day until which someone must act, counted in working days; recounted when the calendar changes."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="deadlines")
    kind = models.TextField()  # acknowledge | verify | reply | review | second
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="deadlines")
    organisation = models.TextField(default="", blank=True)  # whose liaisons must act, for `reply`
    from_day = models.DateField()
    days = models.IntegerField()
    due_on = models.DateField()
    ended_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dispositions_deadline"
        constraints = (
            models.UniqueConstraint(
                fields=["alert", "kind"], condition=models.Q(ended_at=None), name="one_open_deadline_a_kind"
            ),
        )
        indexes = (models.Index(fields=["ended_at", "due_on"], name="deadline_open"),)

    def __str__(self) -> str:
        return f"{self.alert_id} {self.kind} {self.due_on}"
