"""What every page has around it: menu, scope, versions. Counted once a request."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.words import role_words, scope_words
from xiezhi.kernel.intake.store import current_version
from xiezhi.web import menu
from xiezhi.web.place import PLACE
from xiezhi.web.request import actor_of_request

_THEMES = ("system", "light", "dark")


@dataclass(frozen=True)
class MenuItem:
    """An entry of the menu as drawn."""

    words: Words
    url: str
    count: int
    current: bool


@dataclass(frozen=True)
class MenuGroup:
    """A group of the menu as drawn."""

    words: Words
    items: tuple[MenuItem, ...]


@dataclass(frozen=True)
class Shell:
    """What the frame of a signed-in page shows."""

    name: str
    roles: Words
    scope: Words
    place: Words
    menu: tuple[MenuGroup, ...]
    home: str
    search: str
    account: str
    menu_page: str
    version: str
    snapshot: int


def context(request: HttpRequest) -> dict[str, Any]:
    """Return the theme, and the shell where someone is signed in."""
    theme = request.COOKIES.get("theme", "system")
    told: dict[str, Any] = {"theme": theme if theme in _THEMES else "system"}
    actor = actor_of_request(request)
    if actor.account is not None:
        told["shell"] = _shell(request, actor)
    return told


def _shell(request: HttpRequest, actor: Actor) -> Shell:
    return Shell(
        name=actor.name,
        roles=role_words(actor),
        scope=scope_words(actor),
        place=PLACE,
        menu=tuple(
            MenuGroup(words, tuple(_item(request, actor, e) for e in found)) for words, found in menu.groups(actor)
        ),
        home=reverse("overview"),
        search=reverse("search"),
        account=reverse("own_account"),
        menu_page=reverse("menu"),
        version=version("xiezhi"),
        snapshot=current_version(),
    )


def _item(request: HttpRequest, actor: Actor, entry: menu.Entry) -> MenuItem:
    url = reverse(entry.address, args=entry.arguments)
    current = request.path == url or (url != reverse("overview") and request.path.startswith(url))
    return MenuItem(entry.words, url, entry.count(actor) if entry.count else 0, current)
