"""`xiezhi init`: the first start of an installation: its tables, its secret, and the three administrators' links."""

import sys

import click

from xiezhi.cli.installed import open_installation
from xiezhi.cli.link_table import LinkRow, print_links
from xiezhi.cli.serving import keep_secret


@click.command("init")
@click.option("--site", default="http://127.0.0.1:8000", show_default=True, help="Address at which it will be served.")
def init_command(site: str) -> None:
    """Make an installation in XIEZHI_DATA and print a one-time link for each of the three administrators.

    No password is made: each sets his own with the link, which opens once, within seven days. The system
    administrator makes further accounts, the security administrator gives them their roles.
    """
    keep_secret()
    folder = open_installation(migrate=True)
    from django.utils import timezone  # noqa: PLC0415  the installed system only

    from xiezhi.kernel.access.actions import first_accounts  # noqa: PLC0415
    from xiezhi.kernel.access.words import ROLES  # noqa: PLC0415

    links = first_accounts(at=timezone.now())
    click.echo(f"{folder}", err=True)
    rows = [
        LinkRow(f"{ROLES[role].zh} {ROLES[role].en}", link.name, link.username, link.secret)
        for role, link in links.items()
    ]
    print_links(rows, site.rstrip("/"), sys.stdout)
