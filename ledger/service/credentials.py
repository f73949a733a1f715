"""Tokens and who stands behind them."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ledger.aggregates.access import Access, Granted, Identity, token_id
from ledger.errors import Unauthenticated
from ledger.policy import Actor
from ledger.recording.sign_ins import SignIn
from ledger.recording.structure import Structure

SECRET_BYTES = 32
_NO_HASH = "0" * 64
_NO_GRANT = Granted(name="nobody", role="auditor", key_hash=_NO_HASH)
_NOBODY = Access([(0, None)])
"""What an unknown or revoked token is compared with, so that it takes as long as a wrong one."""


@dataclass(slots=True)
class Seen:
    """Whom a caller was let in as; None until then."""

    principal: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the bearer of a token, a subject of an identity provider, who signed in with a browser, or a local user
    with a role of its own.

    ``correlation_id`` is the request's and goes into every event it leads to; ``consultation`` the one that a person's
    record is read under.
    """

    correlation_id: str
    token: str | None = None
    local: Actor | None = None
    consultation: str | None = None
    identity: Identity | None = None
    signed_in: SignIn | None = None
    seen: Seen = field(default_factory=Seen, compare=False)


def new_token(principal: str) -> tuple[str, str]:
    """A fresh token and the hash that is kept of it."""
    token = f"lk_{token_id(principal)}_{secrets.token_hex(SECRET_BYTES)}"
    return token, key_hash(token)


def key_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def authenticate(structure: Structure, caller: Caller, now: datetime) -> Actor:
    """The actor of a caller; Unauthenticated for unknown, wrong, revoked and expired tokens alike."""
    if caller.local is not None:
        actor = caller.local
    elif caller.identity is not None:
        actor = _identified(structure, caller.identity, now)
    elif caller.signed_in is not None:
        actor = _signed_in(structure, caller.signed_in, now)
    else:
        actor = _bearer(structure, caller.token or "", now)
    caller.seen.principal = actor.principal
    return actor


def _bearer(structure: Structure, token: str, now: datetime) -> Actor:
    parts = token.split("_")
    wanted = parts[1] if len(parts) == 3 and parts[0] == "lk" else ""
    given = key_hash(token)
    principal = structure.token_ids.get(wanted, "")
    grant = structure.access.get(principal, _NOBODY).grant or _NO_GRANT
    same = hmac.compare_digest(given, grant.key_hash or _NO_HASH)
    if not same or grant is _NO_GRANT or _expired(structure, grant, now):
        raise Unauthenticated()
    return Actor.of(principal, grant)


def _identified(structure: Structure, identity: Identity, now: datetime) -> Actor:
    """The actor that was granted to an identity; a subject's name alone means nothing here."""
    for principal, access in list(structure.access.items()):
        grant = access.grant
        if grant is not None and grant.identity == identity and not _expired(structure, grant, now):
            return Actor.of(principal, grant)
    raise Unauthenticated()


def _signed_in(structure: Structure, sign_in: SignIn, now: datetime) -> Actor:
    """The actor of a session, as long as the grant that it was opened by is the one in force."""
    history = structure.access.get(sign_in.principal, _NOBODY).history
    position, grant = history[-1] if history else (0, None)
    if grant is None or position != sign_in.granted_at or _expired(structure, grant, now):
        raise Unauthenticated()
    return Actor.of(sign_in.principal, grant)


def _expired(structure: Structure, grant: Granted, now: datetime) -> bool:
    if grant.expires is None:
        return False
    if len(grant.expires) > 10:
        return now >= datetime.fromisoformat(grant.expires)
    zone = structure.founding.time_zone if structure.founding is not None else None
    end = datetime.combine(date.fromisoformat(grant.expires) + timedelta(days=1), datetime.min.time(), zone)
    return now >= end
