"""People at the door: an officer with a password, and the three administrators."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.models import Account, Grant

PASSWORD = "湖边 green bicycle 十七"  # noqa: S105  of these tests
PEOPLE = {
    "lin.zhiyuan": ("林知远", Role.OFFICER),
    "shen.ruoxi": ("沈若溪", Role.OFFICER),
    "meng.jingchuan": ("孟镜川", Role.LEADER),
    "xi.guan": ("席观", Role.SYSTEM_ADMINISTRATOR),
    "an.shou": ("安守", Role.SECURITY_ADMINISTRATOR),
    "shen.ji": ("申纪", Role.AUDIT_ADMINISTRATOR),
}


@pytest.fixture(autouse=True)
def _quick(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()  # counts of requests from one address


@pytest.fixture
def city(db: None) -> None:
    for username, (name, role) in PEOPLE.items():
        account = Account(username=username, name=name, made_at=datetime(2026, 1, 1, tzinfo=UTC))
        account.set_unusable_password()
        account.save()
        Grant.objects.create(account=account, role=role, valid_from=date(2026, 1, 1))


@pytest.fixture
def account(city: None) -> Callable[[str], Account]:
    return lambda username: Account.objects.get(username=username)


@pytest.fixture
def lin(account: Callable[[str], Account]) -> Account:
    found = account("lin.zhiyuan")
    found.set_password(PASSWORD)
    found.save()
    return found


@pytest.fixture
def signed_in(account: Callable[[str], Account]) -> Callable[[str], Client]:
    def sign_in(username: str) -> Client:
        client = Client()
        client.force_login(account(username))
        return client

    return sign_in


@pytest.fixture
def password() -> str:
    return PASSWORD
