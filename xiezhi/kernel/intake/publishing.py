"""The registry's core datasets as facts: each change becomes a version of every field that declares the dataset."""

from datetime import datetime

from xiezhi.kernel.fields import fields
from xiezhi.kernel.intake.actions import commit_table
from xiezhi.kernel.intake.models import Source
from xiezhi.kernel.intake.store import next_version
from xiezhi.kernel.intake.tables import as_table
from xiezhi.kernel.ledger.author import Author
from xiezhi.kernel.registry.core import CORE

PREFIX = "registry."


def publish(dataset: str, by: Author, at: datetime) -> None:
    """Store a core dataset that changed, in the transaction of the change.

    A field whose source hands over the dataset itself keeps that source's: two sources never share keys. What is no
    dataset (a day of the calendar) makes a version by itself.
    """
    if dataset not in CORE:
        next_version(cause=dataset, field="", at=at)
        return
    rows = list(CORE[dataset]())
    for field, pack in fields().packs.items():
        declared = pack.datasets.get(dataset)
        if declared is None or _fed_otherwise(field, dataset):
            continue
        source = _source(field, at)
        if not rows and dataset not in source.fed:
            continue
        table = as_table(declared, rows)
        commit_table(field, dataset, table, source=source, by=by, at=at, delivery="snapshot")


def _fed_otherwise(field: str, dataset: str) -> bool:
    others = Source.objects.filter(field=field).exclude(code=f"{PREFIX}{field}")
    return any(dataset in told for told in others.values_list("fed", flat=True))


def _source(field: str, at: datetime) -> Source:
    words = {"name_zh": "本系统登记册", "name_en": "The registry of this installation"}
    made, _ = Source.objects.get_or_create(
        code=f"{PREFIX}{field}", defaults={"field": field, "made_at": at, "live": True, **words}
    )
    return made
