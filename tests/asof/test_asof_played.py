"""A played year asked about its past: every answer is what it was then, in process and over HTTP.

While the year is played, the answers of the moment are noted; at the end each is asked again with ``at`` and ``as_of``.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice

import pytest

from ledger.recording.reader import When
from tests.asof.playing import Note, Step, as_json, note, play, sample
from tests.asof.questions import Question, plain
from tests.backends import postgres_only, sqlite_only
from tests.http.serving import Server
from tests.http.test_play import steps
from tests.office import Office

pytestmark = pytest.mark.long

MOMENTS = 20
FEWER = 8
OVER_HTTP = 1_000
LATER = timedelta(days=9)
"""Long enough for a duty to fall due without an event."""
Asked = tuple[Note, Question, str, When]


def notes_of(office: Office, played: Sequence[Step], cadres: Sequence[str], moments: int) -> Iterator[Note]:
    """Everything at the quarters' ends and the year's; at other moments the latest of one group, by turns."""
    groups = sorted({step["group"] for step in played if step["step"] == "adopt"})
    ends = {_last_seal(played, period) for period in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2025")}
    every = len(played) // moments
    for number, step in enumerate(play(office, played)):
        turn = number // every
        if id(step) in ends:
            yield note(office, groups, cadres, whole=True)
        elif number % every == every // 2 or step["step"] == "reopen":
            office.now += LATER if turn % 4 == 3 else timedelta()
            yield note(office, [groups[turn % len(groups)]], cadres, whole=False)


def _last_seal(played: Sequence[Step], period: str) -> int:
    """The step that ended a period: the last of its seals."""
    return next(id(step) for step in reversed(played) if step["step"] == "seal" and step["period"] == period)


def differences(office: Office, notes: Sequence[Note]) -> list[str]:
    """Where the past is told otherwise than it was, or for another moment."""
    caller, found = office.callers["second"], []
    for taken, question, then, when in asked(notes):
        answer = question.ask(office.ledger, caller, when)
        if not same(then, answer, taken):
            found.append(f"{question} {when}: {then[:2000]} became {as_json(answer)[:2000]}")
    return found


def asked(notes: Sequence[Note]) -> Iterator[Asked]:
    return ((taken, *each) for taken in notes for each in taken.asked())


def same(then: str, answer: dict[str, object], taken: Note) -> bool:
    live = json.loads(then)
    echo = (taken.position, taken.day) if "refused" not in live else (None, None)
    return plain(answer) == plain(live) and (answer.get("position"), answer.get("date")) == echo


@pytest.fixture
def office(address: str) -> Iterator[Office]:
    with Office(address) as found:
        yield found


@sqlite_only
def test_a_district_year_is_told_as_it_was(office: Office, address: str) -> None:
    played = steps("district-2025.jsonl.gz")
    notes = list(notes_of(office, played, sample(played), MOMENTS))
    assert len(notes) >= 5 + MOMENTS
    assert any(taken.recorded_on != taken.day for taken in notes)
    assert differences(office, notes) == []
    served(office, address, notes)


@postgres_only
def test_a_small_year_is_told_as_it_was(office: Office) -> None:
    played = steps("small-2025.jsonl")
    notes = list(notes_of(office, played, sample(played)[:5], FEWER))
    assert len(notes) >= 5 + FEWER
    assert differences(office, notes) == []


def served(office: Office, address: str, notes: Sequence[Note]) -> None:
    """The same over HTTP, asked of a server that did not see the year."""
    every = list(asked(notes))
    chosen = list(islice(every, 0, None, max(1, len(every) // OVER_HTTP)))
    assert len(chosen) >= OVER_HTTP
    with Server(address) as server, server.client(office.callers["second"].token) as client:
        for taken, question, then, when in chosen:
            moment = {"as_of": when.as_of.isoformat()} if when.as_of is not None else {"at": when.at}
            answer = client.get(question.path, params={**question.query, **moment}).json()
            if "refused" in json.loads(then):
                assert answer["code"] == json.loads(then)["refused"], (str(question), when)
            else:
                assert same(then, answer, taken), (str(question), when, then, answer)
