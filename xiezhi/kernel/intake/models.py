"""Batches, the manifest of fact files, versions, quarantine, vault and subjects."""

from django.db import models


class Version(models.Model):
    """One global version over facts, registry, calendars and parameters.

    Numbers come from one locked row (``number`` = the last + 1), in the transaction of what made them, so that no
    reader sees N before N - 1.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    cause = models.TextField()  # batch | registry | calendar | parameters | compaction
    field = models.TextField(default="", blank=True)  # empty: concerns all fields

    class Meta:
        db_table = "intake_version"
        ordering = ("number",)

    def __str__(self) -> str:
        return str(self.number)


class Norm(models.Model):
    """By which norm an installation judges a field: the `[norm]` of its mappings, as canonical JSON."""

    field = models.TextField(primary_key=True)
    text = models.JSONField()
    set_at = models.DateTimeField()

    class Meta:
        db_table = "intake_norm"

    def __str__(self) -> str:
        return self.field


class Source(models.Model):
    """A system that hands over facts of one field, through one mapping.

    ``rhythm_days``: a batch is expected at least so often (working days); ``least_rows``: a batch with fewer is thin.
    Null where nothing is expected. ``owner``: the organisation that answers for the data. ``feed_state`` and
    ``stale_since`` are what the last watch over the feeds decided; the moment is that of the last good delivery.
    """

    class Feed(models.TextChoices):
        """How a feed is doing."""

        SOUND = "sound"
        LATE = "late"
        THIN = "thin"
        DIFFERENT = "different"

    code = models.TextField(unique=True)
    field = models.TextField()
    name_zh = models.TextField()
    name_en = models.TextField(blank=True, default="")
    mapping = models.TextField(blank=True, default="")
    live = models.BooleanField(default=False)
    owner = models.TextField(default="", blank=True)
    rhythm_days = models.IntegerField(null=True)
    least_rows = models.BigIntegerField(null=True)
    fed = models.JSONField(default=dict)  # dataset → columns it feeds
    feed_state = models.TextField(choices=Feed.choices, default=Feed.SOUND)
    stale_since = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "intake_source"

    def __str__(self) -> str:
        return self.code


class Batch(models.Model):
    """One delivery: who, when, from which source, which files, how many rows."""

    class State(models.TextChoices):
        """What became of a delivery."""

        RECEIVING = "receiving"  # under way; nothing of it can be seen
        ACCEPTED = "accepted"
        UNCHANGED = "unchanged"  # identical to the latest accepted batch of its source
        HELD = "held"  # a person must say yes: identical to an earlier batch, or too many rows absent
        REFUSED = "refused"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="batches")
    received_at = models.DateTimeField()
    by = models.BigIntegerField(null=True)
    by_name = models.TextField(default="")
    kind = models.TextField(default="file")  # file | tail | registry | correction
    state = models.TextField(choices=State.choices)
    digest = models.TextField()  # over the digests of its files
    files = models.JSONField(default=list)  # [{number, path, sha256, records}]
    accepted = models.JSONField(default=dict)  # dataset → rows
    quarantined = models.JSONField(default=dict)
    stored = models.JSONField(default=dict)  # dataset → rows that said something new
    unresolved = models.JSONField(default=dict)
    newest_event = models.DateField(null=True)
    version = models.OneToOneField(Version, on_delete=models.PROTECT, null=True, related_name="batch")
    note = models.TextField(default="", blank=True)

    class Meta:
        db_table = "intake_batch"
        indexes = (models.Index(fields=["source", "-id"], name="batch_newest_of_source"),)

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class FactFile(models.Model):
    """The manifest: a Parquet file that is never rewritten. Paths are relative to the facts folder.

    A snapshot at version V of a dataset is the files with ``from_version <= V`` and (``to_version`` null or > V).
    ``graves`` files hold the withdrawals of a compaction: read when a delta is planned, never bound as facts.
    """

    field = models.TextField()
    dataset = models.TextField()
    path = models.TextField(unique=True)
    rows = models.BigIntegerField()
    sha256 = models.TextField()
    replaced = models.BigIntegerField(default=0)
    withdrawn = models.BigIntegerField(default=0)
    min_row = models.BigIntegerField(null=True)
    max_row = models.BigIntegerField(null=True)
    graves = models.BooleanField(default=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="fact_files")
    from_version = models.BigIntegerField()
    to_version = models.BigIntegerField(null=True)

    class Meta:
        db_table = "intake_fact_file"
        indexes = (models.Index(fields=["field", "dataset", "from_version"], name="fact_file_of_snapshot"),)

    def __str__(self) -> str:
        return self.path


class QuarantinedRow(models.Model):
    """A row that was not accepted, whole, with the reason. It waits for a correction or a decision."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open"
        RESUBMITTED = "resubmitted"
        DISMISSED = "dismissed"

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="rows_in_quarantine")
    file = models.TextField()
    line = models.BigIntegerField()
    dataset = models.TextField(default="", blank=True)
    column = models.TextField(default="", blank=True)
    reason_code = models.TextField()
    reason_zh = models.TextField()
    reason_en = models.TextField()
    value = models.TextField(default="", blank=True)
    row = models.JSONField(default=dict)  # heading → text as read
    state = models.TextField(choices=State.choices, default=State.OPEN)
    settled_by = models.BigIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="settles")
    note = models.TextField(default="", blank=True)

    class Meta:
        db_table = "intake_quarantined_row"
        indexes = (models.Index(fields=["state", "batch"], name="quarantine_open"),)

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.reason_code}"


