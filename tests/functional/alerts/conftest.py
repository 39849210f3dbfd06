"""A city with its people, and an alert about a drainage permit that anybody can look at."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from tests.functional.alerts.permit import finding, keep_names
from tests.integration.kernel.people import People
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.raising import ToRaise, raise_alerts
from xiezhi.kernel.intake.models import Subject, Version

Raise = Callable[..., Alert]


@pytest.fixture
def raised(city_of_people: People) -> Raise:
    """Raise alerts of permits by the ordinary way; ``days``: so many days ago."""
    keep_names()
    Version.objects.create(number=1, at=timezone.now(), cause="batch", field="approvals")

    def make(case: str = "PS-2026-0417", *, level: str = "orange", days: int = 1, organisation: str = "ZJ") -> Alert:
        at = timezone.now() - timedelta(days=days)
        Subject.objects.get_or_create(
            field="approvals",
            type="case",
            key=case,
            defaults={"organisation": organisation, "title": "排水许可", "row": 1},
        )
        with transaction.atomic():
            return raise_alerts([ToRaise((finding(case, level=level),))], version=1, at=at)[0]

    return make


@pytest.fixture
def alert(raised: Raise) -> Alert:
    return raised()


@pytest.fixture(autouse=True)
def _documents(settings: Settings, tmp_path: Any) -> None:
    settings.DOCUMENTS = tmp_path / "documents"
