"""The approvals pack and its catalog."""

import pytest

from xiezhi.engine.compile.views import build_catalog
from xiezhi.engine.packs.load import load_pack, shipped


@pytest.fixture(scope="session")
def pack():
    return load_pack(shipped() / "approvals")


@pytest.fixture(scope="session")
def catalog(pack):
    return build_catalog(pack)
