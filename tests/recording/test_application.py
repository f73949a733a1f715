"""The library's ways into the ledger: repository, notification log, recorder."""

from collections.abc import Iterator
from typing import Any

import pytest
from eventsourcing.application import AggregateNotFoundError
from eventsourcing.persistence import IntegrityError

from ledger.aggregates.cadre import Cadre
from ledger.aggregates.envelope import Recorded
from ledger.errors import Unavailable
from ledger.recording.application import LedgerApplication
from ledger.recording.codec import decode
from ledger.recording.outline import project
from ledger.service.ledger import Ledger
from tests.office import Office
from tests.recording.inside import application, contents, stored


@pytest.fixture
def office(address: str) -> Iterator[Office]:
    with Office(address) as found:
        found.adopt()
        found.staff("town", "c1", "c2", "c3")
        found.play("town", "2025-Q1", c1=95, c2=85, c3=70)
        found.correct("c1", found.score("c1", "2025-04", 60), 61)
        yield found


@pytest.fixture
def library(office: Office) -> LedgerApplication:
    return application(office.ledger)


def test_a_cadre_is_read_from_the_repository(office: Office, library: LedgerApplication) -> None:
    cadre: Cadre = library.repository.get("cadre:c1", projector_func=project)
    assert cadre.id == "c1"
    assert cadre.version == 1 + 3 + 3 + 1 + 2
    assert [score.points for score in cadre.facts_of("2025-04").standing_scores()] == [6_100]
    result = cadre.result("2025-Q1")
    assert result is not None
    assert result.data.rank == 1


def test_an_earlier_version_is_read_from_the_repository(library: LedgerApplication) -> None:
    for version in (1, 5, 9):
        cadre: Cadre = library.repository.get("cadre:c1", version=version, projector_func=project)
        assert cadre.version == version


def test_reading_twice_gives_states_of_their_own(library: LedgerApplication) -> None:
    first: Cadre = library.repository.get("cadre:c1", projector_func=project)
    second: Cadre = library.repository.get("cadre:c1", projector_func=project)
    assert first == second
    assert first is not second


def test_an_unknown_stream_is_not_found(library: LedgerApplication) -> None:
    with pytest.raises(AggregateNotFoundError):
        library.repository.get("cadre:nobody", projector_func=project)


def test_the_notification_log_pages_densely(library: LedgerApplication, address: str) -> None:
    rows = stored(address)
    read: list[Any] = []
    section = library.notification_log["1,7"]
    while section.next_id is not None:
        read.extend(section.items)
        section = library.notification_log[section.next_id]
    read.extend(section.items)
    assert [item.id for item in read] == [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert [(item.originator_id, item.originator_version, item.topic, item.state) for item in read] == [
        (row.originator_id, row.originator_version, row.topic, row.state) for row in rows
    ]


def test_the_notification_log_selects(library: LedgerApplication, address: str) -> None:
    rows = stored(address)
    select = library.recorder.select_notifications
    assert [item.id for item in select(4, 3)] == [4, 5, 6]
    assert [item.id for item in select(4, 3, inclusive_of_start=False)] == [5, 6, 7]
    assert [item.id for item in select(None, 100, stop=2)] == [1, 2]
    assert {item.topic for item in select(1, 100, topics=["sealed", "adopted"])} == {"sealed", "adopted"}
    assert len(select(1, 100, topics=["sealed"])) == 4
    assert list(select(len(rows) + 1, 10)) == []
    assert library.recorder.max_notification_id() == len(rows)


def test_a_new_ledger_has_no_notifications(address: str) -> None:
    with Ledger(address) as ledger:
        assert application(ledger).recorder.max_notification_id() is None
        assert application(ledger).notification_log["1,10"].items == []


def test_streams_are_selected_both_ways(library: LedgerApplication) -> None:
    select = library.recorder.select_events

    def versions(**limits: Any) -> list[int]:
        return [event.originator_version for event in select("cadre:c1", **limits)]

    assert versions() == list(range(1, 11))
    assert versions(gt=2, lte=5) == [3, 4, 5]
    assert versions(desc=True, limit=2) == [10, 9]
    assert versions(gt=10) == []


def test_the_library_decodes_what_the_ledger_decodes(library: LedgerApplication, address: str) -> None:
    events = list(library.events.get("round:town:2025-Q1"))
    assert all(isinstance(event, Recorded) for event in events)
    assert events == [decode(row) for row in stored(address) if row.originator_id == "round:town:2025-Q1"]


def test_the_library_cannot_append_past_the_writer(library: LedgerApplication, address: str) -> None:
    before, last = contents(address), stored(address)[-1]
    with pytest.raises(TypeError, match="writer"):
        library.recorder.insert_events([last])
    for transaction in (library.database.read, library.database.write):
        with pytest.raises((IntegrityError, Unavailable)), transaction() as connection:
            library.recorder.insert_events([last], connection=connection)
    assert contents(address) == before


def test_the_library_cannot_follow_the_ledger_by_itself(library: LedgerApplication) -> None:
    with pytest.raises(NotImplementedError):
        library.recorder.subscribe(0)
    with pytest.raises(NotImplementedError):
        library.factory.tracking_recorder()
    with pytest.raises(NotImplementedError):
        library.factory.process_recorder()
