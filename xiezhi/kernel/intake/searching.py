"""Finding subjects by the beginning of their number, or by what stands in their title."""

from dataclasses import dataclass

from django.db.models import Q

from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.fields import fields
from xiezhi.kernel.intake.looking import SubjectRow, subject_row, visible_subjects

_AFTER = "\U0010ffff"  # sorts after every character, so that a beginning is a range of the index


@dataclass(frozen=True)
class SubjectsFound:
    """The subjects found. ``more``: there are others, which are not told."""

    rows: tuple[SubjectRow, ...]
    more: bool


def find_subjects(actor: Actor, text: str, *, most: int) -> SubjectsFound:
    """Return subjects within the actor's scope, first those whose number begins with a text.

    Titles are looked through only where the numbers leave room.
    """
    seen = visible_subjects(actor)
    by_key = list(seen.filter(_begins(text)).order_by("-opened", "pk")[: most + 1])
    if len(by_key) > most:
        return SubjectsFound(tuple(subject_row(item) for item in by_key[:most]), more=True)
    known = [item.pk for item in by_key]
    room = most + 1 - len(by_key)
    by_title = list(seen.filter(title__icontains=text).exclude(pk__in=known).order_by("-opened", "pk")[:room])
    found = [*by_key, *by_title]
    return SubjectsFound(tuple(subject_row(item) for item in found[:most]), more=len(found) > most)


def _begins(text: str) -> Q:
    """Return the condition on numbers, type by type as the index has them."""
    condition = Q(pk__in=())
    spellings = dict.fromkeys((text, text.upper(), text.lower()))
    for pack in fields().packs.values():
        for dataset in pack.datasets.values():
            if dataset.subject is not None:
                for begin in spellings:
                    condition |= Q(field=pack.id, type=dataset.subject.type, key__gte=begin, key__lt=f"{begin}{_AFTER}")
    return condition
