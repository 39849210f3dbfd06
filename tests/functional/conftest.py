"""Whole pages as people see them: a city, everybody in it, and clients that are signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser, sync_playwright

from tests.integration.kernel.people import People, make_bodies, make_people
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.registry import picture

SignedIn = Callable[[str], Client]
Counted = Callable[[Client, str], int]


@pytest.fixture
def city_of_people(db: None) -> People:
    """Make the city, two bureaus, and everybody; forget the picture of the organisations of the test before."""
    picture._KEPT.clear()
    make_bodies()
    return make_people()


@pytest.fixture
def enter(city_of_people: People) -> SignedIn:
    """Return what signs somebody in by his short name: lin, he, chen, system."""

    def sign_in(name: str, *, english: bool = False) -> Client:
        client = Client(headers={"accept-language": "en" if english else "zh-hans"})
        client.force_login(
            Account.objects.get(username=name), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return sign_in


@pytest.fixture
def counted() -> Counted:
    """Return what counts the queries of a page, which is opened once before."""

    def count(client: Client, path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    return count


@pytest.fixture
def facts_of_its_own(settings: object, tmp_path: Path) -> Path:
    """Give a test a data folder of its own."""
    settings.DATA = tmp_path / "data"  # type: ignore[attr-defined]
    settings.FACTS = tmp_path / "data" / "facts"  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium for the tests of a module."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as play:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the driver of the browser keeps a loop in this thread
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()
