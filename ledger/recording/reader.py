"""Reading at one consistent moment, now or in the past, on connections that never wait for the writer."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from ledger import periods
from ledger.aggregates.cadre import Cadre, Result
from ledger.aggregates.envelope import Recorded
from ledger.aggregates.facts import Facts
from ledger.assessment.standing import RoundState
from ledger.errors import Invalid, Refusal
from ledger.projections.moment import Moment, Row
from ledger.projections.moment import moment as moment_at
from ledger.recording.codec import StoredRow
from ledger.recording.database import FORMS, OUTLINED, Connection, Database, view_table
from ledger.recording.outline import CadreEvents, Outline, project
from ledger.recording.results import Results
from ledger.recording.session import Clock, timestamp
from ledger.recording.structure import RegistersAt, Structure
from ledger.recording.tables import (
    follow,
    read_served_head,
    select_points,
    select_recorded,
    select_rows,
    select_view,
    views_generation,
)

SETTLED = timedelta(seconds=1)
"""A moment is past when it is so long ago that no clock of a server is still before it."""


class AsOfTooRecent(Refusal):
    """``as_of`` is less than a second ago, or in the future: what it will have been is not settled yet."""

    code = "as-of-too-recent"


@dataclass(frozen=True, slots=True)
class When:
    """The moment a question is about: the last position until a time, or a position; neither means now.

    ``where``: the parameter that named it, for a refusal.
    """

    as_of: datetime | None = None
    at: int | None = None
    where: str = field(default="/at", compare=False)

    def __post_init__(self) -> None:
        if self.as_of is not None and self.at is not None:
            raise Invalid.at("/at", "one_of_two")


NOW = When()


class Reading:
    """A read transaction: the moment it speaks for, and the events up to there (a CadreSource for its registers).

    ``now`` are the registers at the head, by which scope goes also where the moment is past.
    """

    def __init__(self, connection: Connection, structure: Structure, head: int, today: date) -> None:
        self.connection = connection
        self.structure = structure
        self.head = head
        self.position = head
        self.today = today
        self.date = today
        self.now = RegistersAt(structure, self, head)
        self._begin()

    def _begin(self) -> None:
        self.registers = RegistersAt(self.structure, self, self.position)
        self._events = CadreEvents(self.connection, self.position)
        self._cadres: dict[str, Outline | None] = {}
        self.results = Results(self._events, self.structure)
        self._facts: dict[tuple[str, str], Facts] = {}

    def go_back(self, position: int, day: date) -> None:
        """Speak for a past moment from now on."""
        self.position, self.date = position, day
        self._begin()

    def position_at(self, when: When) -> int:
        """The position that a moment means here; Invalid for one beyond the head."""
        if when.as_of is not None:
            return position_until(self.connection, when.as_of, self.head)
        if when.at is None:
            return self.head
        if when.at > self.head:
            raise Invalid.at(when.where, "beyond_head", head=self.head)
        return when.at

    @property
    def live(self) -> bool:
        """At the head and today, which is what the stored views hold."""
        return (self.position, self.date) == (self.head, self.today)

    @cached_property
    def _generation(self) -> int:
        return views_generation(self.connection)

    @cached_property
    def moment(self) -> Moment:
        if not self.live:
            return moment_at(self.registers, self.position, self.date)
        return Moment(self.registers, self.position, self.date, self._stored_state)

    def _stored_state(self, group: str, period: str) -> RoundState:
        return self._states[group, period]

    @cached_property
    def _states(self) -> "_States":
        return _States(self)

    def view(self, name: str, where: str, *parameters: object) -> Iterator[Row]:
        """The rows of a stored view that meet a condition (with its ORDER BY and LIMIT)."""
        return select_view(self.connection, view_table(name, self._generation), where, *parameters)

    def sealed_points(self, group: str, since: str) -> Iterator[tuple[str, int]]:
        """Month and points, in hundredths, of a group's sealed months from one on, in that order."""
        return select_points(self.connection, view_table("monthly", self._generation), group, since)

    def rows(self, where: str, *parameters: object) -> Iterator[StoredRow]:
        return select_rows(self.connection, where, *parameters)

    def places(self, stream: str) -> Iterator[tuple[int, str]]:
        """Position and type of each event of a stream, in order."""
        return iter(
            self.connection.execute("SELECT position, type FROM events WHERE stream = ? ORDER BY version", (stream,))
        )

    def events(self, where: str, *parameters: object) -> Iterator[Recorded]:
        return select_recorded(self.connection, where, *parameters)

    def cadre(self, cadre: str) -> Outline | None:
        self.load([cadre])
        return self._cadres[cadre]

    def load(self, cadres: Iterable[str]) -> None:
        """Read at once the states of cadres that will be asked for."""
        missing = [cadre for cadre in cadres if cadre not in self._cadres]
        if missing:
            self._cadres.update(self._events.outlines(missing))

    def cadre_in(self, cadre: str, period: str) -> Outline | None:
        """As much of a cadre as his row of a period and its explanation rest on; None for an unknown one."""
        if self.registers.name(cadre) is None:
            return None
        return self.months([cadre], period, whole=True)[cadre] if periods.kind(period) == "month" else self.cadre(cadre)

    def forget(self, cadre: str) -> None:
        """Let go of a cadre's state."""
        self._cadres.pop(cadre, None)

    def result(self, cadre: str, period: str) -> Result | None:
        known = self._cadres.get(cadre) or self.results.of(cadre, period)
        return known.result(period) if known is not None else None

    def results_in(self, group: str, period: str) -> list[str]:
        cadres = sorted(self.structure.ever_in.get(group, ()))
        self.results.load(cadres, period)
        found = ((cadre, self.results.of(cadre, period)) for cadre in cadres)
        return [cadre for cadre, known in found if known is not None and group in known.results_by_group(period)]

    def facts(self, cadre: str, period: str) -> Facts:
        """What is known of a period; read at once for everybody who was ever in the same groups."""
        known = self._cadres.get(cadre)
        if known is not None:
            return known.facts_of(period)
        if (cadre, period) not in self._facts:
            for id_, state in self.months(self.structure.together(cadre), period, whole=True).items():
                self._facts[id_, period] = state.facts_of(period)
        return self._facts[cadre, period]

    def facts_at(self, cadre: str, period: str, position: int) -> Facts:
        """The facts of a cadre's period as they stood at a position."""
        found = CadreEvents(self.connection, min(position, self.position)).facts(cadre, period)
        state = project(Cadre(cadre), found)
        return state.facts_of(period) if state is not None else Facts()

    def recorded(self, event: str) -> Recorded:
        """An event by its id, which is known to be there."""
        return next(self.events("id = ?", event))

    def months(self, cadres: Iterable[str], month: str, *, whole: bool) -> dict[str, Outline]:
        """What each cadre's month rests on: results and forms, and the other facts at once if ``whole``."""
        which = "1 = 1" if whole else f"({OUTLINED} OR {FORMS})"
        known = {cadre: Outline(cadre, source=self._events) for cadre in cadres}
        for state in known.values():
            state.postings = self.registers.postings(state.id)
            state.with_forms = True  # as many as are asked for: those of the month
            if whole:
                state.whole.add(month)
        for event in self._events.of_period(sorted(known), month, which):
            known[event.cadre or ""].evolve(event, stored=True)
        return known


