"""What a command sees and does inside the write transaction: the registers, ids already used, appending."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from ledger.aggregates.envelope import Proposed, Recorded, type_of
from ledger.aggregates.founding import Founded, OriginDeclared
from ledger.errors import ClockBehind, LogDiverged, TooLarge
from ledger.projections.moment import Moment, moment
from ledger.projections.views import Touched
from ledger.proof.tree import NO_PREVIOUS, leaf_hash
from ledger.recording.codec import LedgerMapper, StoredRow
from ledger.recording.database import Connection
from ledger.recording.live import LiveCadres
from ledger.recording.structure import RegistersAt, Structure
from ledger.recording.tables import Head, select_rows

Clock = Callable[[], datetime]
MAX_ENTRY = 65_535
MAX_AHEAD = timedelta(seconds=5)


def timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an event stands; ``leaf`` in hex."""

    id: str
    stream: str
    version: int
    position: int
    recorded_at: str
    leaf: str


def receipt_of(row: StoredRow) -> Receipt:
    return Receipt(row.id, str(row.originator_id), row.originator_version, row.position, row.recorded_at, row.leaf)


class Session:
    """One transaction's view of the ledger: the head, and what the batch appended so far."""

    def __init__(
        self,
        connection: Connection,
        head: Head,
        structure: Structure,
        cadres: LiveCadres,
        clock: Clock,
        diverged: str | None = None,
    ) -> None:
        self.connection = connection
        self.before = head
        self.head = head
        self.structure = structure
        self.cadres = cadres
        self.clock = clock
        self.diverged = diverged
        self.registers = RegistersAt(structure, cadres)
        self.rows: list[StoredRow] = []
        self.touched = Touched()
        self._mapper = LedgerMapper()
        self._ids: dict[str, StoredRow] = {}
        self._tails: dict[str, tuple[int, str]] = {}

    @property
    def today(self) -> date:
        return self.clock().astimezone(self.registers.time_zone).date()

    @property
    def position(self) -> int:
        return self.head.size

    def moment(self) -> Moment:
        return moment(self.registers, self.position, self.today)

    def find(self, id_: str) -> StoredRow | None:
        """The event that holds an id, in this batch or before."""
        if id_ in self._ids:
            return self._ids[id_]
        return next(select_rows(self.connection, "id = ?", id_), None)

    def version(self, stream: str) -> int:
        return self._tail(stream)[0]

    def _tail(self, stream: str) -> tuple[int, str]:
        if stream not in self._tails:
            found = self.connection.execute(
                "SELECT version, leaf FROM events WHERE stream = ? ORDER BY version DESC LIMIT 1", (stream,)
            ).fetchone()
            self._tails[stream] = found or (0, NO_PREVIOUS)
        return self._tails[stream]

    def append(self, proposed: Proposed) -> Receipt:
        """Give an event its place and time, and take it into all states.

        TooLarge if its entry would not fit; LogDiverged where what was signed contradicts the ledger.
        """
        if self.diverged is not None:
            raise LogDiverged(reason=self.diverged)
        version, prev = self._tail(proposed.stream)
        type_ = type_of(proposed.data)
        recorded = Recorded(
            id=proposed.id,
            stream=proposed.stream,
            version=version + 1,
            position=self.head.size + 1,
            type=type_.name,
            schema=type_.schema,
            recorded_at=self._stamp(),
            actor=proposed.actor,
            correlation_id=proposed.correlation_id,
            causation_id=proposed.causation_id,
            data=proposed.data,
            cadre=proposed.cadre,
            period=proposed.period,
        )
        row = self._link(self._mapper.to_stored_event(recorded), prev, recorded)
        self.rows.append(row)
        self._take_in(recorded)
        self._ids[row.id] = row
        self._tails[proposed.stream] = (recorded.version, row.leaf)
        self.head = Head(recorded.recorded_at, self.head.frontier.append(bytes.fromhex(row.leaf)))
        return receipt_of(row)

    def _link(self, row: StoredRow, prev: str, recorded: Recorded) -> StoredRow:
        data = recorded.data
        origin = data.origin if isinstance(data, Founded | OriginDeclared) else self.structure.origin
        linked = replace(row, prev=prev)
        entry = linked.entry(origin)
        if len(entry) > MAX_ENTRY:
            raise TooLarge(limit=f"{MAX_ENTRY} bytes")
        return replace(linked, leaf=leaf_hash(entry).hex())

    def _stamp(self) -> str:
        """Now, or one microsecond after the last event if the clock has not moved on; ClockBehind if far before it."""
        now = self.clock()
        if self.head.recorded_at:
            last = datetime.fromisoformat(self.head.recorded_at)
            if last - now > MAX_AHEAD:
                raise ClockBehind()
            now = max(now, last + timedelta(microseconds=1))
        return timestamp(now)

    def _take_in(self, recorded: Recorded) -> None:
        self.structure.evolve(recorded)
        if recorded.stream.startswith("cadre:"):
            self.cadres.evolve(recorded, stored=False)
        self.touched.add(recorded)
