"""Commands worked together in one transaction: each has its own outcome."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import pytest
from eventsourcing.persistence import IntegrityError

from ledger.aggregates.envelope import Proposed
from ledger.aggregates.round import Reopened
from ledger.errors import NotFound, Unavailable
from ledger.recording.session import Receipt, Session
from ledger.service.desk import Done
from ledger.service.identifiers import new_id
from ledger.service.inputs import read_event
from tests.office import Office, refused
from tests.properties.recompute import check, tally
from tests.recording.inside import application, contents, stored, stored_in, submit


@pytest.fixture
def office(address: str) -> Iterator[Office]:
    with Office(address) as found:
        found.adopt()
        found.register("c1")
        yield found


@contextmanager
def together(office: Office) -> Iterator[None]:
    """What is submitted inside waits, and is then worked as one batch."""
    busy, go = threading.Event(), threading.Event()

    def wait(_: Session) -> None:
        busy.set()
        assert go.wait(30)

    holding = submit(office.ledger, wait)
    assert busy.wait(30)
    try:
        yield
    finally:
        go.set()
        holding.result()


def talk(office: Office, cadre: str = "c1", id_: str | None = None) -> Future[Done]:
    given = {
        "type": "talk_held",
        "period": "2025-01",
        "purpose": "feedback",
        "held_on": "2025-01-01",
        "summary": "谈话",
    }
    return office.ledger.appending.append(office.callers["organiser"], cadre, read_event(given)[1], id_=id_)


def register(office: Office, cadre: str) -> Future[Done]:
    given = {"type": "registered", "name": cadre, "unit": "一", "post": "长", "group": "town", "since": "2025-01"}
    return office.ledger.appending.append(office.callers["organiser"], cadre, read_event(given)[1])


def append_then(outcome: Callable[[], object]) -> Callable[[Session], object]:
    """A command that appends to three kinds of streams, and then does this."""

    def work(session: Session) -> object:
        reopened = Reopened(reason="试")
        for stream in ("round:town:2025-01", "cadre:c9"):
            data = (
                reopened
                if stream.startswith("round")
                else read_event(
                    {
                        "type": "registered",
                        "name": "九",
                        "unit": "一",
                        "post": "长",
                        "group": "town",
                        "since": "2025-01",
                    }
                )[1]
            )
            session.append(
                Proposed(new_id(), stream, data, "test", "c", cadre=stream[6:] if data is not reopened else None)
            )
        return outcome()

    return work


def fail() -> object:
    raise RuntimeError("意外")


def refuse() -> object:
    raise NotFound()


def test_commands_of_a_batch_see_each_other(office: Office, address: str) -> None:
    with together(office):
        done = [register(office, "c2"), talk(office, "c2"), register(office, "c2"), talk(office, "c2")]
    receipts = [done[n].result().receipt for n in (0, 1, 3)]
    assert [receipt.version for receipt in receipts] == [1, 2, 3]
    with refused("already-registered"):
        done[2].result()
    assert [receipt.position for receipt in receipts] == list(range(receipts[0].position, receipts[0].position + 3))
    check(address)


def test_a_refused_command_writes_nothing_and_spoils_no_other(office: Office, address: str) -> None:
    with together(office):
        done = [talk(office), talk(office, "nobody"), talk(office)]
    with refused("unknown-cadre"):
        done[1].result()
    assert [done[n].result().receipt.version for n in (0, 2)] == [2, 3]
    assert tally(address)["talk_held"] == 2
    check(address)


def test_a_batch_of_refusals_writes_nothing(office: Office, address: str) -> None:
    before = contents(address)
    with together(office):
        done = [talk(office, "nobody"), register(office, "c1")]
    assert [type(one.exception()).__name__ for one in done] == ["UnknownCadre", "AlreadyRegistered"]
    assert contents(address) == before


def test_the_same_id_twice_in_a_batch_is_one_event(office: Office, address: str) -> None:
    id_ = new_id()
    with together(office):
        done = [talk(office, id_=id_), talk(office, id_=id_)]
    first, second = (one.result() for one in done)
    assert first.receipt == second.receipt
    assert (first.replayed, second.replayed) == (False, True)
    check(address)


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("work", [lambda _: fail(), append_then(fail)], ids=["before appending", "after appending"])
def test_an_unexpected_error_reaches_its_command_alone(
    office: Office, address: str, place: int, work: Callable[[Session], object]
) -> None:
    with together(office):
        done = [talk(office) for _ in range(place)]
        failing = submit(office.ledger, work)
        done += [talk(office) for _ in range(3 - place)]
    with pytest.raises(RuntimeError, match="意外"):
        failing.result()
    assert [one.result().receipt.version for one in done] == [2, 3, 4]
    assert register(office, "c9").result().receipt.version == 1  # nothing is left of what was taken back
    check(address)


def test_a_refusal_after_appending_takes_its_command_back_whole(office: Office, address: str) -> None:
    for alone in (True, False):
        with together(office):
            done = [talk(office), talk(office)]
            refusing = submit(office.ledger, append_then(refuse), alone=alone)
            done.append(talk(office))
        with pytest.raises(NotFound):
            refusing.result()
        versions = [one.result().receipt.version for one in done]
        assert versions == list(range(versions[0], versions[0] + 3))
        check(address)
    assert register(office, "c9").result().receipt.version == 1
    office.adopt()
    check(address)


def test_a_failing_database_is_unavailable_for_its_command_alone(office: Office, address: str) -> None:
    first = stored(address)[0]

    def broken(session: Session) -> object:
        return session.connection.execute("SELECT * FROM no_such_table")

    def smuggled(session: Session) -> Receipt:
        """The insert fails, after all commands of the batch were worked."""
        receipt = session.append(Proposed(new_id(), "round:town:2025-01", Reopened(reason="试"), "test", "c"))
        session.rows[-1] = first
        return receipt

    with together(office):
        done = [talk(office)]
        failing: list[Future[Any]] = [submit(office.ledger, broken), submit(office.ledger, smuggled)]
        done.append(talk(office))
    with pytest.raises(Unavailable):
        failing[0].result()
    with pytest.raises(IntegrityError):
        failing[1].result()
    assert [one.result().receipt.version for one in done] == [2, 3]
    check(address)


def test_an_answer_is_given_only_when_it_is_on_disk(office: Office) -> None:
    database = application(office.ledger).database
    with together(office):
        done = talk(office)
        with database.read() as connection:
            size = len(stored_in(connection))
        assert not done.done()
    position = done.result().receipt.position
    with database.read() as connection:
        assert len(stored_in(connection)) == size + 1 == position


def test_a_caller_who_no_longer_waits_stops_nobody(office: Office, address: str) -> None:
    """A web request that is dropped cancels its future."""
    with together(office):
        gone, kept = talk(office), talk(office)
        gone.cancel()
    kept.result(timeout=30)
    assert talk(office).result(timeout=30).receipt.version >= 3
    check(address)


def test_an_atomic_append_is_all_or_nothing(office: Office, address: str) -> None:
    lines = [
        {
            "cadre": "c2",
            "type": "registered",
            "name": "乙",
            "unit": "一",
            "post": "长",
            "group": "town",
            "since": "2025-01",
        },
        {"cadre": "c2", "type": "scored", "period": "2025-01", "indicator": "work", "points": "90"},
        {"cadre": "c2", "type": "scored", "period": "2025-01", "indicator": "work", "points": "91"},
    ]
    before = contents(address)
    raw = [json.dumps(line).encode() for line in lines]
    outcomes = office.ledger.appending.append_atomically(office.callers["organiser"], raw)
    assert [outcome.status for outcome in outcomes] == ["rejected"] * 3
    assert [outcome.refusal is not None for outcome in outcomes] == [False, False, True]
    assert contents(address) == before
    outcomes = office.ledger.appending.append_atomically(office.callers["organiser"], raw[:2])
    assert [outcome.status for outcome in outcomes] == ["recorded"] * 2
    check(address)


def test_lines_are_decided_one_by_one(office: Office, address: str) -> None:
    score = {"cadre": "c1", "type": "scored", "period": "2025-01", "indicator": "work", "points": "90", "id": new_id()}
    raw = [
        json.dumps(score).encode(),
        b"{",
        b"",
        json.dumps(score).encode(),
        json.dumps({**score, "cadre": "c8"}).encode(),
    ]
    outcomes = list(office.ledger.appending.append_lines(office.callers["organiser"], raw))
    assert [(outcome.line, outcome.status) for outcome in outcomes] == [
        (1, "recorded"),
        (2, "rejected"),
        (4, "duplicate"),
        (5, "rejected"),
    ]
    check(address)


def test_more_commands_than_fit_in_a_batch(office: Office, address: str) -> None:
    with together(office):
        done = [talk(office, "c1" if n % 7 else "nobody") for n in range(700)]
    versions = [one.result().receipt.version for n, one in enumerate(done) if n % 7]
    assert versions == list(range(2, 602))
    assert all(one.exception() is not None for n, one in enumerate(done) if not n % 7)
    check(address)


def test_closing_works_what_was_submitted(address: str) -> None:
    with Office(address) as office:
        office.adopt()
        office.register("c1")
        with together(office):
            done = [talk(office) for _ in range(20)]
        writer = office.ledger._writer
    assert [one.result().receipt.version for one in done] == list(range(2, 22))
    with pytest.raises(Unavailable):
        writer.submit(lambda session: None)
    check(address)
