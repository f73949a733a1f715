"""Signing in with a browser: sessions behind an opaque cookie, and links that open one once."""

import hashlib
import secrets
from concurrent.futures import Future
from datetime import timedelta

from ledger.errors import NotFound, Unauthenticated
from ledger.policy import check_grant
from ledger.recording import sign_ins
from ledger.recording.reader import Reader
from ledger.recording.session import Clock, Session, timestamp
from ledger.recording.sign_ins import Kind, SignIn
from ledger.recording.structure import Structure
from ledger.recording.writer import Writer
from ledger.service.credentials import SECRET_BYTES, Caller, authenticate

LASTS = {"session": timedelta(hours=12), "link": timedelta(hours=24)}


class SignIns:
    """What makes, finds and ends sessions. Of every secret only a digest is kept."""

    def __init__(self, writer: Writer, reader: Reader, clock: Clock) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock

    def open(self, caller: Caller) -> Future[str]:
        """A session of who calls, by its secret; Unauthenticated if he may not in."""

        def work(session: Session) -> str:
            actor = authenticate(session.structure, caller, session.clock())
            return _kept(session, "session", _granted(session.structure, actor.principal))

        return self._writer.submit(work)

    def link(self, caller: Caller, principal: str) -> Future[str]:
        """The code of a link that signs a principal in once; NotFound where there is none."""

        def work(session: Session) -> str:
            check_grant(authenticate(session.structure, caller, session.clock()))
            access = session.structure.access.get(principal)
            if access is None or access.grant is None:
                raise NotFound()
            return _kept(session, "link", _granted(session.structure, principal))

        return self._writer.submit(work)

    def follow(self, code: str, correlation_id: str) -> Future[str]:
        """Use up a link: a session of whom it is for. Unauthenticated for one unknown, used, expired or ended."""

        def work(session: Session) -> str:
            now = session.clock()
            found = sign_ins.find(session.connection, "link", _digest(code), timestamp(now))
            if found is None:
                raise Unauthenticated()
            sign_ins.end(session.connection, "link", _digest(code))
            authenticate(session.structure, Caller(correlation_id, signed_in=found), now)
            return _kept(session, "session", found)

        return self._writer.submit(work)

    def find(self, secret: str) -> SignIn | None:
        """Whose session this is; None for none. Whether he may still in is decided wherever he is let in."""
        with self._reader.open() as reading:
            return sign_ins.find(reading.connection, "session", _digest(secret), timestamp(self._clock()))

    def end(self, secret: str) -> Future[None]:
        """End a session, if there is one."""
        return self._writer.submit(lambda session: sign_ins.end(session.connection, "session", _digest(secret)))


def _kept(session: Session, kind: Kind, sign_in: SignIn) -> str:
    secret, now = secrets.token_urlsafe(SECRET_BYTES), session.clock()
    sign_ins.keep(session.connection, kind, _digest(secret), sign_in, timestamp(now), timestamp(now + LASTS[kind]))
    return secret


def _granted(structure: Structure, principal: str) -> SignIn:
    access = structure.access.get(principal)
    if access is None or not access.history:  # a local user has no grant that a session could end with
        raise Unauthenticated()
    return SignIn(principal, access.history[-1][0])


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
