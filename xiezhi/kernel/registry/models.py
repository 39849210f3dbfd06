"""The master data. Rows are dated: ``valid_from`` is the first day, ``valid_to`` the first day no longer."""

from django.db import models

from xiezhi.kernel.access.models import Account


class Dated(models.Model):
    """What holds from a day until another; without an end it holds on."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Division(Dated):
    """An administrative division (GB/T 2260 and below)."""

    code = models.TextField(unique=True)
    name_zh = models.TextField()
    name_en = models.TextField(blank=True, default="")
    tier = models.TextField()  # city | county | township | village
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        db_table = "registry_division"

    def __str__(self) -> str:
        return self.name_zh


class Organisation(Dated):
    """A body. ``succeeded_by``: the body that took over what was open when this one ended.

    ``code`` is the body's own in the sources' data; ``aliases`` are further texts by which sources name it.
    """

    code = models.TextField(unique=True)
    name_zh = models.TextField()
    name_en = models.TextField(blank=True, default="")
    short_zh = models.TextField(blank=True, default="")
    short_en = models.TextField(blank=True, default="")
    credit_code = models.TextField(blank=True, default="")
    aliases = models.JSONField(default=list, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, null=True, blank=True)
    succeeded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors"
    )

    class Meta:
        db_table = "registry_organisation"

    def __str__(self) -> str:
        return self.name_zh


class Post(Dated):
    """A post of an organisation. ``key_post``: prone to abuse, and so blue by default."""

    code = models.TextField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    name_zh = models.TextField()
    name_en = models.TextField(blank=True, default="")
    key_post = models.BooleanField(default=False)
    checkpoints = models.JSONField(default=list, blank=True)

    class Meta:
        db_table = "registry_post"

    def __str__(self) -> str:
        return self.name_zh


class Person(Dated):
    """Someone who holds posts. ``account`` where the person can sign in; ``number`` is the staff number."""

    number = models.TextField(unique=True)
    name = models.TextField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="people")
    account = models.OneToOneField(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="person")

    class Meta:
        db_table = "registry_person"

    def __str__(self) -> str:
        return self.number


class Holding(Dated):
    """A person in a post."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holdings")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings")

    class Meta:
        db_table = "registry_holding"

    def __str__(self) -> str:
        return f"{self.person_id} in {self.post_id}"


class Matter(Dated):
    """A matter (事项) as exercised. ``facts``: further attributes by column name of the core dataset ``matters``."""

    code = models.TextField(unique=True)
    name_zh = models.TextField()
    name_en = models.TextField(blank=True, default="")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="matters")
    statutory_days = models.IntegerField(null=True, blank=True)
    promised_days = models.IntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "registry_matter"

    def __str__(self) -> str:
        return self.name_zh


class Window(Dated):
    """A window of the service centre."""

    code = models.TextField(unique=True)
    name_zh = models.TextField()
    name_en = models.TextField(blank=True, default="")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="windows")

    class Meta:
        db_table = "registry_window"

    def __str__(self) -> str:
        return self.code


class CalendarDay(models.Model):
    """One day whose rest or work differs from the shipped calendar, with the notice that says so."""

    calendar = models.TextField(default="CN")
    day = models.DateField()
    is_rest = models.BooleanField()
    name_zh = models.TextField(blank=True, default="")
    name_en = models.TextField(blank=True, default="")
    source = models.TextField()

    class Meta:
        db_table = "registry_calendar_day"
        constraints = (models.UniqueConstraint(fields=["calendar", "day"], name="one_row_a_calendar_day"),)

    def __str__(self) -> str:
        return f"{self.calendar} {self.day}"


class Stamp(models.Model):
    """One row: how many times the registry has been changed, so that a process knows when its picture is old."""

    number = models.BigIntegerField(default=0)

    class Meta:
        db_table = "registry_stamp"

    def __str__(self) -> str:
        return str(self.number)
