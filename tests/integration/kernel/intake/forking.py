"""An installation of its own, whose importing processes are killed or run side by side; prints what is left as JSON.

    python -m tests.integration.kernel.intake.forking killed 6 SEED
    python -m tests.integration.kernel.intake.forking beside 3 4

Run with XIEZHI_DATA on an empty folder. The parent never uses DuckDB before it forks.
"""

import hashlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

SEED_ROWS = 300


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "xiezhi.settings"
    Path(os.environ["XIEZHI_DATA"]).mkdir(parents=True, exist_ok=True)
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from xiezhi.kernel.fields import fields  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    fields()
    act, first, second = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    told = killed(first, second) if act == "killed" else beside(first, second)
    print(json.dumps(told, ensure_ascii=False))  # noqa: T201


def forked(work: Callable[[], None]) -> int:
    """Run work in a child with its own connection and return the child's number."""
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def cases_of(trial: int, seed: int) -> list[dict[str, str]]:
    """Return the delivery of a trial: some of the cases, with a department that names the trial."""
    from tests.integration.kernel.intake.delivering import case  # noqa: PLC0415

    drawn = random.Random(seed * 1000 + trial)  # noqa: S311
    numbers = sorted(drawn.sample(range(SEED_ROWS), SEED_ROWS // 3))
    return [case(f"K{n:04}", department=f"第{trial}批") for n in numbers]


def killed(trials: int, seed: int) -> dict[str, Any]:
    """Kill -9 an import at a random moment, again and again; then count everything."""
    from tests.integration.kernel.intake.delivering import deliver, later, make_source  # noqa: PLC0415
    from xiezhi.kernel.intake.models import Source  # noqa: PLC0415

    folder = Path(os.environ["XIEZHI_DATA"]) / "in"
    make_source("hall")
    drawn = random.Random(seed)  # noqa: S311
    longest = 0.0
    ends = {"killed": 0, "done": 0}
    for trial in range(trials + 1):
        began = time.monotonic()

        def work(trial: int = trial) -> None:
            source = Source.objects.get()
            deliver(source, folder / str(trial), cases_of(trial, seed), at=later(trial))

        child = forked(work)
        if trial:  # the first runs through, and tells how long one takes
            time.sleep(drawn.uniform(0, longest))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        longest = max(longest, time.monotonic() - began)
        ends["done" if status == 0 else "killed"] += 1
    return {"ends": ends, **accounts(seed)}


def accounts(seed: int) -> dict[str, Any]:
    """Hold what is stored against what the accepted batches said, in their order."""
    from tests.integration.kernel.intake.delivering import NOON, live  # noqa: PLC0415
    from xiezhi.kernel.intake.models import Batch, FactFile, Subject, VaultEntry, Version  # noqa: PLC0415
    from xiezhi.kernel.intake.orphans import remove_orphans  # noqa: PLC0415
    from xiezhi.kernel.ledger.models import Entry  # noqa: PLC0415

    data = Path(os.environ["XIEZHI_DATA"])
    remove_orphans(NOON)
    accepted = list(Batch.objects.filter(state="accepted").order_by("version_id"))
    expected: dict[str, str] = {}
    for batch in accepted:
        trial = (batch.received_at - NOON).days
        expected |= {row["case_no"]: row["department"] for row in cases_of(trial, seed)}
    rows = live("cases")
    files = {file.path: file.sha256 for file in FactFile.objects.all()}
    found = {
        path.relative_to(data / "facts").as_posix(): path for path in (data / "facts").rglob("*") if path.is_file()
    }
    return {
        "facts": {row["case_no"]: row["department"] for row in rows} == expected and len(rows) == len(expected),
        "subjects": dict(Subject.objects.values_list("key", "organisation")) == expected,
        "numbers": len({row["case_id"] for row in rows}) == len(rows),
        "names": {row["applicant"] for row in rows} <= set(VaultEntry.objects.values_list("token", flat=True)),
        "files": sorted(files) == sorted(found),
        "bytes": all(hashlib.sha256(found[path].read_bytes()).hexdigest() == sha for path, sha in files.items()),
        "entries": Entry.objects.filter(kind="batch.accepted").count() == len(accepted),
        "versions": list(Version.objects.values_list("number", flat=True)) == list(range(1, len(accepted) + 1)),
        "open": Batch.objects.filter(state="receiving").count(),
        "scratch": sum(1 for _ in (data / "scratch").glob("arriving-*")),
    }


def beside(importers: int, deliveries: int) -> dict[str, Any]:
    """Let several import into one field at once while somebody reads."""
    from tests.integration.kernel.intake.delivering import case, deliver, later, live, make_source  # noqa: PLC0415
    from xiezhi.kernel.intake.models import Batch, Source, Version  # noqa: PLC0415

    folder = Path(os.environ["XIEZHI_DATA"]) / "in"
    for n in range(importers):
        make_source(f"s{n}", prefix=f"S{n}-")

    def importing(n: int) -> Callable[[], None]:
        def work() -> None:
            source = Source.objects.get(code=f"s{n}")
            for delivery in range(deliveries):
                rows = [case(f"C{i}", department=f"第{delivery}批") for i in range(20)]
                deliver(source, folder / f"{n}-{delivery}", rows, at=later(delivery))

        return work

    def reading() -> None:
        seen = 0
        while seen < importers * deliveries:
            numbers = list(Version.objects.values_list("number", flat=True))
            if numbers != list(range(1, len(numbers) + 1)) or len(numbers) < seen:
                sys.exit(f"a reader saw {numbers}")
            seen = len(numbers)
            time.sleep(0.02)

    children = [forked(importing(n)) for n in range(importers)] + [forked(reading)]
    ends = [os.waitpid(child, 0)[1] for child in children]
    rows = live("cases")
    return {
        "ends": ends,
        "versions": list(Version.objects.values_list("number", flat=True)),
        "batches": sorted(Batch.objects.values_list("version_id", flat=True)),
        "states": sorted(set(Batch.objects.values_list("state", flat=True))),
        "departments": sorted({row["department"] for row in rows}),
        "rows": len(rows),
        "numbers": sorted(row["case_id"] for row in rows),
        "files": sorted(number for batch in Batch.objects.all() for number in (f["number"] for f in batch.files)),
    }


if __name__ == "__main__":
    main()
