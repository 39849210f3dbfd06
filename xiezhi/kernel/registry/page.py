"""An organisation as it is read: where it stands, what it took over, its posts and who holds them, its matters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from xiezhi.engine.words import Words
from xiezhi.kernel.registry.models import Holding, Matter, Organisation, Person, Post, Window
from xiezhi.kernel.registry.picture import Body, picture

_MOST = 200


@dataclass(frozen=True)
class Node:
    """A body of the tree. ``until``: the first day on which it is no more."""

    code: str
    words: Words
    until: date | None


@dataclass(frozen=True)
class PostRow:
    """A post and the people who hold it on the day."""

    code: str
    words: Words
    key_post: bool
    holders: tuple[str, ...]


@dataclass(frozen=True)
class PersonRow:
    """A person, and the posts that he holds on the day."""

    number: str
    name: str
    posts: tuple[Words, ...]
    has_account: bool


@dataclass(frozen=True)
class MatterRow:
    """A matter, with its days where they are registered."""

    code: str
    words: Words
    statutory_days: int | None
    promised_days: int | None


@dataclass(frozen=True)
class OrganisationPage:
    """An organisation. ``above``: from the top down; ``took_over``: bodies that ended in this one.

    ``cut``: a list of it is longer than a page shows.
    """

    code: str
    words: Words
    short: Words
    credit_code: str
    aliases: tuple[str, ...]
    division: Words | None
    valid_from: date
    valid_to: date | None
    above: tuple[Node, ...]
    below: tuple[Node, ...]
    successor: Node | None
    took_over: tuple[Node, ...]
    posts: tuple[PostRow, ...]
    people: tuple[PersonRow, ...]
    matters: tuple[MatterRow, ...]
    windows: tuple[tuple[str, Words], ...]
    cut: bool


def organisation_page(code: str, *, on: date) -> OrganisationPage | None:
    """Return one organisation with what holds on a day, None where there is none."""
    row = Organisation.objects.select_related("division").filter(code=code).first()
    known = picture().bodies
    if row is None or code not in known:
        return None
    held = Holding.objects.filter(_on(on)).select_related("person", "post")
    posts = list(
        Post.objects.filter(_on(on), organisation=row)
        .prefetch_related(Prefetch("holdings", held))
        .order_by("code")[: _MOST + 1]
    )
    people = list(
        Person.objects.filter(_on(on), organisation=row)
        .prefetch_related(Prefetch("holdings", held))
        .order_by("number")[: _MOST + 1]
    )
    matters = list(Matter.objects.filter(_on(on), organisation=row).order_by("code")[: _MOST + 1])
    windows = list(Window.objects.filter(_on(on), organisation=row).order_by("code")[: _MOST + 1])
    body = known[code]
    return OrganisationPage(
        code=code,
        words=body.words,
        short=body.short,
        credit_code=row.credit_code,
        aliases=tuple(row.aliases),
        division=_named(row.division) if row.division else None,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        above=_above(body),
        below=tuple(_node(other) for other in known.values() if other.parent == code),
        successor=_node(known[body.successor]) if body.successor in known else None,
        took_over=tuple(_node(other) for other in known.values() if other.successor == code),
        posts=tuple(_post(post) for post in posts[:_MOST]),
        people=tuple(_person(person) for person in people[:_MOST]),
        matters=tuple(MatterRow(m.code, _named(m), m.statutory_days, m.promised_days) for m in matters[:_MOST]),
        windows=tuple((window.code, _named(window)) for window in windows[:_MOST]),
        cut=max(len(posts), len(people), len(matters), len(windows)) > _MOST,
    )


def living_bodies(*, but: str) -> Sequence[tuple[str, Words]]:
    """Return the bodies that have not ended, but for one, by code: who may take over from it."""
    bodies = picture().bodies.values()
    return [(body.code, body.words) for body in bodies if body.valid_to is None and body.code != but]


def _on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def _above(body: Body) -> tuple[Node, ...]:
    known, found, seen = picture().bodies, [], {body.code}
    at = known.get(body.parent)
    while at is not None and at.code not in seen:
        seen.add(at.code)
        found.append(_node(at))
        at = known.get(at.parent)
    return tuple(reversed(found))


def _node(body: Body) -> Node:
    return Node(body.code, body.words, body.valid_to)


def _named(row: object) -> Words:
    zh = str(getattr(row, "name_zh", ""))
    return Words(zh, str(getattr(row, "name_en", "")) or zh)


def _post(post: Post) -> PostRow:
    return PostRow(post.code, _named(post), post.key_post, tuple(h.person.name for h in post.holdings.all()))


def _person(person: Person) -> PersonRow:
    posts = tuple(_named(holding.post) for holding in person.holdings.all())
    return PersonRow(person.number, person.name, posts, person.account_id is not None)
