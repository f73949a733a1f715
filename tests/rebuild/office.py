"""A ledger with rows in every view, and more cadres than a rebuild computes at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from itertools import cycle
from time import monotonic
from typing import Any

from ledger import periods
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from ledger.service.sealing import SealOutcome
from tests.office import ZONE, Office

TOWN = {"an": 95, "bo": 85, "cai": 70, "ding": 50}
VILLAGE = tuple(f"v{number:02}" for number in range(24))
YEAR, MONTH = "2024", "2025-01"


@dataclass(frozen=True)
class Told:
    """A ledger and the tokens of its principals."""

    address: str
    tokens: dict[str, str]


def tell(address: str) -> Told:
    """Play it into a new ledger: 2024 of the town and a month of the others, all of it on one day."""
    with Office(address) as office:
        office.on("2025-02-10")
        for group, year in (("town", YEAR), ("town", "2025"), ("law", "2025"), ("village", "2025")):
            office.adopt(group, year)
        office.staff("town", *TOWN, since="2024-01")
        office.staff("law", "wang", "xu")
        office.staff("village", *VILLAGE)
        for quarter in periods.quarters_of(YEAR):
            office.play("town", quarter, **TOWN)
        for cadre, points in TOWN.items():
            office.score(cadre, YEAR, points)
        office.seal("town", YEAR)
        office.play_months("law", (MONTH,), wang=88, xu=77)
        for number, cadre in enumerate(VILLAGE):
            office.score(cadre, MONTH, 60 + number)
        office.review("an", office.submit("an", MONTH, items=2), "1.50", "returned")
        office.submit("wang", "2025-02")
        office.talk("an", "2024-Q4")
        office.criticise("ding", "2024-Q4")
        office.admonish("ding", "2024-Q4")
        return Told(address, {name: str(caller.token) for name, caller in office.callers.items()})


class Later(Office):
    """The office ten days later, on a ledger that was told; ``work`` goes on for ever, one step each time.

    ``longest``: so many seconds a command waited at most.
    """

    def __init__(self, told: Told) -> None:
        self.now = datetime.combine(datetime(2025, 2, 20, tzinfo=ZONE), time(9), ZONE)
        self.ledger = Ledger(told.address, clock=lambda: self.now)
        self.callers = {name: Caller(name, token=token) for name, token in told.tokens.items()}
        self.longest = 0.0
        self._cadres = cycle(VILLAGE)
        steps: tuple[Callable[[], object], ...] = (
            lambda: self.reopen("town", "2024-12"),
            lambda: self.observe("an", "2024-12", "0.01"),
            lambda: self.seal("town", "2024-12"),
            lambda: self.seal("town", "2024-Q4"),
            lambda: self.seal("town", YEAR),
            lambda: self.observe(next(self._cadres), MONTH, "-0.01"),
            lambda: self.reopen("law", MONTH),
            lambda: self.talk("xu", "2025-Q1"),
            lambda: self.review("wang", self.submit("wang", MONTH), "0.50"),
            lambda: self.seal("law", MONTH),
            lambda: self.annul("xu", self.post("xu", "town", "2025-03")),
            lambda: self.register(f"n{self.ledger.queries.ready()}", "village", "2025-02"),
        )
        self._steps = cycle(steps)

    def work(self) -> None:
        """Append, reopen or seal something."""
        next(self._steps)()

    def append(self, cadre: str, event: str, /, *, by: str = "organiser", **fields: Any) -> str:
        with self._timed():
            return super().append(cadre, event, by=by, **fields)

    def seal(self, group: str, period: str, *, by: str = "organiser", **decisions: str | None) -> SealOutcome:
        with self._timed():
            return super().seal(group, period, by=by, **decisions)

    def reopen(self, group: str, period: str, *, by: str = "organiser") -> None:
        with self._timed():
            super().reopen(group, period, by=by)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        began = monotonic()
        yield
        self.longest = max(self.longest, monotonic() - began)
