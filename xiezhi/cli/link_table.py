"""One-time links as a table in both languages: who can come in, and by which."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

_HEAD = ("角色 Role", "姓名 Name", "账号 Sign-in name", "一次性链接 One-time link")


@dataclass(frozen=True)
class LinkRow:
    """Someone who can come in. ``role`` is said in both languages; ``secret`` is that of his link."""

    role: str
    name: str
    username: str
    secret: str


def print_links(people: Sequence[LinkRow], site: str, out: IO[str]) -> None:
    """Print who can come in and by which link; in a pipe one line each, with tabs between.

    Args:
        people: in the order in which they are shown.
        site: the address that is served.
        out: where to print; a link is never broken in two.
    """
    rows = [(one.role, one.name, one.username, f"{site}/account/link/{one.secret}/") for one in people]
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
