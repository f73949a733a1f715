"""Granting and revoking access."""

from concurrent.futures import Future
from dataclasses import dataclass

from ledger.aggregates.access import Granted, Revoked, Role
from ledger.errors import Invalid, NotFound
from ledger.policy import check_grant
from ledger.recording.session import Receipt, Session
from ledger.recording.writer import Writer
from ledger.service.credentials import Caller, new_token
from ledger.service.desk import Defaults, Desk

_BY_UNIT: tuple[Role, ...] = ("clerk", "supervisor")


@dataclass(frozen=True, slots=True)
class Grant:
    """A granted access; ``token`` is in this answer only."""

    principal: str
    token: str
    receipt: Receipt


class Principals:
    """The commands on access streams."""

    def __init__(self, writer: Writer, defaults: Defaults) -> None:
        self._writer = writer
        self._defaults = defaults

    def grant(self, caller: Caller, wanted: Granted) -> Future[Grant]:
        """Give a principal a role, scope and new token; an earlier grant of the same name ends with it."""
        token, key_hash = new_token(wanted.name)
        granted = wanted.model_copy(update={"key_hash": key_hash})

        def work(session: Session) -> Grant:
            desk = self._desk(session, caller)
            _check_scope(granted)
            desk.found()
            return Grant(granted.name, token, desk.append(f"access:{granted.name}", granted))

        return self._writer.submit(work)

    def revoke(self, caller: Caller, principal: str, reason: str) -> Future[Receipt]:
        """End a principal's access at once; NotFound where there is none."""

        def work(session: Session) -> Receipt:
            desk = self._desk(session, caller)
            access = session.structure.access.get(principal)
            if access is None or access.grant is None:
                raise NotFound()
            return desk.append(f"access:{principal}", Revoked(reason=reason))

        return self._writer.submit(work)

    def _desk(self, session: Session, caller: Caller) -> Desk:
        desk = Desk(session, caller, self._defaults)
        check_grant(desk.actor)
        return desk


def _check_scope(granted: Granted) -> None:
    """A role without the scope it works in would see nothing, or everything: neither is meant."""
    if granted.role in _BY_UNIT and not granted.units:
        raise Invalid.at("/units", "missing")
    if granted.role == "cadre" and granted.cadre is None:
        raise Invalid.at("/cadre", "missing")
