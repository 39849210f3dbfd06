"""The people of the tests, named and fixed, with what each may do."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils import timezone

from xiezhi.kernel.access.actor import Actor, actor_of
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.registry.models import Organisation

MADE = datetime(2026, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 5, 18, 4, 0, tzinfo=UTC)  # Monday noon in Mingchuan


@dataclass(frozen=True)
class People:
    """Everybody, by name."""

    lin: Actor  # officer of the whole city
    shen: Actor  # officer of the housing bureau only
    zhou: Actor  # approver
    gu: Actor  # officer and approver in one person
    he: Actor  # liaison of the housing bureau
    ma: Actor  # liaison of the water bureau
    chen: Actor  # clerk
    fang: Actor  # leader
    system: Actor
    security: Actor
    audit: Actor


def make_bodies() -> None:
    """Register the city and two bureaus."""
    city = Organisation.objects.create(code="CITY", name_zh="明川市", name_en="Mingchuan", valid_from=date(2000, 1, 1))
    for code, zh, en, short in (
        ("ZJ", "明川市住房和城乡建设局", "Housing Bureau", "市住建局"),
        ("SW", "明川市水务局", "Water Bureau", "市水务局"),
    ):
        Organisation.objects.create(
            code=code, name_zh=zh, name_en=en, short_zh=short, parent=city, valid_from=date(2000, 1, 1)
        )


def account(username: str, name: str, *grants: tuple[Role, str]) -> Account:
    """Make an account with its grants."""
    made = Account.objects.create(username=username, name=name, made_at=MADE)
    for role, organisation in grants:
        Grant.objects.create(account=made, role=role, organisation=organisation, valid_from=date(2026, 1, 1))
    return made


def make_people() -> People:
    """Make everybody."""
    rows = {
        "lin": ("林知远", ((Role.OFFICER, ""),)),
        "shen": ("沈若溪", ((Role.OFFICER, "ZJ"),)),
        "zhou": ("周怀安", ((Role.APPROVER, ""),)),
        "gu": ("顾维桢", ((Role.OFFICER, ""), (Role.APPROVER, ""))),
        "he": ("何联络", ((Role.LIAISON, "ZJ"),)),
        "ma": ("马联络", ((Role.LIAISON, "SW"),)),
        "chen": ("陈录入", ((Role.CLERK, "ZJ"),)),
        "fang": ("方领导", ((Role.LEADER, ""),)),
        "system": ("系统管理员", ((Role.SYSTEM_ADMINISTRATOR, ""),)),
        "security": ("安全管理员", ((Role.SECURITY_ADMINISTRATOR, ""),)),
        "audit": ("审计管理员", ((Role.AUDIT_ADMINISTRATOR, ""),)),
    }
    day = timezone.localdate(NOON)
    return People(**{key: actor_of(account(key, name, *grants), on=day) for key, (name, grants) in rows.items()})


def make_alert(number: str = "YJ-2026-00001", *, organisation: str = "ZJ", level: str = "orange") -> Alert:
    """Make an alert of a housing case, raised on the Friday before."""
    raised = datetime(2026, 5, 15, 0, 5, tzinfo=UTC)
    return Alert.objects.create(
        number=number,
        field="approvals",
        indicator="decision_late",
        rule="overdue",
        subject_type="case",
        subject_id=f"PS-{number}",
        identity=f"identity of {number}",
        level=level,
        sentence_zh="市住建局受理的一件排水许可，法定期限已过2个工作日，仍未作出决定。",
        sentence_en="The Housing Bureau has not decided on a drainage permit, two working days after the limit.",
        organisation=organisation,
        fingerprint="0" * 64,
        raised_at=raised,
        raised_version=1,
        level_since=raised,
    )
