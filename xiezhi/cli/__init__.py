"""The `xiezhi` command. Findings go to stdout, everything else to stderr.

Exit codes: 0 ran · 1 a finding at `--fail-on` or worse · 2 usage · 3 input refused · 4 quarantined under `--strict`.
"""

import signal
import sys
from contextlib import suppress

import click

from xiezhi import __version__
from xiezhi.cli.checking import REFUSED, check_command
from xiezhi.cli.demonstrating import demo_group
from xiezhi.cli.doctoring import doctor_command
from xiezhi.cli.explaining import explain_group
from xiezhi.cli.packing import lint_command, new_indicator_command, new_platform_command
from xiezhi.cli.reference.command import reference_command
from xiezhi.cli.reproducing import reproduce_command
from xiezhi.cli.trying import try_command
from xiezhi.engine.errors import XiezhiError

TERMINATED = 128 + signal.SIGTERM


class Group(click.Group):
    """Turns a foreseen failure into its message and exit code 3, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        with suppress(ValueError):  # in a thread no signal can be caught
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # so that temporary folders are removed
        try:
            return super().invoke(ctx)
        except XiezhiError as error:
            click.echo(str(error), err=True)
            ctx.exit(REFUSED)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)


@click.group(cls=Group)
@click.version_option(__version__, prog_name="xiezhi")
def main() -> None:
    """Xiezhi 獬豸: facts become findings that a person can answer."""


for command in (
    check_command,
    try_command,
    reproduce_command,
    explain_group,
    lint_command,
    new_platform_command,
    new_indicator_command,
    reference_command,
    demo_group,
    doctor_command,
):
    main.add_command(command)
