"""The identity vault: the values behind tokens, kept in the database only, shown only to those who may see them."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.intake.tokens import TokenCollision
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import require
from xiezhi.kernel.intake.models import VaultEntry
from xiezhi.kernel.intake.texts import template
from xiezhi.kernel.ledger.actions import record

KEY_BYTES = 32
_CHUNK = 5_000


class BadKey(XiezhiError):  # noqa: N818  named by what it says
    """The key of the tokens is not as it was made: with another one, no value could be compared with older ones."""


class NotInVault(XiezhiError):  # noqa: N818  named by what it says
    """No value is kept for a token: it was erased, or never came in."""


class NoReason(XiezhiError):  # noqa: N818  named by what it says
    """A protected value is looked at, or erased, for a reason that is recorded."""


@dataclass(frozen=True)
class About:
    """What a value is looked at for: an object, and what it belongs to."""

    kind: str
    id: str
    organisation: str = ""
    field: str = ""


Place = Callable[[str], tuple[str, str]]
_PLACES: dict[str, Place] = {}


def tell_place(kind: str, place: Place) -> None:
    """Let a higher room say to which organisation and field an object of a kind belongs, by its id."""
    _PLACES[kind] = place


def installation_key() -> bytes:
    """Return the key of this installation's tokens, made once.

    Raises:
        BadKey: the file does not hold 32 bytes, or is missing while the vault is in use.
    """
    path = Path(settings.DATA) / "keys" / "vault"
    if not path.exists() and VaultEntry.objects.exists():
        raise BadKey(f"{path} is missing: put back the key of this installation, the vault is keyed with it")
    return _key(path)


@cache
def _key(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(path)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise BadKey(f"{path} holds {len(key)} bytes in place of {KEY_BYTES}: put back the key of this installation")
    return key


def _make(path: Path) -> None:
    """Write a new key whole, unless another process was first."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, os.urandom(KEY_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def keep(values: Mapping[int, str], opened: frozenset[int]) -> None:
    """Keep the values of a batch, in its transaction. A value is open only as long as every source calls it so.

    Raises:
        TokenCollision: a token stands for another value already.
    """
    tokens = sorted(values)
    known = _known(tokens)
    if any(values[token] != value for token, (value, _open) in known.items()):
        raise TokenCollision("two direct identifiers have one token under this installation's key")
    new = [(token, values[token], token in opened) for token in tokens if token not in known]
    with connection.cursor() as cursor:
        cursor.executemany(template("vault"), new)
    closed = [token for token, (_value, is_open) in known.items() if is_open and token not in opened]
    for begin in range(0, len(closed), _CHUNK):
        VaultEntry.objects.filter(token__in=closed[begin : begin + _CHUNK]).update(open=False)


def _known(tokens: list[int]) -> dict[int, tuple[str, bool]]:
    found: dict[int, tuple[str, bool]] = {}
    for begin in range(0, len(tokens), _CHUNK):
        piece = VaultEntry.objects.filter(token__in=tokens[begin : begin + _CHUNK])
        found |= {token: (value, is_open) for token, value, is_open in piece.values_list("token", "value", "open")}
    return found


def resolve(tokens: Iterable[int]) -> dict[int, str]:
    """Return the values of tokens; one that is erased is left out. Who may see them is for the caller to ask."""
    wanted = sorted(set(tokens))
    found: dict[int, str] = {}
    for begin in range(0, len(wanted), _CHUNK):
        piece = wanted[begin : begin + _CHUNK]
        found |= dict(VaultEntry.objects.filter(token__in=piece).values_list("token", "value"))
    return found


def open_tokens(tokens: Iterable[int]) -> frozenset[int]:
    """Return which of these tokens stand for pseudonyms, which may be shown in full."""
    wanted = sorted(set(tokens))
    found: set[int] = set()
    for begin in range(0, len(wanted), _CHUNK):
        piece = VaultEntry.objects.filter(token__in=wanted[begin : begin + _CHUNK], open=True)
        found |= set(piece.values_list("token", flat=True))
    return frozenset(found)


def reveal(actor: Actor, token: int, *, about: tuple[str, str], reason: str, at: datetime) -> str:
    """Return the value of a token, and record who looked at it and why.

    Raises:
        NotAllowed: the actor may not, for what it is about.
        NoReason: none is given.
        NotInVault: the value was erased.
    """
    place = _PLACES.get(about[0])
    organisation, field = place(about[1]) if place is not None else ("", "")
    require(actor, "vault.reveal", About(about[0], about[1], organisation, field))
    _reasoned(reason)
    with transaction.atomic():
        entry = VaultEntry.objects.filter(token=token).first()
        if entry is None:
            raise NotInVault(f"p:{token:016x}: no value is kept; it was erased, or never came in")
        record(
            kind="vault.revealed",
            about=about,
            by=actor,
            at=at,
            data={"token": f"p:{token:016x}", "reason": reason},
            organisation=organisation,
            field=field,
        )
    return entry.value


def erase(actor: Actor, token: int, *, reason: str, at: datetime) -> None:
    """Delete the value of a token. Facts, digests and proofs stay whole.

    Raises:
        NotAllowed: the actor may not.
        NoReason: none is given.
        NotInVault: there is none.
    """
    require(actor, "vault.erase")
    _reasoned(reason)
    with transaction.atomic():
        deleted, _ = VaultEntry.objects.filter(token=token).delete()
        if not deleted:
            raise NotInVault(f"p:{token:016x}: no value is kept; it was erased, or never came in")
        data = {"token": f"p:{token:016x}", "reason": reason}
        record(kind="vault.erased", about=("token", f"p:{token:016x}"), by=actor, at=at, data=data)


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise NoReason("say why the value is looked at or erased")
