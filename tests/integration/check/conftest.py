"""The approvals pack and the public logs beside the checkout."""

from pathlib import Path

import pytest

from xiezhi.engine.packs.load import load_pack, shipped

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def approvals():
    return load_pack(shipped() / "approvals")


@pytest.fixture(scope="session")
def logs() -> Path:
    return ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def mappings() -> Path:
    return ROOT / "examples"
