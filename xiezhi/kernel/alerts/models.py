"""Alerts, what evaluations did to them, notices and mutes."""

from django.db import models

from xiezhi.kernel.access.models import Account
from xiezhi.kernel.alerts.enums import OPEN, Cause, Level, Move, Outcome, State


class Alert(models.Model):
    """A finding that a person must answer: one of (field, indicator, rule, subject, period).

    It holds the findings of all parts: its level is the worst of theirs. ``evidence`` is frozen as first seen,
    ``current`` follows the facts; both are lists of findings in the form of the contract.
    A closed alert is never reopened: a later worsening is a new alert that ``follows`` it.
    """

    number = models.TextField(unique=True)
    field = models.TextField()
    indicator = models.TextField()
    rule = models.TextField()
    subject_type = models.TextField()
    subject_id = models.TextField()
    period = models.TextField(default="", blank=True)
    identity = models.TextField()
    level = models.TextField(choices=Level.choices)
    state = models.TextField(choices=State.choices, default=State.RAISED)
    sentence_zh = models.TextField()
    sentence_en = models.TextField()
    organisation = models.TextField(default="", blank=True)
    post = models.TextField(default="", blank=True)
    person = models.BigIntegerField(null=True)  # token of the person responsible, where the subject names one
    checkpoint = models.TextField(default="", blank=True)
    fingerprint = models.TextField()
    evidence = models.JSONField(default=list)
    current = models.JSONField(default=list)
    raised_at = models.DateTimeField()
    raised_version = models.BigIntegerField()
    level_since = models.DateTimeField()
    holds = models.BooleanField(default=True)  # the condition still holds
    cause = models.TextField(choices=Cause.choices, default="", blank=True)
    cause_detail = models.JSONField(default=dict, blank=True)
    condition_ended_at = models.DateTimeField(null=True)
    touched = models.BooleanField(default=False)  # a person has acted on it
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="alerts")
    asked_at = models.DateTimeField(null=True)  # from here on the department sees it
    due_on = models.DateField(null=True)  # the nearest deadline of its disposition, for lists
    muted_until = models.DateField(null=True)
    outcome = models.TextField(choices=Outcome.choices, default="", blank=True)
    outcome_cause = models.TextField(default="", blank=True)  # of the page's innocent causes
    closed_at = models.DateTimeField(null=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")

    class Meta:
        db_table = "alerts_alert"
        constraints = (
            models.UniqueConstraint(
                fields=["identity"], condition=models.Q(state__in=OPEN), name="one_open_alert_an_identity"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(state__in=[State.CLOSED, State.CLEARED]),
                name="closed_at_only_when_closed",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.CLOSED) | ~models.Q(outcome=""), name="closed_has_an_outcome"
            ),
        )
        indexes = (
            models.Index(fields=["state", "due_on", "id"], name="alert_by_deadline"),
            models.Index(fields=["organisation", "state"], name="alert_of_organisation"),
            models.Index(fields=["field", "subject_type", "subject_id"], name="alert_of_subject"),
            models.Index(fields=["indicator", "organisation", "raised_at"], name="alert_similar"),
            # All that lists and figures count by: rows are long, for they hold their evidence.
            models.Index(
                fields=[
                    "state",
                    "raised_at",
                    "field",
                    "level",
                    "indicator",
                    "rule",
                    "organisation",
                    "checkpoint",
                    "due_on",
                    "muted_until",
                    "closed_at",
                    "owner",
                ],
                name="alert_counted",
            ),
        )

    def __str__(self) -> str:
        return self.number


class AlertMove(models.Model):
    """One thing that an evaluation did to an alert, with its cause and what stood before and after."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="moves")
    at = models.DateTimeField()
    version = models.BigIntegerField()
    kind = models.TextField(choices=Move.choices)
    cause = models.TextField(choices=Cause.choices, default="", blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "alerts_move"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.alert_id} {self.kind}"


class Notice(models.Model):
    """A message without colour to one account: a finding of level notice, a deadline, an assignment, a reply."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="notices")
    kind = models.TextField()
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, related_name="notices")
    text_zh = models.TextField()
    text_en = models.TextField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    once = models.TextField(unique=True)  # what makes this notice one of its kind: sent once, whatever is re-run

    class Meta:
        db_table = "alerts_notice"
        indexes = (models.Index(fields=["account", "read_at", "-id"], name="notice_unread"),)

    def __str__(self) -> str:
        return f"{self.kind} to {self.account_id}"


class Mute(models.Model):
    """A pause of an alert's demands, until a day. For orange and red it waits for a second person."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="mutes")
    until = models.DateField()
    reason = models.TextField()
    by = models.BigIntegerField()
    at = models.DateTimeField()
    seconded_by = models.BigIntegerField(null=True)
    seconded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "alerts_mute"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(seconded_by=None) | ~models.Q(seconded_by=models.F("by")),
                name="mute_seconded_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.alert_id} until {self.until}"
