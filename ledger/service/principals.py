"""Granting and revoking access."""

from concurrent.futures import Future
from dataclasses import dataclass

from ledger.aggregates.access import Granted, Revoked, Role
from ledger.errors import Invalid, NotFound
from ledger.policy import check_grant
from ledger.recording.codec import StoredRow, decode
from ledger.recording.session import Receipt, Session, receipt_of
from ledger.recording.writer import Writer
from ledger.service.credentials import Caller, new_token
from ledger.service.desk import Defaults, Desk, Done, IdReused
from ledger.service.identifiers import new_id

_BY_UNIT: tuple[Role, ...] = ("clerk", "supervisor")


@dataclass(frozen=True, slots=True)
class Grant:
    """A granted access. ``token`` is in this answer only; empty for an identity of elsewhere, and when repeated."""

    principal: str
    token: str
    receipt: Receipt
    replayed: bool = False


class Principals:
    """The commands on access streams."""

    def __init__(self, writer: Writer, defaults: Defaults) -> None:
        self._writer = writer
        self._defaults = defaults

    def grant(self, caller: Caller, wanted: Granted, *, id_: str | None = None, dry_run: bool = False) -> Future[Grant]:
        """Give a principal a role, a scope and a new token; an earlier grant of the same name ends with it."""
        token, key_hash = new_token(wanted.name) if wanted.identity is None else ("", None)
        known = id_ or new_id()

        def work(session: Session) -> Grant:
            desk = self._desk(session, caller)
            _check_fields(wanted)
            stream = f"access:{wanted.name}"
            found = desk.done_before(known, stream, "granted")
            if found is not None:
                if decode(found).data != wanted.model_copy(update={"key_hash": _kept_hash(found)}):
                    raise IdReused()
                return Grant(wanted.name, "", receipt_of(found), replayed=True)
            _check_identity(desk, wanted)
            desk.found()
            granted = wanted.model_copy(update={"key_hash": key_hash})
            return Grant(granted.name, token, desk.append(stream, granted, id_=known))

        return self._writer.submit(work, keep=not dry_run)

    def revoke(
        self, caller: Caller, principal: str, reason: str, *, id_: str | None = None, dry_run: bool = False
    ) -> Future[Done]:
        """End a principal's access at once; NotFound where there is none."""
        known, revoked = id_ or new_id(), Revoked(reason=reason)

        def work(session: Session) -> Done:
            desk = self._desk(session, caller)
            stream = f"access:{principal}"
            replayed = desk.replayed(known, stream, revoked)
            if replayed is not None:
                return replayed
            access = session.structure.access.get(principal)
            if access is None or access.grant is None:
                raise NotFound()
            return Done(desk.append(stream, revoked, id_=known))

        return self._writer.submit(work, keep=not dry_run)

    def _desk(self, session: Session, caller: Caller) -> Desk:
        desk = Desk(session, caller, self._defaults)
        check_grant(desk.actor)
        return desk


def _check_fields(wanted: Granted) -> None:
    """A role without the scope it works in would see nothing, or everything: neither is meant."""
    if wanted.key_hash is not None:
        raise Invalid.at("/key_hash", "unknown_field")
    if wanted.role in _BY_UNIT and not wanted.units:
        raise Invalid.at("/units", "missing")
    if wanted.role == "cadre" and wanted.cadre is None:
        raise Invalid.at("/cadre", "missing")


def _check_identity(desk: Desk, wanted: Granted) -> None:
    """One identity of elsewhere is one principal here."""
    known = desk.session.structure.access.items()
    taken = (name for name, access in known if access.grant is not None and access.grant.identity == wanted.identity)
    if wanted.identity is not None and any(name != wanted.name for name in taken):
        raise Invalid.at("/identity", "repeated")


def _kept_hash(found: StoredRow) -> str | None:
    data = decode(found).data
    return data.key_hash if isinstance(data, Granted) else None
