"""Laws of what changed: applied in order the changes make the record, and each is of an event between the moments.

``LEDGER_TEST_EXAMPLES`` sets how many histories each law is tried on.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hypothesis import HealthCheck, given, note, settings

from ledger.errors import Refusal
from ledger.recording.reader import NOW, When
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from ledger.service.view import Page
from tests.backends import NewAddress, sqlite_only
from tests.properties.histories import History, Played, World, all_ops, histories
from tests.properties.replaying import Row, check_record, replayed

few = settings(
    max_examples=int(os.environ.get("LEDGER_TEST_EXAMPLES", "12")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
WHOLE = Page(limit=10**6)


@dataclass
class Told:
    """A ledger with a history in it, and what an organiser reads there."""

    world: World
    ledger: Ledger

    @property
    def caller(self) -> Caller:
        return self.world.callers[1]

    def cadres(self) -> list[str]:
        return [item["cadre"] for item in self.ledger.queries.cadres(self.caller, WHOLE)["items"]]

    def changes(self, cadre: str, since: int | None = None, until: When = NOW) -> list[Row]:
        begin = When(at=since) if since is not None else None
        items: list[Row] = self.ledger.changes.between(self.caller, cadre, WHOLE, begin, until)["items"]
        return items

    def record(self, cadre: str, when: When = NOW) -> Row:
        return self.ledger.queries.record(self.caller, cadre, when)

    def submissions(self, cadre: str, when: When = NOW) -> list[Row]:
        items = self.ledger.worklists.submissions(self.caller, WHOLE, when)["items"]
        return [item for item in items if item["cadre"] == cadre]

    def events(self, cadre: str, when: When = NOW) -> list[Row]:
        items: list[Row] = self.ledger.feed.history(self.caller, cadre, WHOLE, when=when)["items"]
        return items


@contextmanager
def told(new_address: NewAddress, history: History) -> Iterator[Told]:
    note(str(history))
    world = World(new_address())
    with world.open() as ledger:
        world.enter(ledger)
        played = Played()
        for op in all_ops(history):
            for command in world.commands(op):
                played.take(command, command.submit(ledger))
        yield Told(world, ledger)


@sqlite_only
@few
@given(history=histories)
def test_all_changes_in_order_make_the_record(new_address: NewAddress, history: History) -> None:
    with told(new_address, history) as known:
        for cadre in known.cadres():
            events = known.events(cadre)
            check_record(known.changes(cadre), known.record(cadre), known.submissions(cadre), events)


@sqlite_only
@few
@given(history=histories)
def test_changes_between_two_moments_are_those_of_the_events_between(new_address: NewAddress, history: History) -> None:
    """For any two moments; and what stood at the first, changed so, is what stands at the second."""
    with told(new_address, history) as known:
        head = known.ledger.queries.ready()
        for cadre in known.cadres():
            for until in range(head, 0, -max(1, head // 4)):
                if cadre_at(known, cadre, until) is not None:
                    check_between(known, cadre, until)


def cadre_at(known: Told, cadre: str, position: int) -> Row | None:
    try:
        return known.record(cadre, When(at=position))
    except Refusal:
        return None


def check_between(known: Told, cadre: str, until: int) -> None:
    moment = When(at=until)
    whole = known.changes(cadre, 0, moment)
    check_record(whole, known.record(cadre, moment), known.submissions(cadre, moment), known.events(cadre, moment))
    positions = [change["position"] for change in whole]
    assert positions == sorted(positions)
    for since in (0, until // 3, until - 2, until):
        between = known.changes(cadre, since, moment)
        assert between == [change for change in whole if since < change["position"] <= until]
        assert replayed(between, replayed(change for change in whole if change["position"] <= since)) == replayed(whole)
