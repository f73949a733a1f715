"""Recorded times: UTC text of one width, strictly increasing whatever the clock does."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest

from ledger.service.inputs import read_event
from tests.office import Office, refused
from tests.properties.recompute import check
from tests.recording.inside import contents, stored

MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def office(address: str) -> Iterator[Office]:
    with Office(address) as found:
        found.adopt()
        found.register("c1")
        yield found


def times(address: str) -> list[datetime]:
    return [datetime.fromisoformat(row.recorded_at) for row in stored(address)]


def test_a_frozen_clock_moves_on_by_a_microsecond(office: Office, address: str) -> None:
    for _ in range(5):
        office.talk("c1", "2025-01")
    office.play_months("town", ("2025-01",), c1=88)
    first, *rest = times(address)
    assert first == datetime(2025, 1, 1, 1, tzinfo=UTC)
    assert rest[:9] == [first + n * MICROSECOND for n in range(1, 10)]
    check(address)


def test_times_are_utc_text_of_one_width(office: Office, address: str) -> None:
    zones = (UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=9, minutes=30)))
    starts = ("2025-03-09T00:00Z", "2025-12-31T23:59:59.999999Z", "2026-01-01T00:00:00.000050Z")
    for zone, start in product(zones, starts):
        office.now = max(office.now + MICROSECOND, datetime.fromisoformat(start).replace(tzinfo=zone))
        office.talk("c1", "2025-01")
        assert times(address)[-1] == office.now
    texts = [row.recorded_at for row in stored(address)]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", text) for text in texts)
    assert texts == sorted(set(texts))


def test_a_clock_a_little_behind_is_passed_over(office: Office, address: str) -> None:
    *_, last = times(address)
    office.now = last - timedelta(seconds=5)
    office.talk("c1", "2025-01")
    assert times(address)[-1] == last + MICROSECOND


def test_a_clock_far_behind_refuses_and_stores_nothing(office: Office, address: str) -> None:
    *_, last = times(address)
    office.now = last - timedelta(seconds=5) - MICROSECOND
    before = contents(address)
    with refused("clock"):
        office.talk("c1", "2025-01")
    with refused("clock"):
        office.register("c2")
    with refused("clock"):
        office.adopt()
    with refused("clock"):
        office.grant("third", "organiser")
    assert contents(address) == before
    office.now = last
    office.register("c2")
    office.adopt()
    check(address)


def test_a_clock_far_behind_still_answers_a_retry(office: Office, address: str) -> None:
    id_ = office.talk("c1", "2025-01")
    given = {
        "type": "talk_held",
        "period": "2025-01",
        "purpose": "feedback",
        "held_on": "2025-01-01",
        "summary": "谈话",
    }
    office.now -= timedelta(hours=1)
    again = office.ledger.appending.append(office.callers["organiser"], "c1", read_event(given)[1], id_=id_).result()
    assert again.replayed
    assert stored(address)[-1].id == id_


def test_a_clock_that_falls_behind_within_a_seal_refuses_it_whole(office: Office, address: str) -> None:
    office.staff("town", "c2", "c3")
    for cadre in ("c1", "c2", "c3"):
        office.score(cadre, "2025-01", 88)
    office.after("2025-01")
    before = contents(address)
    steady = office.now
    readings = iter([steady] * 5)
    office.ledger._writer.clock = lambda: next(readings, steady - timedelta(days=200))
    with refused("clock"):
        office.seal("town", "2025-01")
    assert contents(address) == before
    office.ledger._writer.clock = lambda: steady
    office.seal("town", "2025-01")
    check(address)
