"""`xiezhi serve` and `xiezhi worker`: the web application, and what is done behind it."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from secrets import token_urlsafe

import click

from xiezhi.cli.installed import open_installation

_IDLE_SECONDS, _BUSY_SECONDS = 1.5, 0.1


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that serve pages.")
@click.option("--with-worker/--no-worker", default=True, show_default=True, help="Run the worker beside it.")
def serve_command(host: str, port: int, workers: int, with_worker: bool) -> None:  # noqa: FBT001  click passes it by name
    """Serve the pages, with a worker beside them."""
    keep_secret()
    folder = open_installation(migrate=True)
    click.echo(f"獬豸 Xiezhi: http://{host}:{port}/   ({folder})", err=True)
    serve(host=host, port=port, workers=workers, with_worker=with_worker)


@click.command("worker")
@click.option("--once", is_flag=True, help="Make one round and end.")
def worker_command(once: bool) -> None:  # noqa: FBT001  click passes it by name
    """Evaluate what arrives, watch over deadlines and feeds, keep the store in order."""
    keep_secret()
    open_installation(migrate=True)
    work(once=once)


def keep_secret() -> None:
    """Make the installation's secret once, readable by nobody else, before settings are read."""
    folder = Path(os.environ.get("XIEZHI_DATA", "data")).resolve() / "keys"
    path = folder / "xiezhi_secret_key"
    told = any(f"XIEZHI_SECRET_KEY{ending}" in os.environ for ending in ("", "_FILE"))
    if told or path.exists():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(token_urlsafe(48))


def serve(*, host: str, port: int, workers: int, with_worker: bool) -> None:
    """Serve until told to stop; the worker is a process of its own, and ends with this one."""
    from granian import Granian  # noqa: PLC0415  only a server needs it
    from granian.constants import Interfaces  # noqa: PLC0415

    helper = _spawn_worker() if with_worker else None
    try:
        Granian(
            "xiezhi.web.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=4,
            log_access=False,
        ).serve()
    finally:
        if helper is not None:
            helper.terminate()
            helper.wait(timeout=30)


def work(*, once: bool = False, stop: threading.Event | None = None) -> None:
    """Make rounds until told to stop; what a round has begun is finished, or left as it was."""
    from django.db import close_old_connections  # noqa: PLC0415  the installation must be open
    from django.utils import timezone  # noqa: PLC0415

    from xiezhi.kernel.rounds import make_round  # noqa: PLC0415

    ended = stop or threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        if threading.current_thread() is threading.main_thread():
            signal.signal(name, lambda *_: ended.set())
    while not ended.is_set():
        close_old_connections()
        made = make_round(timezone.now())
        told = {step: count for step, count in made.done.items() if count}
        if told:
            click.echo(f"{time.strftime('%H:%M:%S')} " + ", ".join(f"{n} {c}" for n, c in told.items()), err=True)
        if once:
            if made.failed:
                sys.exit(1)
            return
        ended.wait(_BUSY_SECONDS if made.busy else _IDLE_SECONDS)


def _spawn_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "xiezhi.cli", "worker"])
