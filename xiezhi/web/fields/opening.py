"""What the pages of a field begin with: the field, who may see it, and why not."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.packs.model import Pack
from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import SUPERVISION, Role
from xiezhi.kernel.access.may import NotAllowed, Refused
from xiezhi.kernel.access.scope import reach
from xiezhi.kernel.fields import fields
from xiezhi.kernel.intake.looking import NoSuchSubject
from xiezhi.kernel.intake.permissions import READS
from xiezhi.web.request import actor_of_request

P = ParamSpec("P")
MENDERS = SUPERVISION | {Role.SYSTEM_ADMINISTRATOR, Role.RULE_AUTHOR}
View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
_NOT_YOURS = Words(
    "这个平台不在您的职责范围内；监督员、第二审核人、领导、联络员和录入员看各自范围",
    "this field lies outside your scope; officers, approvers, leaders, liaisons and clerks see their own",
)


class SetAside(XiezhiError):  # noqa: N818  named by what it says
    """A field's pack could not be loaded; the other fields go on."""

    def __init__(self, field: str, told: str) -> None:
        super().__init__(f"the pack of {field} is set aside: {told}")
        self.field, self.told = field, told


def opened(view: View[P]) -> View[P]:
    """Let a view be for those who are signed in and reach the field; say why a page is not for this person."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NoSuchSubject as error:
            raise Http404(str(error)) from error
        except SetAside as error:
            lines = error.told.splitlines()
            return render(request, "fields/set_aside.html", {"field": error.field, "lines": lines}, status=503)
        except NotAllowed as error:
            return render(request, "account/refused.html", {"reason": error.refused.reason}, status=403)

    return login_required(answer)


def field_for(request: HttpRequest, name: str) -> tuple[Pack, Actor]:
    """Return a field's pack for somebody who reaches anything of it.

    Raises:
        Http404: there is no such field, or its pack is set aside.
        NotAllowed: the reader reaches nothing of it.
        SetAside: its pack is broken, and the reader is one who sees to that.
    """
    pack, actor = fields().packs.get(name), actor_of_request(request)
    if name in fields().broken and actor.roles() & MENDERS:
        raise SetAside(name, fields().broken[name])
    if pack is None:
        raise Http404(f"no field is called {name}")
    if not any(part.field in (None, name) for part in reach(actor, READS)):
        raise NotAllowed(Refused(_NOT_YOURS))
    return pack, actor


def subject_types(pack: Pack) -> tuple[tuple[str, Words], ...]:
    """Return the types of subjects of a field with what they are called, those with a page first."""
    declared = [(d.subject.type, d.words) for d in pack.datasets.values() if d.subject is not None]
    return tuple(sorted(declared, key=lambda pair: pack.screen_of(pair[0]) is None))