class _States(dict[tuple[str, str], RoundState]):
    """The stored states of rounds, read group by group; ``open`` where there is none."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self._reading = reading
        self._groups: set[str] = set()

    def __missing__(self, key: tuple[str, str]) -> RoundState:
        group, _ = key
        if group not in self._groups:
            self._groups.add(group)
            self.update(
                {(group, row["period"]): row["state"] for row in self._reading.view("rounds", "grp = ?", group)}
            )
        return self.setdefault(key, "open")


class _Transaction:
    """What a transaction sees: its readings at one moment or more, each made once."""

    def __init__(self, connection: Connection, structure: Structure, head: int, now: datetime) -> None:
        self._connection = connection
        self._structure = structure
        self._head = head
        self._now = now
        self._readings: dict[When, Reading] = {}

    def reading(self, when: When) -> Reading:
        """The reading at a moment; AsOfTooRecent or Invalid where the ledger has not come to it."""
        if when.as_of is not None and when.as_of > self._now - SETTLED:
            raise AsOfTooRecent()
        if when not in self._readings:
            self._readings[when] = self._made(when)
        return self._readings[when]

    def _made(self, when: When) -> Reading:
        zone = self._structure.time_zone
        reading = Reading(self._connection, self._structure, self._head, self._now.astimezone(zone).date())
        if when != NOW:
            position = reading.position_at(when)
            moment = when.as_of or datetime.fromisoformat(_recorded_at(self._connection, position))
            reading.go_back(position, moment.astimezone(zone).date())
        return reading


class Reader:
    """Opens readings; one structure for all of them, brought up to the head of whoever reads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._structure = Structure()
        self._lock = threading.Lock()
        self._shared = threading.local()

    @contextmanager
    def open(self, when: When = NOW) -> Iterator[Reading]:
        """A reading at a moment; AsOfTooRecent or Invalid where the ledger has not come to it."""
        shared: _Transaction | None = getattr(self._shared, "transaction", None)
        if shared is not None:
            yield shared.reading(when)
            return
        with self._begun() as transaction:
            yield transaction.reading(when)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Whatever this thread reads in the block is of one transaction, and is read once; that of an outer block."""
        if getattr(self._shared, "transaction", None) is not None:
            yield
            return
        with self._begun() as self._shared.transaction:
            try:
                yield
            finally:
                del self._shared.transaction

    @contextmanager
    def _begun(self) -> Iterator[_Transaction]:
        now = self._clock()
        with self._database.read() as connection:
            head = read_served_head(connection).head.size
            yield _Transaction(connection, self._upto(connection, head), head, now)

    def _upto(self, connection: Connection, head: int) -> Structure:
        with self._lock:
            follow(connection, self._structure, head)
            return self._structure


def _recorded_at(connection: Connection, position: int) -> str:
    found = connection.execute("SELECT recorded_at FROM events WHERE position = ?", (position,)).fetchone()
    return str(found[0])


_HALVED = """WITH RECURSIVE halved (low, high) AS (
    SELECT CAST(0 AS BIGINT), CAST(? AS BIGINT) UNION ALL
    SELECT CASE WHEN recorded_at <= ? THEN position ELSE low END,
        CASE WHEN recorded_at <= ? THEN high ELSE position - 1 END
    FROM halved JOIN events ON position = (low + high + 1) / 2 WHERE low < high)
    SELECT low FROM halved WHERE low = high"""


def position_until(connection: Connection, moment: datetime, head: int) -> int:
    """The last position recorded until a moment, found by halving: times increase with positions."""
    limit = timestamp(moment.astimezone(UTC))
    (position,) = connection.execute(_HALVED, (head, limit, limit)).fetchone()
    return int(position)
