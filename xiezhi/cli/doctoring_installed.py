"""What `xiezhi doctor` looks at in an installation: keys, space, tables, the worker's work, feeds, people."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from xiezhi.cli.installed import open_installation
from xiezhi.engine.errors import XiezhiError

Look = Callable[[], str]
_LEAST_FREE = 2 << 30
_LATE = timedelta(minutes=10)


class Attention(XiezhiError):  # noqa: N818  named by what it says
    """Something of the installation wants a person; the message says what to do."""


def looks(data: Path) -> Iterator[tuple[str, Look]]:
    """Yield each thing to look at; those that need the tables only where they are as they should be."""
    yield "密钥 keys", lambda: _keys(data / "keys")
    yield "空间 free space", lambda: _space(data)
    open_installation()
    yield "数据表 tables", _tables
    if _missing_migrations():
        return
    from django.utils import timezone  # noqa: PLC0415  the installed system only

    now = timezone.now()
    yield "账号 accounts", _accounts
    yield "评估 evaluation", lambda: _evaluated(now)
    yield "隔离区 quarantine", _quarantine
    yield from _feeds(now)


def _keys(folder: Path) -> str:
    if not folder.exists():
        raise Attention(f"{folder} is missing: put back the keys of this installation from their own backup")
    open_to_others = [
        path.name for path in sorted(folder.iterdir()) if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if open_to_others:
        raise Attention(f"others can read {', '.join(open_to_others)}: chmod 600 {folder}/*")
    if not os.access(folder, os.R_OK | os.W_OK):
        raise Attention(f"{folder} cannot be read and written by this user: chown it to the user that serves")
    return f"{len(list(folder.iterdir()))} keys, readable by nobody else"


def _space(data: Path) -> str:
    free = shutil.disk_usage(data).free
    if free < _LEAST_FREE:
        raise Attention(f"{free / 1e9:.1f} GB free for {data}: make room, deliveries are refused when it is full")
    return f"{free / 1e9:,.0f} GB"


def _missing_migrations() -> list[str]:
    from django.db import connection  # noqa: PLC0415  the installed system only
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _tables() -> str:
    missing = _missing_migrations()
    if missing:
        raise Attention(
            f"{len(missing)} migrations are not applied ({missing[0]} …): back up, then `xiezhi serve` or `xiezhi "
            "worker` applies them when it starts"
        )
    return "all migrations are applied"


def _accounts() -> str:
    from xiezhi.kernel.access.models import Account  # noqa: PLC0415  the installed system only

    number = Account.objects.filter(is_active=True).count()
    if not number:
        raise Attention("nobody can sign in: `xiezhi init` makes the three administrators")
    return f"{number} open"


def _evaluated(now: datetime) -> str:
    """Say of the worker what can be seen of it: versions and days that nobody has evaluated."""
    from django.utils import timezone  # noqa: PLC0415  the installed system only

    from xiezhi.kernel.findings.models import Evaluation  # noqa: PLC0415
    from xiezhi.kernel.intake.models import Source, Version  # noqa: PLC0415

    behind = []
    told = []
    for field in sorted(set(Source.objects.filter(batches__version__isnull=False).values_list("field", flat=True))):
        last = Evaluation.objects.filter(field=field, state="done").order_by("-as_of", "-version").first()
        newest = Version.objects.filter(field__in=(field, "")).order_by("-number").first()
        if last is None or newest is None:
            behind.append(f"{field}: nothing has been evaluated")
            continue
        days = (timezone.localdate(now) - last.as_of).days
        if days > 0:
            behind.append(f"{field}: {days} days have not been evaluated, the last was {last.as_of}")
        elif newest.number > last.version and now - newest.at > _LATE:
            behind.append(f"{field}: version {newest.number} waits since {timezone.localtime(newest.at):%H:%M}")
        ended = timezone.localtime(last.ended_at or last.started_at)
        told.append(f"{field}: version {last.version} as of {last.as_of}, done {ended:%Y-%m-%d %H:%M}")
        told += [f"{field}.{name} did not run" for name in last.not_run]
    if behind:
        raise Attention(f"{'; '.join(behind)}: start `xiezhi worker`, or look at what it writes when it fails")
    return "; ".join(told) or "there are no facts yet"


def _quarantine() -> str:
    from xiezhi.kernel.intake.models import Batch, QuarantinedRow  # noqa: PLC0415  the installed system only

    held = Batch.objects.filter(state=Batch.State.HELD).count()
    waiting = QuarantinedRow.objects.filter(state=QuarantinedRow.State.OPEN).count()
    return f"{waiting} rows wait for a correction, {held} deliveries were held"


def _feeds(now: datetime) -> Iterator[tuple[str, Look]]:
    from xiezhi.kernel.intake.feeds import judge  # noqa: PLC0415  the installed system only
    from xiezhi.kernel.intake.models import Source  # noqa: PLC0415

    for source in Source.objects.exclude(rhythm_days=None, least_rows=None).order_by("code"):
        state, since = judge(source, now)
        yield f"来源 feed {source.code}", lambda source=source, state=state, since=since: _feed(source, state, since)  # type: ignore[misc]


def _feed(source: object, state: str, since: datetime | None) -> str:
    if since is not None:
        raise Attention(
            f"{state} since {since:%Y-%m-%d}: ask its owner to deliver again; no alert is no clean bill meanwhile"
        )
    return f"{source} delivers as expected"