class VaultEntry(models.Model):
    """The value behind a token. Erasing a person deletes this row; facts, digests and proofs stay whole."""

    token = models.BigIntegerField(primary_key=True)
    value = models.TextField()
    open = models.BooleanField(default=False)  # a pseudonym, mapped with privacy "none"

    class Meta:
        db_table = "intake_vault"

    def __str__(self) -> str:
        return f"p:{self.token:016x}"


class Subject(models.Model):
    """The relational image of a dataset's `[subject]`: what lists, search, scope and routing read."""

    field = models.TextField()
    type = models.TextField()
    key = models.TextField()
    title = models.TextField(default="", blank=True)
    organisation = models.TextField(default="", blank=True)  # code of the registry where known, else the source's text
    post = models.TextField(default="", blank=True)
    person = models.BigIntegerField(null=True)  # token
    opened = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)
    state = models.TextField(default="", blank=True)
    legal_date = models.DateField(null=True)
    row = models.BigIntegerField()
    withdrawn = models.BooleanField(default=False)

    class Meta:
        db_table = "intake_subject"
        constraints = (models.UniqueConstraint(fields=["field", "type", "key"], name="one_subject_a_key"),)
        indexes = (
            models.Index(fields=["field", "type", "organisation", "-opened"], name="subject_of_organisation"),
            models.Index(fields=["field", "type", "-opened"], name="subject_newest"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.key}"


class TailRow(models.Model):
    """A fact typed on our own screens, until it becomes part of a batch."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="tail")
    dataset = models.TextField()
    row = models.JSONField()
    at = models.DateTimeField()
    by = models.BigIntegerField()
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="tail_rows")

    class Meta:
        db_table = "intake_tail_row"

    def __str__(self) -> str:
        return f"{self.dataset} {self.id}"


class Lease(models.Model):
    """A claim on a piece of work; it lapses by itself when its holder dies."""

    name = models.TextField(primary_key=True)
    holder = models.TextField()
    until = models.DateTimeField()

    class Meta:
        db_table = "intake_lease"

    def __str__(self) -> str:
        return self.name


class Tick(models.Model):
    """A day on which the rules that read the day have been evaluated for a field."""

    field = models.TextField()
    day = models.DateField()
    done_at = models.DateTimeField()

    class Meta:
        db_table = "intake_tick"
        constraints = (models.UniqueConstraint(fields=["field", "day"], name="one_tick_a_day"),)

    def __str__(self) -> str:
        return f"{self.field} {self.day}"
