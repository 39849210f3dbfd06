"""The people of these tests, by sign-in name: fixed, so that every test reads as a story."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from xiezhi.kernel.access.actor import Actor, actor_of
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.registry.models import Organisation

AT = datetime(2026, 5, 18, 1, 30, tzinfo=UTC)  # 09:30 in the city
NAMES = {
    "lin.zhiyuan": "林知远",
    "shen.ruoxi": "沈若溪",
    "zhou.huaian": "周怀安",
    "gu.ce": "顾策",
    "he.lianluo": "何联络",
    "chen.luru": "陈录入",
    "meng.jingchuan": "孟镜川",
    "xi.guan": "席观",
    "an.shou": "安守",
    "shen.ji": "申纪",
    "new.comer": "新来",
}
ROLES = {
    "lin.zhiyuan": Role.OFFICER,
    "shen.ruoxi": Role.OFFICER,
    "zhou.huaian": Role.APPROVER,
    "gu.ce": Role.RULE_AUTHOR,
    "he.lianluo": Role.LIAISON,
    "chen.luru": Role.CLERK,
    "meng.jingchuan": Role.LEADER,
    "xi.guan": Role.SYSTEM_ADMINISTRATOR,
    "an.shou": Role.SECURITY_ADMINISTRATOR,
    "shen.ji": Role.AUDIT_ADMINISTRATOR,
}
OF_A_BODY = {"he.lianluo": "ZJ", "chen.luru": "ZJ"}


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def today() -> date:
    return AT.date()


@pytest.fixture
def city(db: None) -> None:
    """Make everybody, each with his role; the newcomer has none. Two bodies lie in the city."""
    for code, name in (("ZJ", "市住建局"), ("JT", "市交通局")):
        Organisation.objects.create(code=code, name_zh=name, valid_from=date(2020, 1, 1))
    for username, name in NAMES.items():
        account = Account(username=username, name=name, made_at=AT)
        account.set_unusable_password()
        account.save()
        if username in ROLES:
            Grant.objects.create(
                account=account,
                role=ROLES[username],
                organisation=OF_A_BODY.get(username, ""),
                valid_from=date(2026, 1, 1),
            )


@pytest.fixture
def account(city: None) -> Callable[[str], Account]:
    return lambda username: Account.objects.get(username=username)


@pytest.fixture
def actor(account: Callable[[str], Account], today: date) -> Callable[[str], Actor]:
    return lambda username: actor_of(account(username), on=today)
