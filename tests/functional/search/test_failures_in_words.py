"""What fails is said in words of both languages, by pages that need nothing but themselves."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import include, path

from tests.functional.conftest import SignedIn

pytestmark = pytest.mark.django_db


def _fails(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the store of p:1234567890abcdef is gone")


def _denies(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [path("fails/", _fails), path("denies/", _denies), path("", include("xiezhi.web.urls"))]


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("400.html", "看不懂这个请求", "The request was not understood"),
        ("403_csrf.html", "页面放得太久，没有办成", "The page was open too long; nothing was done"),
        ("500.html", "系统出了错，这一步没有办成", "Something failed in the system; this step was not done"),
    ],
)
def test_a_static_page_says_it_in_both_languages(name: str, zh: str, en: str) -> None:
    text = render_to_string(name)

    assert zh in text
    assert en in text


@override_settings(ROOT_URLCONF="tests.functional.search.test_failures_in_words")
def test_a_failure_says_nothing_of_its_inside(enter: SignedIn) -> None:
    client = enter("lin")
    client.raise_request_exception = False

    answer = client.get("/fails/")

    assert answer.status_code == 500
    text = answer.content.decode()
    assert "系统出了错，这一步没有办成" in text
    assert "1234567890abcdef" not in text
    assert "RuntimeError" not in text


@override_settings(ROOT_URLCONF="tests.functional.search.test_failures_in_words")
def test_what_is_denied_is_said_in_the_language_of_the_page(enter: SignedIn) -> None:
    chinese, english = enter("lin").get("/denies/"), enter("lin", english=True).get("/denies/")

    assert (chinese.status_code, english.status_code) == (403, 403)
    assert "这一步不归您办" in chinese.content.decode()
    assert "This step is not yours" in english.content.decode()


def test_a_form_from_elsewhere_is_not_taken(enter: SignedIn) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = enter("lin").cookies

    answer = client.post("/notices/read/", {"act": "all"})

    assert answer.status_code == 403
    assert "没有办成" in answer.content.decode()
