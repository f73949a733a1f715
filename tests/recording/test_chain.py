"""What is stored of each event: its place, its chain, its leaf, and the root over all of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.aggregates.access import Granted
from ledger.aggregates.round import DecidedGrade
from ledger.service.inputs import read_event, validate
from ledger.service.ledger import Ledger, local_caller
from tests.backends import REFUSED, is_sqlite, postgres_only, raw
from tests.office import Office, refused
from tests.properties.recompute import check, leaf_of, root_of, tally, tree_hash
from tests.recording.inside import contents, opened, stored

TAMPERING = {
    True: (
        "DROP TRIGGER events_no_update",
        "UPDATE events SET state = CAST(replace(state, '71', '91') AS BLOB) WHERE type = 'scored'",
    ),
    False: (
        "DROP TRIGGER events_immutable ON events",
        "UPDATE events SET state = convert_to(replace(convert_from(state, 'UTF8'), '71', '91'), 'UTF8')"
        " WHERE type = 'scored'",
    ),
}
"""How the owner of an SQLite file (True) and of a PostgreSQL schema changes what is recorded."""


@pytest.fixture
def office(address: str) -> Iterator[Office]:
    with Office(address) as found:
        yield found


def play(office: Office) -> None:
    """A quarter with most kinds of events."""
    office.adopt()
    office.staff("town", "c1", "c2", "c3")
    submission = office.submit("c1", "2025-01", 2)
    office.review("c1", submission, 1, "returned")
    office.review("c1", office.submit("c1", "2025-01", replaces=(submission, 1)), 2)
    office.annul("c2", office.observe("c2", "2025-01", -2))
    office.play("town", "2025-Q1", c1=(95, 91, 90), c2=(85, None, 70), c3=(50, 55, 58))
    office.talk("c1", "2025-Q1")
    office.reopen("town", "2025-01")
    office.score("c2", "2025-01", 71, by="second")
    office.seal("town", "2025-01")
    office.seal("town", "2025-Q1", c1="fairly_good")


def talk(length: int) -> dict[str, Any]:
    text = "长" * 8_000
    return {
        "type": "talk_held",
        "period": "2025-01",
        "purpose": "feedback",
        "held_on": "2025-02-01",
        "strengths": text,
        "improvements": text,
        "summary": "x" * length,
        "response": text[:4_000],
    }


def test_positions_versions_chain_leaves_and_root_are_whole(office: Office, address: str) -> None:
    play(office)
    size = check(address)
    assert size == office.ledger.queries.ready() == len(stored(address))
    assert tally(address)["month_graded"] == 12


def test_the_leaf_is_the_hash_of_the_stored_columns(office: Office, address: str) -> None:
    play(office)
    rows = stored(address)
    origin = office.ledger.defaults.origin
    assert [leaf_of(row, origin).hex() for row in rows] == [row.leaf for row in rows]
    with opened(address) as connection:
        (size, frontier) = connection.execute("SELECT size, frontier FROM head").fetchone()
    assert root_of(frontier) == tree_hash([bytes.fromhex(row.leaf) for row in rows])
    assert len(frontier) == 32 * size.bit_count()


def test_the_first_event_of_each_stream_has_no_predecessor(office: Office, address: str) -> None:
    office.adopt()
    office.staff("town", "c1", "c2")
    office.talk("c1", "2025-01")
    firsts = [row for row in stored(address) if row.originator_version == 1]
    assert {row.prev for row in firsts} == {"0" * 64}
    second = next(row for row in stored(address) if row.originator_version == 2)
    first = next(row for row in firsts if row.originator_id == second.originator_id)
    assert second.prev == first.leaf


def test_a_changed_state_is_found(office: Office, address: str) -> None:
    """The check above is one that can fail."""
    play(office)
    with raw(address) as connection:
        for statement in TAMPERING[is_sqlite(address)]:
            connection.execute(statement)
    with pytest.raises(AssertionError):
        check(address)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE position = 3",
        "UPDATE events SET state = (SELECT state FROM events WHERE position = 1)",
        "DELETE FROM events WHERE position = (SELECT max(position) FROM events)",
        "DELETE FROM events",
    ],
)
def test_events_are_never_updated_nor_deleted(office: Office, address: str, statement: str) -> None:
    refused_by_the_database(office, address, statement)


@postgres_only
def test_events_are_never_truncated(office: Office, address: str) -> None:
    refused_by_the_database(office, address, "TRUNCATE events")


def refused_by_the_database(office: Office, address: str, statement: str) -> None:
    """A statement of somebody else on a connection of his own changes nothing."""
    office.adopt()
    before = contents(address)
    with raw(address) as connection, pytest.raises(REFUSED, match="immutable"):
        connection.execute(statement)
    assert contents(address) == before


def test_an_id_stands_once_in_the_ledger(office: Office, address: str) -> None:
    office.adopt()
    office.staff("town", "c1", "c2")
    id_ = office.talk("c1", "2025-01")
    before = contents(address)
    given = {
        "type": "talk_held",
        "period": "2025-01",
        "purpose": "feedback",
        "held_on": "2025-01-01",
        "summary": "谈话",
    }
    append = office.ledger.appending.append
    again = append(office.callers["organiser"], "c1", read_event(given)[1], id_=id_).result()
    assert again.replayed
    assert again.receipt.id == id_
    with refused("id-reused"):  # other data
        append(office.callers["organiser"], "c1", read_event({**given, "summary": "别的"})[1], id_=id_).result()
    with refused("id-reused"):  # another stream
        append(office.callers["organiser"], "c2", read_event(given)[1], id_=id_).result()
    with refused("id-reused"):  # another type
        office.ledger.rounds.seal(office.callers["organiser"], "town", "2025-01", {}, id_=id_).result()
    assert contents(address) == before
    ids = [row.id for row in stored(address)]
    assert len(set(ids)) == len(ids)


def test_an_entry_may_have_65535_bytes_and_no_more(office: Office, address: str) -> None:
    office.adopt()
    office.register("c1")
    append = office.ledger.appending.append
    caller, origin = office.callers["organiser"], office.ledger.defaults.origin
    append(caller, "c1", read_event(talk(1))[1]).result()
    row = stored(address)[-1]
    rest = 65_535 - len(row.entry(origin)) + 1
    before = contents(address)
    assert 1 <= rest < 8_000
    with refused("too-large"):
        append(caller, "c1", read_event(talk(rest + 1))[1]).result()
    assert contents(address) == before
    append(caller, "c1", read_event(talk(rest))[1]).result()
    last = stored(address)[-1]
    assert len(last.entry(origin)) == 65_535
    assert len(str(last.position)) == len(str(row.position))
    check(address)


def test_a_seal_whose_entry_would_be_too_large_is_refused_whole(office: Office, address: str) -> None:
    """Its graded events had been appended by then: all of it is taken back."""
    office.adopt()
    office.staff("town", "c1", "c2", "c3")
    office.play_months("town", ("2025-01", "2025-02", "2025-03"), c1=95, c2=85, c3=50)
    before = contents(address)
    decided = validate(DecidedGrade, {"grade": "average", "reason": "由" * 8_000})
    with refused("too-large"):
        office.ledger.rounds.seal(
            office.callers["organiser"], "town", "2025-Q1", dict.fromkeys(("c1", "c2", "c3"), decided)
        ).result()
    assert contents(address) == before
    office.seal("town", "2025-Q1")
    check(address)


def test_a_first_command_that_is_too_large_founds_nothing(address: str) -> None:
    with Ledger(address) as ledger:
        units = [f"{'单位' * 60}{n}" for n in range(300)]
        wanted = Granted(name="clerk", role="clerk", units=units)
        with refused("too-large"):
            ledger.principals.grant(local_caller("test", "grant"), wanted).result()
        assert ledger.queries.ready() == 0
        grant = ledger.principals.grant(local_caller("test", "grant"), Granted(name="o", role="organiser")).result()
        assert grant.receipt.position == 2
        check(address)
