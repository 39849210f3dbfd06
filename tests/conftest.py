"""Tests own their installation's folder; nothing is shared with one that serves."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

_FOLDER = Path(tempfile.mkdtemp(prefix="xiezhi-tests-"))
_DATA = {
    "DATA": _FOLDER,
    "FACTS": _FOLDER / "facts",
    "DOCUMENTS": _FOLDER / "documents",
    "STATIC_ROOT": _FOLDER / "static",
}
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
# For processes that tests start; and for this one, where settings were read before this file was.
os.environ["XIEZHI_DATA"] = str(_FOLDER)
for _name, _path in _DATA.items():
    _path.mkdir(exist_ok=True)
    setattr(settings, _name, _path)
settings.WHITENOISE_AUTOREFRESH = True  # or every client would read all static files
settings.SECOND_FACTOR = "nobody"  # tests of sign-in ask for it


@pytest.fixture(autouse=True)
def _emptied_ledger(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test whose transactions were real, empty the ledger, which the database lets nobody do.

    The tables of such a test are emptied by DELETE, and the triggers of the ledger would refuse.
    """
    marker = request.node.get_closest_marker("django_db")
    real = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not real and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    from django.db import connection  # noqa: PLC0415  settings are read after the folder is chosen

    from xiezhi.kernel.ledger.append_only import statements  # noqa: PLC0415

    with connection.cursor() as cursor:
        for (trigger,) in cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_entry'"
        ).fetchall():
            cursor.execute(f"DROP TRIGGER {trigger}")
        cursor.execute("DELETE FROM ledger_entry")
        for statement in statements(connection.vendor):
            cursor.execute(statement)
