"""Tests own their installation's folder; nothing is shared with one that serves."""

import atexit
import os
import shutil
import tempfile

_FOLDER = tempfile.mkdtemp(prefix="xiezhi-tests-")
os.environ["XIEZHI_DATA"] = _FOLDER
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
