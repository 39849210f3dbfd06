"""Opening the installed system from the command line: its folder, its tables, its rooms."""

import os
from pathlib import Path


def open_installation(*, migrate: bool = False) -> Path:
    """Let Django start on the folder of ``XIEZHI_DATA`` and return it; ``migrate`` makes or renews its tables."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiezhi.settings")
    import django  # noqa: PLC0415  a check of files needs no web framework
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    folder = Path(settings.DATA)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    django.setup()
    if migrate:
        call_command("migrate", verbosity=0, interactive=False)
    return folder
