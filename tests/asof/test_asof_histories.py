"""Laws of past moments over random histories: what was answered then is answered later, and scope is that of now.

``LEDGER_TEST_EXAMPLES`` sets how many histories each law is tried on.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, note, settings

from ledger.aggregates.access import Granted
from ledger.recording.reader import When
from ledger.service.credentials import Caller
from ledger.service.inputs import validate
from ledger.service.ledger import Ledger, local_caller
from tests.asof import questions as ask
from tests.asof.noting import Notes
from tests.asof.questions import Question, Row
from tests.backends import NewAddress, sqlite_only
from tests.properties.histories import (
    CADRES,
    GROUPS,
    MONTHS,
    QUARTERS,
    YEAR,
    History,
    Played,
    World,
    all_ops,
    histories,
)

few = settings(
    max_examples=int(os.environ.get("LEDGER_TEST_EXAMPLES", "8")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PERIODS = (*MONTHS, *QUARTERS, YEAR, "2026-Q1", "2026")
SHARE = 9
"""One in so many questions is asked at each moment, others at the next."""


def every_question() -> Iterator[Question]:
    yield from (*ask.of_everybody(whole=True), ask.page_of_duties("c2", 3), ask.page_of_duties("c1/0001", 2))
    for group in GROUPS:
        yield from ask.of_group(group, PERIODS, PERIODS)
    for cadre in CADRES:
        yield from ask.of_cadre(cadre, PERIODS)
    for state in ("due", "done", "withdrawn"):
        yield ask.duties(state=state)
    for state in ("reviewed", "withdrawn"):
        yield ask.submissions(state=state)


QUESTIONS = list(every_question())


def noted(world: World, ledger: Ledger, history: History) -> Notes:
    """Play a history and take notes after every command that was accepted."""
    world.enter(ledger)
    notes, played = Notes(ledger, world.callers[1], QUESTIONS, SHARE), Played()
    for op in all_ops(history):
        for command in world.commands(op):
            known = len(played.accepted)
            played.take(command, command.submit(ledger))
            if len(played.accepted) > known:
                notes.take()
    world.now += timedelta(days=40)
    return notes


@sqlite_only
@few
@given(history=histories)
def test_what_was_answered_then_is_answered_later(new_address: NewAddress, history: History) -> None:
    note(str(history))
    world = World(new_address())
    with world.open() as ledger:
        noted(world, ledger, history).check()


@sqlite_only
@few
@given(history=histories)
def test_scope_is_that_of_now_at_every_moment(new_address: NewAddress, history: History) -> None:
    """Who sees one group sees of a past moment what anybody sees of it, left out by today's postings."""
    note(str(history))
    world = World(new_address())
    with world.open() as ledger:
        notes = noted(world, ledger, history)
        wanted = validate(Granted, {"name": "limited", "role": "organiser", "groups": [GROUPS[0]]})
        token = ledger.principals.grant(local_caller("test", "grant"), wanted).result().token
        seen = Scope(ledger, notes.caller, Caller("limited", token=token))
        for position, recorded_at in notes.heads[:: max(1, len(notes.heads) // 4)]:
            seen.check(When(at=position))
            seen.check(When(as_of=recorded_at))


@dataclass(frozen=True)
class Scope:
    """Somebody who sees everything, and somebody who sees one group."""

    ledger: Ledger
    whole: Caller
    limited: Caller

    def both(self, question: Question, when: When) -> tuple[Row, Row]:
        return question.ask(self.ledger, self.whole, when), question.ask(self.ledger, self.limited, when)

    def check(self, when: When) -> None:
        now = {item["cadre"] for item in ask.roster().ask(self.ledger, self.limited)["items"]}
        for question in (ask.roster(), ask.duties()):
            whole, limited = self.both(question, when)
            assert limited["items"] == [item for item in whole["items"] if item["cadre"] in now], when
        whole, limited = self.both(ask.groups(), when)
        assert limited["items"] == [item for item in whole["items"] if item["group"] == GROUPS[0]]
        for period in PERIODS:
            whole, limited = self.both(ask.standings(GROUPS[0], period), when)
            assert limited == whole
            assert ask.standings(GROUPS[1], period).ask(self.ledger, self.limited, when) == {"refused": "unknown-group"}
        for cadre in CADRES:
            self._check_cadre(cadre, when, visible=cadre in now)

    def _check_cadre(self, cadre: str, when: When, *, visible: bool) -> None:
        whole, limited = self.both(ask.record(cadre), when)
        for kind in ("months", "quarters", "years") if "refused" not in whole else ():
            whole[kind] = [row for row in whole[kind] if row["group"] == GROUPS[0]]
        assert limited == (whole if visible else {"refused": "unknown-cadre"}), (cadre, when)
        whole, limited = self.both(ask.history(cadre), when)
        assert limited == (whole if visible else {"refused": "unknown-cadre"}), (cadre, when)
        for period in PERIODS[::3]:
            whole, limited = self.both(ask.period(cadre, period), when)
            for answer in (whole, limited):
                answer.pop("allowed_actions", None)  # what one may do goes by who asks
            assert limited == self._of_period(whole, visible=visible), (cadre, period, when)

    def _of_period(self, whole: dict[str, Any], *, visible: bool) -> Row:
        """A row is visible if its group is in scope; without one a cadre in scope is known to be there."""
        if whole.get("group") == GROUPS[0]:
            return whole
        return {"refused": "not-found" if visible and whole != {"refused": "unknown-cadre"} else "unknown-cadre"}
