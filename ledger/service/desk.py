"""What every command does first inside the write transaction: who asks, may they, was it done before."""

from dataclasses import dataclass

from ledger import periods
from ledger.aggregates import decide
from ledger.aggregates.cadre import Cadre
from ledger.aggregates.cadre_events import Annulled, Departed, Posted, Registered
from ledger.aggregates.envelope import Data, Proposed, encode, type_of
from ledger.aggregates.founding import Founded
from ledger.aggregates.postings import Posting, posting_of
from ledger.aggregates.refusals import UnknownCadre
from ledger.aggregates.situation import Situation
from ledger.assessment.standing import group_of, state
from ledger.errors import Refusal
from ledger.policy import Actor, sees_cadre
from ledger.projections.roster import scope_posting
from ledger.recording.codec import StoredRow
from ledger.recording.session import Receipt, Session, receipt_of
from ledger.service.credentials import Caller, authenticate
from ledger.service.identifiers import new_id


class IdReused(Refusal):
    """The id stands in the ledger already, on another stream or with another type or data."""

    code = "id-reused"


class Stale(Refusal):
    """The stream has moved on since the version named; ``version`` is its version now."""

    code = "stale"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a ledger is founded with by its first command."""

    origin: str
    name: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Done:
    """The outcome of an append. ``replayed``: it had been done before, and this is the first receipt."""

    receipt: Receipt
    replayed: bool = False


class Desk:
    """One command's view of a session: the actor, and the means to decide and append in its name."""

    def __init__(self, session: Session, caller: Caller, defaults: Defaults) -> None:
        self.session = session
        self.registers = session.registers
        self.caller = caller
        self.defaults = defaults
        self.actor: Actor = authenticate(session.structure, caller, session.clock())

    def situation(self) -> Situation:
        return Situation(
            actor=self.actor.principal,
            organiser=self.actor.role == "organiser",
            today=self.session.today,
            registers=self.registers,
            sealed_group=self._sealed_group,
        )

    def _sealed_group(self, cadre: str, period: str) -> str | None:
        """The group whose sealed round holds a cadre's period, by where it belongs and by where it was graded."""
        result = self.registers.result(cadre, period)
        groups = {group_of(self.registers, cadre, period)}
        if periods.kind(period) != "month" and result is not None:
            groups.add(result.data.group)
        sealed = (g for g in groups if g is not None and state(self.registers, g, period) == "sealed")
        return next(sealed, None)

    def cadre(self, cadre: str) -> Cadre:
        """The state of a cadre; a fresh one for an unknown id, to be registered."""
        return self.registers.cadre(cadre) or Cadre(cadre)

    def check_scope(self, cadre: Cadre, data: Data, id_: str | None) -> str | None:
        """The event's period, if the posting that governs it is in the actor's scope; UnknownCadre otherwise."""
        period = decide.period_of(cadre, data)
        if not sees_cadre(self.actor, cadre.id, self._scope(cadre, data, period, id_)):
            raise UnknownCadre()
        return period

    def _scope(self, cadre: Cadre, data: Data, period: str | None, id_: str | None) -> Posting | None:
        """The posting in force in the event's period; of a change of postings that in force without the change."""
        if isinstance(data, Registered):
            return posting_of(data, "", 0)
        history, since = cadre.postings, None
        if isinstance(data, Posted | Departed):
            history, since = history.without(id_ or "", 0), data.since
        elif isinstance(data, Annulled):
            changed = next((entry for entry in history.entries if entry.event == data.event), None)
            since = changed.since if changed is not None else None
        months = (since,) if since is not None else periods.months_of(period) if period is not None else ()
        return history.last_in(months) or scope_posting(history, self.session.today)

    def found(self) -> None:
        """Found the ledger with the defaults if this is its first command."""
        if self.session.position == 0:
            founded = Founded(origin=self.defaults.origin, name=self.defaults.name, time_zone=self.defaults.time_zone)
            self.append("ledger", founded)

    def append(
        self,
        stream: str,
        data: Data,
        *,
        id_: str | None = None,
        cadre: str | None = None,
        period: str | None = None,
        causation_id: str | None = None,
    ) -> Receipt:
        return self.session.append(
            Proposed(
                id=id_ or new_id(),
                stream=stream,
                data=data,
                actor=self.actor.principal,
                correlation_id=self.caller.correlation_id,
                causation_id=causation_id,
                cadre=cadre,
                period=period,
            )
        )

    def replayed(self, id_: str | None, stream: str, data: Data) -> Done | None:
        """The first receipt, if exactly this was done before under this id; IdReused if something else was."""
        found = self.done_before(id_, stream, type_of(data).name)
        if found is None:
            return None
        if data_bytes(found) != encode(data):
            raise IdReused()
        return Done(receipt_of(found), replayed=True)

    def done_before(self, id_: str | None, stream: str, type_: str) -> StoredRow | None:
        """The event that holds this id; IdReused if it is on another stream or of another type."""
        found = self.session.find(id_) if id_ is not None else None
        if found is not None and (found.originator_id != stream or found.topic != type_):
            raise IdReused()
        return found


def data_bytes(row: StoredRow) -> bytes:
    """The stored bytes of an event's data: they stand at the end of its state (codec.state_bytes)."""
    return row.state.partition(b',"data":')[2][:-1]
