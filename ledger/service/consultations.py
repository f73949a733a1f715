"""Opening persons' records before a decision: who consulted whom, for what, is on record before anything is read."""

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field

from ledger.aggregates.founding import Consulted, Purpose
from ledger.aggregates.refusals import UnknownCadre
from ledger.aggregates.values import CadreId, Fields, Text
from ledger.errors import Invalid
from ledger.policy import OPEN_HOURS, check_consult, sees_cadre
from ledger.projections.roster import scope_posting
from ledger.recording.codec import StoredRow, decode
from ledger.recording.session import Receipt, receipt_of, timestamp
from ledger.recording.writer import Writer
from ledger.service.credentials import Caller
from ledger.service.desk import Defaults, Desk, IdReused
from ledger.service.identifiers import new_id


class ConsultationInput(Fields):
    """What is consulted, and for which decision."""

    cadres: Annotated[list[CadreId], Field(min_length=1, max_length=500)]
    purpose: Purpose
    matter: Text


@dataclass(frozen=True, slots=True)
class Consultation:
    """An opened consultation: the id to read with, one receipt a cadre, and until when it opens their records."""

    consultation: str
    receipts: list[Receipt]
    expires_at: str
    replayed: bool = False


class Consultations:
    """The command that opens records."""

    def __init__(self, writer: Writer, defaults: Defaults) -> None:
        self._writer = writer
        self._defaults = defaults

    def open(
        self, caller: Caller, wanted: ConsultationInput, *, id_: str | None = None, dry_run: bool = False
    ) -> Future[Consultation]:
        """Record the consultation on every cadre's stream; UnknownCadre if one is out of scope, and then none is."""
        known = id_ or new_id()
        return self._writer.submit(
            lambda session: _open(Desk(session, caller, self._defaults), wanted, known), keep=not dry_run
        )


def _open(desk: Desk, wanted: ConsultationInput, id_: str) -> Consultation:
    check_consult(desk.actor, wanted.cadres)
    _check_cadres(desk, wanted.cadres)
    events = {cadre: id_ if number == 0 else event_id(id_, cadre) for number, cadre in enumerate(wanted.cadres)}
    found = [desk.done_before(event, f"consultations:{cadre}", "consulted") for cadre, event in events.items()]
    if any(found):
        return _opened_before(desk.actor.principal, wanted, [row for row in found if row is not None])
    data = Consulted.made(**wanted.model_dump(), position=desk.session.position)
    receipts = [
        desk.append(f"consultations:{cadre}", data, id_=event, cadre=cadre, causation_id=id_ if event != id_ else None)
        for cadre, event in events.items()
    ]
    return Consultation(id_, receipts, expiry(receipts[0].recorded_at))


def event_id(consultation: str, cadre: str) -> str:
    """The id of the event on each cadre after the first, so that a retry finds them all."""
    return str(uuid5(UUID(consultation), cadre))


def expiry(recorded_at: str) -> str:
    return timestamp(datetime.fromisoformat(recorded_at) + timedelta(hours=OPEN_HOURS))


def _check_cadres(desk: Desk, cadres: list[str]) -> None:
    for number, cadre in enumerate(cadres):
        if cadre in cadres[:number]:
            raise Invalid.at(f"/cadres/{number}", "repeated")
        posting = scope_posting(desk.registers.postings(cadre), desk.session.today)
        if desk.registers.name(cadre) is None or not sees_cadre(desk.actor, cadre, posting):
            raise UnknownCadre()


def _opened_before(principal: str, wanted: ConsultationInput, rows: list[StoredRow]) -> Consultation:
    """The first answer, if exactly this was opened before under this id by the same principal."""
    first = decode(rows[0])
    same = first.actor == principal and first.data.model_dump(exclude={"position"}) == wanted.model_dump()
    if len(rows) != len(wanted.cadres) or not same:
        raise IdReused()
    receipts = [receipt_of(row) for row in rows]
    return Consultation(first.id, receipts, expiry(receipts[0].recorded_at), replayed=True)
