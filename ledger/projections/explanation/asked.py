"""What an explanation is made from: the moment, the cadre, the row to explain, and the facts as they once stood."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ledger import periods
from ledger.aggregates.cadre import Act, Cadre, Result
from ledger.aggregates.envelope import Recorded, type_of
from ledger.aggregates.facts import Facts
from ledger.aggregates.registers import Registers
from ledger.aggregates.round import Seal
from ledger.aggregates.scheme import SchemeVersion
from ledger.projections.explanation.node import Event, Node, Rule, figures
from ledger.projections.moment import Moment, Row

FactsAt = Callable[[str, int], Facts]
"""The cadre's facts of a period (month or year) from the events up to a position."""

RecordedEvent = Callable[[str], Recorded]
"""An event of the cadre's stream by its id; asked only for events that the moment knows."""


def named(recorded: Recorded) -> Event:
    return Event(recorded.id, recorded.type, recorded.actor, recorded.recorded_at, recorded.position)


def named_state(known: Result | Act) -> Event:
    """The event behind a result or an act."""
    return Event(known.event, type_of(known.data).name, known.actor, known.recorded_at, known.position)


def named_seal(seal: Seal) -> Event:
    return Event(seal.event, "sealed", seal.actor, seal.recorded_at, seal.position)


@dataclass(frozen=True, slots=True)
class Adopted:
    """The scheme version that a row was computed under; makes the nodes that rest on its parameters."""

    group: str
    year: str
    version: SchemeVersion

    @property
    def scheme(self) -> dict[str, Any]:
        return {"group": self.group, "year": self.year, "version": self.version.version}

    def node(
        self,
        rule: Rule,
        hundredths: Fraction | int | None = None,
        inputs: Iterable[Node] = (),
        *,
        shown: str | None = None,
        **facts: Any,
    ) -> Node:
        """A step with parameters of the scheme; ``shown`` where it comes to no figure."""
        exact, rounded = figures(hundredths)
        known = self.version
        adopted = Event(known.event, "adopted", known.actor, known.recorded_at, known.position)
        return Node(rule, exact, shown or rounded, {**facts, "scheme": self.scheme}, list(inputs), adopted)


@dataclass(frozen=True, slots=True)
class Asked:
    """The question: a row of a cadre, and where to find what it rests on.

    ``result`` is the sealed result that the row shows; None for what is computed now, and for who was listed as not
    assessed by ``seal``.
    """

    moment: Moment
    cadre: Cadre
    row: Row
    result: Result | None
    seal: Seal | None
    facts_at: FactsAt
    recorded: RecordedEvent

    @property
    def registers(self) -> Registers:
        return self.moment.registers

    @property
    def period(self) -> str:
        return str(self.row["period"])

    @property
    def position(self) -> int:
        """What was recorded up to here goes into the row."""
        return self.result.position if self.result is not None else self.moment.position

    @property
    def adopted(self) -> Adopted | None:
        """The scheme version of the row; None where the group has none for the year."""
        group, year, number = self.row["group"], periods.year_of(self.period), self.row["scheme_version"]
        history = self.registers.schemes(group, year)
        version = history.version(number) if history is not None and number is not None else None
        return Adopted(group, year, version) if version is not None else None

    def event(self, id_: str) -> Event:
        return named(self.recorded(id_))

    def past_result(self, period: str) -> Result | None:
        """The result of a part of the period that counted when the row was sealed (or counts now)."""
        then = Cadre(self.cadre.id)
        known = self.cadre.results.get(period, ())
        then.results[period] = [result for result in known if result.position <= self.position]
        return then.result(period)

    def root(self, rule: Rule, hundredths: Fraction | None = None, inputs: Iterable[Node] = ()) -> Node:
        """The root: the row's own figure beside the exact one, and how it stands."""
        about = ("period", "group", "unit", "state", "revision", "scheme_version", "grade", "excused", "not_graded")
        facts = {name: self.row[name] for name in about if name in self.row}
        event = named_state(self.result) if self.result is not None else named_seal(self.seal) if self.seal else None
        return Node(rule, figures(hundredths)[0], self.row["points"], facts, list(inputs), event)


def unsealed(asked: Asked, group: str, part: str) -> Node:
    """A month or quarter that is waited for, and the event that reopened its round if one did."""
    round_ = asked.registers.round(group, part)
    facts = {"missing": part, "group": group, "state": asked.moment.states(group, part)}
    if round_.status != "reopened":
        return Node("missing", facts=facts)
    last = round_.reopenings[-1]
    return Node(
        "missing", facts=facts, event=Event(last.event, "reopened", last.actor, last.recorded_at, last.position)
    )
