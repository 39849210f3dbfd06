"""The page of the command line: what every command says of itself, and the exit codes."""

from collections.abc import Iterator

import click

from xiezhi.cli.reference.markdown import anchor, bullets, code, fenced, link, page, side_by_side, titled
from xiezhi.cli.reference.texts import texts

_WIDTH = 100  # of help texts, whatever the terminal


def commands_page(root: click.Command, name: str = "xiezhi") -> str:
    """Return the page of a command and all those below it."""
    found = dict(walk(root, click.Context(root, info_name=name, terminal_width=_WIDTH, max_content_width=_WIDTH)))
    return page(
        "命令行 Command line",
        "疑点写到标准输出，其余写到标准错误。 Findings go to stdout, everything else to stderr.",
        bullets(link(code(path), anchor(path.replace(" ", "-"))) for path in found),
        titled("退出码 Exit codes", side_by_side((code(number), words) for number, words in texts("exits").items())),
        *(titled(path, fenced(shown, "text")) for path, shown in found.items()),
    )


def walk(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """Yield path and help text of a command and of those below it."""
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                inner = click.Context(
                    below, info_name=name, parent=context, terminal_width=_WIDTH, max_content_width=_WIDTH
                )
                yield from walk(below, inner)
