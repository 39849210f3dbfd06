"""A folder of one's own for the facts of each test."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def store(settings: object, tmp_path: Path) -> Path:
    settings.DATA = tmp_path / "data"  # type: ignore[attr-defined]
    settings.FACTS = tmp_path / "data" / "facts"  # type: ignore[attr-defined]
    return tmp_path
