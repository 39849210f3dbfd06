"""Words of alerts. Values are stored; changing one needs a migration."""

from django.db import models


class Level(models.TextChoices):
    """What a rule says. A notice makes no alert."""

    ORANGE = "orange"
    RED = "red"


class Cause(models.TextChoices):
    """How the condition of an alert came to its end."""

    ENDED = "ended"  # the situation is over
    CORRECTED = "corrected"  # a fact was changed
    WITHDRAWN = "withdrawn"  # a fact was withdrawn
    CALENDAR = "calendar"  # a calendar was published or changed
    RULE = "rule"  # a rule or its values were changed


class State(models.TextChoices):
    """Where an alert stands on its road. Who may take it further is in `permissions`, from where in `road`."""

    RAISED = "raised"  # 疑点，待核实
    VERIFYING = "verifying"  # someone has taken it on
    ASKED = "asked"  # the department has been asked
    REPLIED = "replied"  # the department has answered
    CLOSING = "closing"  # an outcome is proposed; a second person decides
    CLOSED = "closed"
    CLEARED = "cleared"  # closed itself, untouched, without an outcome


OPEN = (State.RAISED, State.VERIFYING, State.ASKED, State.REPLIED, State.CLOSING)


class Outcome(models.TextChoices):
    """What an alert turned out to be. Set by a second person, or it does not count."""

    CONFIRMED_CORRECTED = "confirmed_corrected"
    CONFIRMED_MEASURE = "confirmed_measure"
    CONFIRMED_REFERRED = "confirmed_referred"
    INNOCENT = "innocent"
    DATA_ERROR = "data_error"
    RULE_ERROR = "rule_error"
    DUPLICATE = "duplicate"
    NOT_COMPETENT = "not_competent"


class Move(models.TextChoices):
    """What an evaluation did to an alert."""

    RAISED = "raised"
    LEVEL = "level"
    PART_ADDED = "part_added"
    PART_ENDED = "part_ended"
    CONDITION_ENDED = "condition_ended"
    CONDITION_HOLDS_AGAIN = "condition_holds_again"
    CLEARED = "cleared"
