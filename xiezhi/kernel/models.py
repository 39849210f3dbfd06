"""All tables of the kernel, gathered for Django from the rooms."""

from xiezhi.kernel.access.models import Account, Grant, Invitation, SavedView
from xiezhi.kernel.alerts.models import Alert, AlertMove, Mute, Notice
from xiezhi.kernel.dispositions.models import Attachment, Deadline, Step
from xiezhi.kernel.findings.models import Evaluation, Figure, Finding
from xiezhi.kernel.intake.models import (
    Batch,
    FactFile,
    Lease,
    Norm,
    QuarantinedRow,
    Source,
    Subject,
    TailRow,
    Tick,
    VaultEntry,
    Version,
)
from xiezhi.kernel.ledger.models import Entry
from xiezhi.kernel.registry.models import (
    CalendarDay,
    Division,
    Holding,
    Matter,
    Organisation,
    Person,
    Post,
    Stamp,
    Window,
)

__all__ = [
    "Account",
    "Alert",
    "AlertMove",
    "Attachment",
    "Batch",
    "CalendarDay",
    "Deadline",
    "Division",
    "Entry",
    "Evaluation",
    "FactFile",
    "Figure",
    "Finding",
    "Grant",
    "Holding",
    "Invitation",
    "Lease",
    "Matter",
    "Mute",
    "Norm",
    "Notice",
    "Organisation",
    "Person",
    "Post",
    "QuarantinedRow",
    "SavedView",
    "Source",
    "Stamp",
    "Step",
    "Subject",
    "TailRow",
    "Tick",
    "VaultEntry",
    "Version",
    "Window",
]
