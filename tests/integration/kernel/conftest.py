"""People and bodies for the tests of the kernel."""

import pytest

from tests.integration.kernel.people import People, make_bodies, make_people


@pytest.fixture
def people(db: None) -> People:
    """Make the city, two bureaus, and everybody."""
    make_bodies()
    return make_people()
