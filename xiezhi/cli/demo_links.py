"""The one-time links of the invented city's people, as a table in both languages."""

from collections.abc import Sequence
from typing import IO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from xiezhi.cli.demo_people import Entrance

_HEAD = ("角色 Role", "姓名 Name", "账号 Sign-in name", "一次性链接 One-time link")


def print_links(entrances: Sequence[Entrance], site: str, out: IO[str]) -> None:
    """Print who can come in and by which link; in a pipe one line each, with tabs between.

    Args:
        entrances: people and the secrets of their links.
        site: the address that is served.
        out: where to print; a link is never broken in two.
    """
    rows = [
        (f"{one.player.zh} {one.player.en}", one.player.name, one.player.username, f"{site}/account/link/{one.secret}/")
        for one in entrances
    ]
    if not out.isatty():
        out.writelines("\t".join(row) + "\n" for row in rows)
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for head in _HEAD[:-1]:
        table.add_column(head)
    table.add_column(_HEAD[-1], no_wrap=True, overflow="ignore")
    for row in rows:
        table.add_row(*row)
    console = Console(file=out, highlight=False, markup=False, emoji=False)
    console.print(table, soft_wrap=True)
    console.print(
        "每个链接只能用一次，7天内有效；再次运行会换发。 Each link opens once, within 7 days; run again for new ones."
    )
