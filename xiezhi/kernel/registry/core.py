"""The core datasets: the registry's tables as the columns that indicators see. A pack may declare any part of them."""

from collections.abc import Callable, Iterator
from typing import Any

from xiezhi.kernel.registry.models import Division, Holding, Matter, Organisation, Person, Post, Window

Row = dict[str, Any]


def _organisations() -> Iterator[Row]:
    for row in Organisation.objects.select_related("parent", "succeeded_by", "division").order_by("code"):
        yield {
            "organisation_code": row.code,
            "name": row.name_zh,
            "parent": row.parent.code if row.parent else None,
            "division": row.division.code if row.division else None,
            "succeeded_by": row.succeeded_by.code if row.succeeded_by else None,
            "credit_code": row.credit_code or None,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
        }


def _divisions() -> Iterator[Row]:
    for row in Division.objects.select_related("parent").order_by("code"):
        yield {
            "division_code": row.code,
            "name": row.name_zh,
            "tier": row.tier,
            "parent": row.parent.code if row.parent else None,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
        }


def _posts() -> Iterator[Row]:
    for row in Post.objects.select_related("organisation").order_by("code"):
        yield {
            "post_code": row.code,
            "organisation": row.organisation.code,
            "name": row.name_zh,
            "key_post": row.key_post,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
        }


def _people() -> Iterator[Row]:
    for row in Person.objects.select_related("organisation").order_by("number"):
        yield {
            "person_number": row.number,
            "name": row.name,
            "organisation": row.organisation.code,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
        }


def _holdings() -> Iterator[Row]:
    for row in Holding.objects.select_related("person", "post").order_by("pk"):
        yield {
            "person_number": row.person.number,
            "post_code": row.post.code,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
        }


def _matters() -> Iterator[Row]:
    for row in Matter.objects.select_related("organisation").order_by("code"):
        yield {
            "matter_no": row.code,
            "name": row.name_zh,
            "organisation": row.organisation.code,
            "statutory_days": row.statutory_days,
            "promised_days": row.promised_days,
            "listed_from": row.valid_from,
            "listed_to": row.valid_to,
            **row.facts,
        }


def _windows() -> Iterator[Row]:
    for row in Window.objects.select_related("organisation").order_by("code"):
        yield {
            "window_no": row.code,
            "name": row.name_zh,
            "organisation": row.organisation.code,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
        }


CORE: dict[str, Callable[[], Iterator[Row]]] = {
    "divisions": _divisions,
    "organisations": _organisations,
    "posts": _posts,
    "people": _people,
    "holdings": _holdings,
    "matters": _matters,
    "windows": _windows,
}
