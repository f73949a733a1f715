"""A cadre without what was submitted, scored and seen of him, which is read of a period when it is asked for.

Of a stream of a thousand events some hundred and forty are results, postings, acts and excuses; the other facts of
sealed months are seldom needed again. One index finds the outline, one a period's facts, one the forms of all months.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ledger.aggregates import cadre as cadres
from ledger.aggregates.cadre import Cadre
from ledger.aggregates.cadre_events import (
    Annulled,
    Excused,
    Observed,
    Reviewed,
    ScoreCorrected,
    Scored,
    Submitted,
    Withdrawn,
)
from ledger.aggregates.envelope import BY_DATA, Data, Recorded
from ledger.aggregates.facts import Facts, Submission
from ledger.recording.database import FORMS, OUTLINED, Connection
from ledger.recording.tables import placeholders, select_recorded

LEFT_OUT = (Submitted, Withdrawn, Reviewed, Scored, ScoreCorrected, Observed)
_ON_FACTS = (*LEFT_OUT, Excused, Annulled)
FORM_EVENTS = (Submitted, Withdrawn, Reviewed)
_OF_A_PERIOD = ", ".join(f"'{BY_DATA[kind].name}'" for kind in _ON_FACTS)
_NAMED_BY_OTHERS = ", ".join(f"'{BY_DATA[kind].name}'" for kind in (Submitted, Scored, Observed, Excused))

# the last entry of an index for each; grouping would read all of every stream
_VERSIONS = """WITH wanted (stream) AS (VALUES {})
    SELECT stream, (SELECT max(version) FROM events WHERE events.stream = wanted.stream AND position <= ?)
    FROM wanted"""

_A_QUERY = 500


class FactSource(Protocol):
    """Where the facts are that an outline has not taken in."""

    def facts(self, cadre: str, period: str) -> Iterable[Recorded]: ...

    def forms(self, cadre: str) -> Iterable[Recorded]: ...

    def fact_periods(self, cadre: str) -> set[str]: ...

    def period_of_fact(self, cadre: str, event: str) -> str | None: ...


def project(initial: Cadre | None, events: Iterable[Recorded]) -> Cadre | None:
    """The library's projector function for a cadre's stream."""
    state = initial
    for event in events:
        state = cadres.evolve(state or Cadre(event.stream.partition(":")[2]), event)
    return state


@dataclass(slots=True)
class Outline(Cadre):
    """``whole``: the periods whose facts were taken in; ``with_forms``: so were the forms of all others there are.

    ``taken``: from how many events the state was made.
    ``known_periods``: the periods of which the source had facts when it was asked.
    """

    source: FactSource = field(kw_only=True)
    whole: set[str] = field(default_factory=set)
    with_forms: bool = False
    taken: int = 0
    known_periods: set[str] | None = None

    def facts_of(self, period: str) -> Facts:
        if period and period not in self.whole:
            found = list(self.source.facts(self.id, period))  # a read that fails must leave the state as it was
            self.whole.add(period)
            self.facts.pop(period, None)
            self._take(found)
        return Cadre.facts_of(self, period)

    def submissions_of(self, month: str) -> Iterable[Submission]:
        """While no period is whole the month's facts are read; who asks for another month's may ask for all."""
        if month not in self.whole and not self.with_forms:
            if not self.whole:
                self.facts_of(month)
            else:
                found = [event for event in self.source.forms(self.id) if event.period not in self.whole]
                self.with_forms = True
                self._take(found)
        return Cadre.submissions_of(self, month)

    def _take(self, events: Iterable[Recorded]) -> None:
        version = self.version
        for event in events:
            cadres.evolve(self, event)
            self.taken += 1
        self.version = version

    def fact_periods(self) -> set[str]:
        if self.known_periods is None:
            self.known_periods = self.source.fact_periods(self.id)
        return {*self.facts, *self.known_periods}

    def period_of_fact(self, event: str) -> str | None:
        return self.located.get(event) or self.source.period_of_fact(self.id, event)

    def evolve(self, recorded: Recorded, *, stored: bool) -> None:
        """Take in the next event. ``stored``: it is in the source too, so what is read from there has it."""
        data, period = recorded.data, recorded.period
        if period is not None and period not in self.whole:
            if not stored and self._is_on_facts(data):
                self.facts_of(period)
            elif isinstance(data, LEFT_OUT) and not (self.with_forms and isinstance(data, FORM_EVENTS)):
                self.known_periods = None
                self.version = recorded.version
                return
        cadres.evolve(self, recorded)
        self.taken += 1

    def _is_on_facts(self, data: Data) -> bool:
        """Is it about a fact of its period? What is annulled may be an act."""
        return data.event not in self.acts if isinstance(data, Annulled) else isinstance(data, _ON_FACTS)


class CadreEvents:
    """The events of cadres' streams up to a position, as outlines and the facts beyond them."""

    def __init__(self, connection: Connection | None = None, position: int = 2**62) -> None:
        self._connection = connection
        self.position = position

    @property
    def connection(self) -> Connection:
        assert self._connection is not None, "streams are read inside a transaction"
        return self._connection

    @connection.setter
    def connection(self, connection: Connection) -> None:
        self._connection = connection

    def outline(self, cadre: str) -> Outline | None:
        """The outline of a cadre; None for an unknown one."""
        return self.outlines([cadre])[cadre]

    def outlines(self, cadres: Sequence[str]) -> dict[str, Outline | None]:
        """The outline of each of some cadres, one or more; None for an unknown one."""
        streams = {f"cadre:{cadre}": cadre for cadre in cadres}
        where = f"stream IN ({placeholders(streams)}) AND {OUTLINED} AND position <= ? ORDER BY position"
        events: dict[str, list[Recorded]] = {stream: [] for stream in streams}
        for event in select_recorded(self.connection, where, *streams, self.position):
            events[event.stream].append(event)
        wanted = ", ".join("(?)" for _ in streams)
        versions = dict(self.connection.execute(_VERSIONS.format(wanted), (*streams, self.position)))
        return {cadre: self._outline(cadre, events[stream], versions.get(stream)) for stream, cadre in streams.items()}

    def _outline(self, cadre: str, events: list[Recorded], version: int | None) -> Outline | None:
        state = Outline(cadre, source=self)
        state._take(events)
        if state.registered is None or version is None:
            return None
        state.version = version
        return state

    def of_period(self, cadres: Sequence[str], period: str, which: str) -> Iterator[Recorded]:
        """The events of a period of these cadres that meet a condition, some hundreds of cadres a query."""
        for start in range(0, len(cadres), _A_QUERY):
            some = cadres[start : start + _A_QUERY]
            yield from select_recorded(
                self.connection,
                f"period = ? AND cadre IN ({placeholders(some)}) AND position <= ? AND {which} ORDER BY position",
                period,
                *some,
                self.position,
            )

    def facts(self, cadre: str, period: str) -> Iterable[Recorded]:
        return select_recorded(
            self.connection,
            f"cadre = ? AND period = ? AND position <= ? AND type IN ({_OF_A_PERIOD}) ORDER BY position",
            cadre,
            period,
            self.position,
        )

    def forms(self, cadre: str) -> Iterable[Recorded]:
        stream = f"cadre:{cadre}"
        return select_recorded(
            self.connection, f"stream = ? AND {FORMS} AND position <= ? ORDER BY position", stream, self.position
        )

    def fact_periods(self, cadre: str) -> set[str]:
        found = self.connection.execute(
            f"SELECT DISTINCT period FROM events WHERE stream = ? AND position <= ? AND type IN ({_NAMED_BY_OTHERS})",
            (f"cadre:{cadre}", self.position),
        )
        return {period for (period,) in found if period is not None}

    def period_of_fact(self, cadre: str, event: str) -> str | None:
        found = self.connection.execute(
            f"SELECT period FROM events WHERE id = ? AND stream = ? AND position <= ? AND type IN ({_NAMED_BY_OTHERS})",
            (event, f"cadre:{cadre}", self.position),
        ).fetchone()
        return found[0] if found is not None else None
