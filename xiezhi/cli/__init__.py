"""The `xiezhi` command. Findings go to stdout, everything else to stderr.

Exit codes: 0 ran · 1 a finding at `--fail-on` or worse · 2 usage, or an output that cannot be written · 3 input refused
· 4 quarantined under `--strict` · 130 interrupted.
"""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import click

from xiezhi import __version__
from xiezhi.cli.arriving import Unwritable, forget_stdout, until_closed, unwritable
from xiezhi.cli.backing import backup_command, restore_command
from xiezhi.cli.beginning import init_command
from xiezhi.cli.checking import REFUSED, check_command
from xiezhi.cli.demonstrating import demo_group
from xiezhi.cli.doctoring import doctor_command
from xiezhi.cli.explaining import explain_group
from xiezhi.cli.importing import import_command
from xiezhi.cli.packing import lint_command, new_indicator_command, new_platform_command
from xiezhi.cli.reference.command import reference_command
from xiezhi.cli.reproducing import reproduce_command
from xiezhi.cli.serving import serve_command, worker_command
from xiezhi.cli.trying import try_command
from xiezhi.engine.errors import XiezhiError

UNWRITABLE = 2
TERMINATED = 128 + signal.SIGTERM
INTERRUPTED = 128 + signal.SIGINT


class Group(click.Group):
    """Turns a foreseen failure into its message and exit code 3, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what it wrote must have arrived before it counts as done."""
        _open_closed_streams()
        with suppress(ValueError):  # in a thread no signal can be caught
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # so that temporary folders are removed
        try:
            try:
                return super().invoke(ctx)
            finally:
                with until_closed():
                    sys.stdout.flush()
        except Unwritable as error:
            forget_stdout()
            click.echo(str(error), err=True)
            ctx.exit(UNWRITABLE)
        except XiezhiError as error:
            click.echo(str(error), err=True)
            ctx.exit(REFUSED)
        except BrokenPipeError:
            forget_stdout()
            ctx.exit(0)
        except OSError as error:
            forget_stdout()
            click.echo(str(unwritable(str(error.filename or "stdout"), error)), err=True)
            ctx.exit(UNWRITABLE)
        except KeyboardInterrupt:
            click.echo("\n已中断 interrupted", err=True)
            ctx.exit(INTERRUPTED)


def _open_closed_streams() -> None:
    """Give a program that was started with a closed output a place to write to."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  open until the end


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
    init_command,
    doctor_command,
    import_command,
    backup_command,
    restore_command,
    serve_command,
    worker_command,
):
    main.add_command(command)
