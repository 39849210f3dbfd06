from pathlib import Path

import pytest
import recount

CHECKOUT = Path(__file__).resolve().parents[3]
SHARED = CHECKOUT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def logs() -> Path:
    """The folder of public logs beside the checkout."""
    return SHARED


@pytest.fixture(scope="session")
def maps() -> Path:
    return CHECKOUT / "examples"


@pytest.fixture(scope="session")
def extra_packs() -> Path:
    return CHECKOUT / "benchmarks" / "packs"


@pytest.fixture(scope="session")
def fines_recounted(logs) -> dict[str, set[str]]:
    return recount.fines(logs / "Road_Traffic_Fine_Management_Process.xes.gz")
