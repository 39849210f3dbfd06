"""`xiezhi demo`: an invented city in the installed system, served; and how findings compare with what was planted."""

import os
import sys
import time
from pathlib import Path

import click
import orjson

from xiezhi.cli import demo_city
from xiezhi.cli.installed import open_installation
from xiezhi.cli.link_table import print_links
from xiezhi.cli.serving import keep_secret, serve
from xiezhi.cli.surroundings import data_folder
from xiezhi.cli.terminal_steps import step_bar
from xiezhi.demo.generate import TRUTH_FILE, make_log, write_log
from xiezhi.demo.score import score
from xiezhi.demo.truth import read_truth


@click.group("demo", invoke_without_command=True)
@click.option("--scale", type=click.FloatRange(0.01, 100), default=1.0, show_default=True, help="Size of the city.")
@click.option("--seed", type=int, default=2026, show_default=True, help="The same seed and day give the same city.")
@click.option("--no-serve", is_flag=True, help="Build the city, print the links, and end.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to serve on.")
@click.pass_context
def demo_group(context: click.Context, /, scale: float, seed: int, no_serve: bool, port: int) -> None:  # noqa: FBT001  click passes it by name
    """Build an invented city with its people and their work, print a link for each role, and serve it."""
    if context.invoked_subcommand is not None:
        return
    os.environ.setdefault("XIEZHI_SECOND_FACTOR", "nobody")  # nobody needs a telephone to look at an invented city
    data = data_folder()
    known = demo_city.built(data)
    if known is None or not known.whole:
        _build(data, scale=scale, seed=seed)
    else:
        told = f"The city of {known.today} (scale {known.scale:g}, seed {known.seed}) is in {data}: nothing is built."
        click.echo(f"{data} 中已有{known.today}建成的示范城市，不再重建。\n{told}", err=True)
        keep_secret()
        open_installation(migrate=True)
    _let_in(port)
    if not no_serve:
        serve(host="127.0.0.1", port=port, workers=1, with_worker=True)


@demo_group.command("score")
@click.option("--json", "as_json", is_flag=True, help="One object a rule.")
def score_command(as_json: bool) -> None:  # noqa: FBT001  click passes it by name
    """Compare the findings of the city, as it was built, with the planted truth."""
    folder = data_folder() / demo_city.FOLDER
    lines = (folder / demo_city.FINDINGS).read_text(encoding="utf-8").splitlines()
    for row in score([orjson.loads(line) for line in lines], read_truth(folder / TRUTH_FILE)):
        if as_json:
            click.echo(orjson.dumps(row).decode())
        else:
            click.echo("  ".join(f"{name} {value}" for name, value in row.items()))


def _build(data: Path, *, scale: float, seed: int) -> None:
    """Build the city of today in a folder that holds nothing, or what an interrupted build left."""
    begun = time.monotonic()
    demo_city.clear(data)
    keep_secret()
    open_installation(migrate=True)
    from django.utils import timezone  # noqa: PLC0415  the installed system only

    from xiezhi.cli.demo_history import History, live_through, write_findings  # noqa: PLC0415

    now = timezone.now()
    folder = demo_city.begin(data, scale=scale, seed=seed, today=timezone.localdate(now))
    click.echo("示范城市：生成办件日志 / an invented city: its cases", err=True)
    log = make_log(seed=seed, scale=scale, today=timezone.localdate(now))
    write_log(log, folder)
    click.echo(f"{log.truth.cases:,}件：导入、评估、办理 / cases: imported, evaluated, worked on", err=True)
    with step_bar(sys.stderr, "逐日 day by day") as told:
        live_through(History(log, folder, now, told))
    write_findings(folder / demo_city.FINDINGS)
    demo_city.finish(data)
    seconds = time.monotonic() - begun
    click.echo(f"建成，用时{seconds:.0f}秒 / built in {seconds:.0f} s: {data}", err=True)


def _let_in(port: int) -> None:
    from django.utils import timezone  # noqa: PLC0415  the installed system only

    from xiezhi.cli.demo_people import links  # noqa: PLC0415

    print_links(links(at=timezone.now()), f"http://127.0.0.1:{port}", sys.stdout)
