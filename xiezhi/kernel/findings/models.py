"""What was computed for a version: evaluations, findings with the versions between which they held, figures."""

from django.db import models


class Evaluation(models.Model):
    """One run of a field's rules over a version. Idempotent: the same (field, version, as_of) is run once."""

    class State(models.TextChoices):
        """How far it is."""

        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    field = models.TextField()
    version = models.BigIntegerField()
    as_of = models.DateField()
    kind = models.TextField()  # touched | whole | tick
    state = models.TextField(choices=State.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    not_run = models.JSONField(default=dict)  # indicator → {zh, en}
    counts = models.JSONField(default=dict)  # indicator → findings
    fingerprints = models.JSONField(default=dict)  # indicator → that under which it was last run, now or before
    looked_at = models.JSONField(default=dict)  # indicator → "whole", or the number of touched scopes
    error = models.TextField(default="", blank=True)

    class Meta:
        db_table = "findings_evaluation"
        constraints = (
            models.UniqueConstraint(fields=["field", "version", "as_of"], name="one_evaluation_a_version_and_day"),
        )

    def __str__(self) -> str:
        return f"{self.field} {self.version} {self.as_of}"


class Finding(models.Model):
    """A finding in the form of the contract (``body``), from the version that first had it until the one that had not.

    ``identity`` = SHA-256 over canonical JSON of field, indicator, rule, subject, period and part.
    """

    field = models.TextField()
    indicator = models.TextField()
    rule = models.TextField()
    subject_type = models.TextField()
    subject_id = models.TextField()
    period = models.TextField(default="", blank=True)
    identity = models.TextField()
    scope = models.TextField(default="", blank=True)  # canonical JSON of the scope columns' values
    level = models.TextField()
    digest = models.TextField()
    fingerprint = models.TextField()
    trial = models.BooleanField(default=False)
    body = models.JSONField()
    since_version = models.BigIntegerField()
    until_version = models.BigIntegerField(null=True)

    class Meta:
        db_table = "findings_finding"
        constraints = (
            models.UniqueConstraint(
                fields=["identity"], condition=models.Q(until_version=None), name="one_live_finding_an_identity"
            ),
        )
        indexes = (
            models.Index(fields=["field", "indicator", "until_version"], name="finding_live_of_indicator"),
            models.Index(fields=["field", "subject_type", "subject_id"], name="finding_of_subject"),
        )

    def __str__(self) -> str:
        return f"{self.indicator}.{self.rule} {self.subject_id}"


class Figure(models.Model):
    """A figure of a board, materialised when a version is evaluated. ``rows``: the chart's own table.

    ``note``: what must be said beside it, in both languages; where there are no rows, why there are none.
    """

    field = models.TextField()
    name = models.TextField()
    version = models.BigIntegerField()
    as_of = models.DateField()
    rows = models.JSONField(default=list)
    note = models.JSONField(default=dict)

    class Meta:
        db_table = "findings_figure"
        constraints = (models.UniqueConstraint(fields=["field", "name"], name="one_row_a_figure"),)

    def __str__(self) -> str:
        return f"{self.field}.{self.name}"
