"""From a filled form to the one action it means."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.enums import Outcome
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.dispositions import actions, holds
from xiezhi.kernel.dispositions.documents import Upload
from xiezhi.kernel.dispositions.enums import Act
from xiezhi.kernel.dispositions.models import Step

Given = Mapping[str, Any]


def carry_out(act: Act, alert: Alert, given: Given, *, by: Actor, at: datetime) -> Step:
    """Do the act with what the form gave. It raises what the action raises."""
    return _CALLS[act](alert, given, by, at)


def uploads(files: Sequence["UploadedFile[bytes]"]) -> list[Upload]:
    """Return uploaded files on their way in, chunk by chunk."""
    return [Upload(file.name or "", file.chunks()) for file in files]


def _plain(call: Callable[..., Step]) -> Callable[[Alert, Given, Actor, datetime], Step]:
    return lambda alert, given, by, at: call(alert, text=given["text"], by=by, at=at)


def _filed(call: Callable[..., Step]) -> Callable[[Alert, Given, Actor, datetime], Step]:
    return lambda alert, given, by, at: call(alert, text=given["text"], by=by, at=at, files=uploads(given["files"]))


def _until(call: Callable[..., Step]) -> Callable[[Alert, Given, Actor, datetime], Step]:
    return lambda alert, given, by, at: call(alert, until=given["until"], text=given["text"], by=by, at=at)


def _assign(alert: Alert, given: Given, by: Actor, at: datetime) -> Step:
    return actions.assign(alert, to=int(given["person"]), text=given["text"], by=by, at=at)


def _ask(alert: Alert, given: Given, by: Actor, at: datetime) -> Step:
    return actions.ask(alert, text=given["text"], days=given["days"], by=by, at=at)


def _propose(alert: Alert, given: Given, by: Actor, at: datetime) -> Step:
    outcome = Outcome(given["outcome"])
    cause = given["cause"] if outcome == Outcome.INNOCENT else ""
    return actions.propose(alert, outcome=outcome, cause=cause, text=given["text"], by=by, at=at)


_CALLS: dict[Act, Callable[[Alert, Given, Actor, datetime], Step]] = {
    Act.ACKNOWLEDGE: _plain(actions.acknowledge),
    Act.ASSIGN: _assign,
    Act.COMMENT: _filed(actions.comment),
    Act.ASK: _ask,
    Act.REPLY: _filed(actions.reply),
    Act.ACCEPT: _plain(actions.accept),
    Act.SEND_BACK: _plain(actions.send_back),
    Act.PROPOSE: _propose,
    Act.CLOSE: _plain(actions.close),
    Act.REJECT: _plain(actions.reject),
    Act.MUTE: _until(holds.mute),
    Act.SECOND_MUTE: _plain(holds.second_mute),
    Act.UNMUTE: _plain(holds.unmute),
    Act.EXTEND: _until(actions.extend),
}
