"""One reading by one actor, and pages of lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.aggregates.cadre import Cadre
from ledger.aggregates.founding import Consulted
from ledger.aggregates.refusals import UnknownCadre, UnknownGroup
from ledger.policy import (
    OPEN_HOURS,
    Actor,
    ConsultationRequired,
    needs_consultation,
    sees_cadre,
    sees_group,
)
from ledger.projections import roster
from ledger.projections.moment import Row
from ledger.recording.reader import Reading
from ledger.service.rows import rows_of


@dataclass(frozen=True, slots=True)
class Page:
    """Where a list goes on (``cursor``: the last key of the page before) and how long a page is."""

    cursor: str = ""
    limit: int = 100


class View:
    """One reading by one actor."""

    def __init__(self, reading: Reading, actor: Actor, now: datetime, consultation: str | None) -> None:
        self.now = now
        self._consultation = consultation
        self.reading = reading
        self.actor = actor
        self.moment = reading.moment
        self.rows = rows_of(reading)

    def speaks_for(self) -> Row:
        return {"position": self.reading.position, "date": self.reading.date.isoformat()}

    def sees(self, cadre: str) -> bool:
        """Is a cadre inside the actor's scope? The scope is that of now, for past moments too."""
        posting = roster.scope_posting(self.reading.now.postings(cadre), self.reading.today)
        return sees_cadre(self.actor, cadre, posting)

    def knows(self, cadre: str) -> bool:
        """Is there such a cadre in the actor's scope?"""
        return self.reading.registers.name(cadre) is not None and self.sees(cadre)

    def check_cadre(self, cadre: str) -> None:
        """UnknownCadre if there is none in the actor's scope."""
        if not self.knows(cadre):
            raise UnknownCadre()

    def load(self, cadres: Iterable[str]) -> None:
        """Read at once the states of those in scope; to be refused takes no longer for others than for nobody."""
        self.reading.load(cadre for cadre in cadres if self.knows(cadre))

    def cadre(self, cadre: str) -> Cadre:
        """A cadre's state; UnknownCadre if there is none in the actor's scope."""
        self.check_cadre(cadre)
        state = self.reading.cadre(cadre)
        assert state is not None
        return state

    def check_record(self, actor: Actor, cadre: str) -> None:
        """ConsultationRequired where the role needs a consultation of this cadre, and the caller names no open one."""
        if not self.opened(actor, cadre):
            raise ConsultationRequired()

    def opened(self, actor: Actor, cadre: str) -> bool:
        """Needs this actor no consultation to read the record, or did he open it within the last hours?"""
        if not needs_consultation(actor):
            return True
        if self._consultation is None:
            return False
        found = next(self.reading.events("id = ?", self._consultation.lower()), None)
        if found is None or not isinstance(found.data, Consulted):
            return False
        opened = datetime.fromisoformat(found.recorded_at)
        mine = found.actor == self.actor.principal and cadre in found.data.cadres
        return mine and self.now < opened + timedelta(hours=OPEN_HOURS)

    def check_group(self, group: str) -> None:
        if group not in self.reading.registers.groups() or not sees_group(self.actor, group):
            raise UnknownGroup()

    def listed(self, items: list[Row], page: Page, key: str) -> Row:
        """A page of a list that was read one item beyond its limit."""
        more = len(items) > page.limit
        items = items[: page.limit]
        return {"items": items, "next": items[-1][key] if more else None, **self.speaks_for()}
