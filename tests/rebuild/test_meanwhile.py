"""The views are made anew again and again while the ledger is written and read: nobody notices."""

import json
import os
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from ledger.projections.views import VIEWS
from ledger.recording.reader import When
from ledger.recording.rebuilding import FEW
from tests.failures.cluster import until
from tests.http.serving import ndjson
from tests.rebuild.office import MONTH, VILLAGE, YEAR, Later, Told
from tests.rebuild.processes import ended, process
from tests.rebuild.views import check_live, generations, live, rebuilt, rows_of

TIMES = int(os.environ.get("LEDGER_TEST_REBUILDS", "6"))
QUIET = 36
"""So many steps are taken before the first rebuild."""
PAUSE_SECONDS = 0.005
"""Between two appends or answers, so that the machine has time for the rebuild too."""
MOST_SECONDS = 1.0
"""So long an append may wait for a rebuild, beside what it waits on a machine as busy as this."""
Row = dict[str, Any]
TALK = {"type": "talk_held", "period": "2025-Q1", "purpose": "feedback", "held_on": "2025-02-01", "summary": "谈话"}


class Busy(threading.Thread):
    """Does something again and again until it is stopped; what went wrong is raised where it is joined."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.stopped = threading.Event()
        self.times = 0
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.stopped.wait(PAUSE_SECONDS):
                self.work()
                self.times += 1
        except BaseException as error:
            self.error = error

    def finish(self) -> None:
        self.stopped.set()
        self.join(60)
        if self.error is not None:
            raise self.error
        assert self.times > 0


class Asked:
    """Questions whose answers are kept by the position they speak for."""

    def __init__(self, office: Later) -> None:
        self.office = office
        self.answers: dict[tuple[int, int], Row] = {}
        self.questions: list[Callable[[When], Row]] = [
            lambda when: office.ledger.queries.standings(office.callers["second"], "town", YEAR, when),
            lambda when: office.ledger.queries.standings(office.callers["second"], "town", f"{YEAR}-Q4", when),
            lambda when: office.ledger.queries.standings(office.callers["second"], "village", MONTH, when),
            lambda when: office.ledger.queries.record(office.callers["second"], "xu", when),
        ]

    def ask(self) -> None:
        """Every question; at one position there is one answer."""
        for number, question in enumerate(self.questions):
            answer = question(When())
            assert self.answers.setdefault((number, answer["position"]), answer) == answer

    def check(self, switches: list[int]) -> None:
        """The answers about the switches, and some others, are those of the events up to there, without any view."""
        about = {position + more for position in switches for more in range(-2, 3)}
        for (number, position), answer in self.answers.items():
            if position in about or position % 20 == 0:
                assert self.questions[number](When(at=position)) == answer
        assert any(position in about for _, position in self.answers)


def test_nobody_notices_many_rebuilds_in_a_row(told: Told) -> None:
    with Later(told) as office:
        office.work()
        asked = Asked(office)
        busy = [Busy(office.work), Busy(asked.ask)]
        for thread in busy:
            thread.start()
        until(lambda: busy[0].times >= QUIET)
        quiet, office.longest = office.longest, 0.0
        with process("tests.rebuild.again", told.address, str(TIMES)) as rebuilding:
            switches = [int(position) for position in ended(rebuilding).split()]
        for thread in busy:
            thread.finish()
        asked.check(switches)
    assert len(switches) == TIMES
    assert switches[0] < switches[-1]
    assert (live(told.address), generations(told.address)) == (TIMES, {TIMES - 1, TIMES})
    check_live(told.address)
    assert office.longest < MOST_SECONDS + quiet, f"an append waited {office.longest:.2f} s, {quiet:.2f} s before"


def test_more_than_is_followed_under_the_lock_is_appended_meanwhile(told: Told) -> None:
    """So that there are passes before the last one; a round changes state there and back, a cadre is new."""
    with Later(told) as office:

        def append(done: int, of: int) -> None:
            for _ in range(12):
                office.work()
            lines = ndjson([{"cadre": cadre, **TALK} for cadre in VILLAGE] * (FEW // len(VILLAGE) + 1)).splitlines()
            outcomes = office.ledger.appending.append_lines(office.callers["organiser"], lines)
            assert {line.status for line in outcomes} == {"recorded"}

        before = rows_of(told.address)
        assert rebuilt(told.address, report=append) == office.ledger.queries.ready()
    assert rows_of(told.address, 1) == rows_of(told.address, 0) != before
    check_live(told.address)


def test_a_reading_from_before_the_switch_goes_on_with_what_it_saw(told: Told) -> None:
    """Also if it asks for the first time after it, and while they are made anew once more."""
    before = {view: [json.loads(row[4]) for row in rows] for view, rows in rows_of(told.address).items()}
    with Later(told) as office, ExitStack() as reading:
        view = reading.enter_context(office.ledger.queries.view(office.callers["second"]))

        def check_seen() -> None:
            assert {name: list(view.reading.view(name, "1 = 1 ORDER BY key")) for name in VIEWS} == before

        office.work()
        rebuilt(told.address)
        for _ in range(24):
            office.work()
        check_seen()
        whole = office.ledger.queries.record(office.callers["second"], "an")

        shares: list[int] = []

        def ask_and_end(done: int, of: int) -> None:
            if not shares:
                check_seen()
                reading.close()
            shares.append(done)

        rebuilt(told.address, report=ask_and_end)
        assert live(told.address) == 2
        assert office.ledger.queries.record(office.callers["second"], "an") == whole
    check_live(told.address)
