"""One reading by one actor, and pages of lists."""

from dataclasses import dataclass

from ledger.aggregates.cadre import Cadre
from ledger.aggregates.refusals import UnknownCadre, UnknownGroup
from ledger.policy import (
    Actor,
    sees_cadre,
    sees_group,
)
from ledger.projections import roster
from ledger.projections.moment import Row
from ledger.recording.reader import Reading


@dataclass(frozen=True, slots=True)
class Page:
    """Where a list goes on (``cursor``: the last key of the page before) and how long a page is."""

    cursor: str = ""
    limit: int = 100


class View:
    """One reading by one actor."""

    def __init__(self, reading: Reading, actor: Actor) -> None:
        self.reading = reading
        self.actor = actor
        self.moment = reading.moment

    def speaks_for(self) -> Row:
        return {"position": self.reading.position, "date": self.reading.date.isoformat()}

    def sees(self, cadre: str) -> bool:
        posting = roster.scope_posting(self.reading.registers.postings(cadre), self.reading.date)
        return sees_cadre(self.actor, cadre, posting)

    def cadre(self, cadre: str) -> Cadre:
        """A cadre's state; UnknownCadre if there is none in the actor's scope."""
        if self.reading.registers.name(cadre) is None or not self.sees(cadre):
            raise UnknownCadre()
        state = self.reading.cadre(cadre)
        if state is None or state.registered is None:
            raise UnknownCadre()
        return state

    def check_group(self, group: str) -> None:
        if group not in self.reading.registers.groups() or not sees_group(self.actor, group):
            raise UnknownGroup()

    def listed(self, items: list[Row], page: Page, key: str) -> Row:
        """A page of a list that was read one item beyond its limit."""
        more = len(items) > page.limit
        items = items[: page.limit]
        return {"items": items, "next": items[-1][key] if more else None, **self.speaks_for()}
