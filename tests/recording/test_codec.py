"""Stored bytes and events: only known types decode, old versions are brought up to date, nothing imports code."""

import sys
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent

from ledger.aggregates.envelope import BY_DATA, BY_NAME, Data, EventType, Proposed, Recorded
from ledger.recording.codec import UPCASTERS, LedgerMapper, StoredRow, UnknownEventType, decode
from ledger.service.inputs import read_event
from ledger.service.ledger import Ledger
from tests.office import Office
from tests.recording.inside import submit


class Praised(Data):
    """An event of a test, in its third version: 1 had ``text``, 2 renamed it to ``words``, 3 added ``by``."""

    words: str
    by: list[str]


@pytest.fixture
def praised(monkeypatch: pytest.MonkeyPatch) -> EventType:
    kind: type[Data] = Praised
    type_ = EventType("praised", 3, kind, True)

    def renamed(data: dict[str, Any]) -> dict[str, Any]:
        return {"words": data["text"]}

    def with_author(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "by": []}

    monkeypatch.setitem(BY_NAME, "praised", type_)
    monkeypatch.setitem(BY_DATA, kind, type_)
    monkeypatch.setitem(UPCASTERS, ("praised", 1), renamed)
    monkeypatch.setitem(UPCASTERS, ("praised", 2), with_author)
    return type_


def row(type_: str, schema: int, data: str = '{"reason":"事由"}') -> StoredRow:
    state = f'{{"id":"i","salt":"s","actor":"a","correlation_id":"c","causation_id":null,"data":{data}}}'
    return StoredRow(
        originator_id="cadre:c1",
        originator_version=1,
        topic=type_,
        state=state.encode(),
        schema=schema,
        position=1,
        recorded_at="2025-01-01T00:00:00.000000Z",
        id="i",
        cadre="c1",
        period=None,
    )


@pytest.mark.parametrize(
    ("type_", "schema"), [("invented", 1), ("reopened", 2), ("reopened", 0), ("Reopened", 1), ("", 1)]
)
def test_an_unknown_type_or_schema_stops_the_reader(type_: str, schema: int) -> None:
    with pytest.raises(UnknownEventType) as stopped:
        decode(row(type_, schema))
    assert stopped.value.code == "unavailable"
    assert stopped.value.facts == {"type": type_, "schema": schema}


def test_a_dotted_path_as_type_imports_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "smuggled.py").write_text("class Event: pass\nraise RuntimeError('imported')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for topic in ("smuggled", "smuggled:Event", "smuggled.Event", "ledger.aggregates.round:Reopened"):
        with pytest.raises(UnknownEventType):
            LedgerMapper().to_domain_event(row(topic, 1))
    assert "smuggled" not in sys.modules


@pytest.mark.parametrize(
    ("schema", "data"),
    [(1, '{"text":"好"}'), (2, '{"words":"好"}'), (3, '{"words":"好","by":[]}')],
)
def test_old_versions_are_brought_up_to_date_step_by_step(praised: EventType, schema: int, data: str) -> None:
    recorded = decode(row("praised", schema, data))
    assert recorded.data == Praised(words="好", by=[])
    assert (recorded.type, recorded.schema) == ("praised", schema)


def test_a_version_without_its_upcaster_stops_the_reader(praised: EventType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(UPCASTERS, ("praised", 2))
    assert decode(row("praised", 3, '{"words":"好","by":[]}')).data == Praised(words="好", by=[])
    for schema in (1, 2):
        with pytest.raises(UnknownEventType):
            decode(row("praised", schema, '{"text":"好"}'))


def test_new_events_are_written_in_the_newest_version(praised: EventType) -> None:
    recorded = Recorded(
        id="i",
        stream="cadre:c1",
        version=1,
        position=1,
        type="praised",
        schema=3,
        recorded_at="2025-01-01T00:00:00.000000Z",
        actor="a",
        correlation_id="c",
        causation_id=None,
        data=Praised(words="好", by=["甲"]),
    )
    stored = LedgerMapper().to_stored_event(recorded)
    assert (stored.topic, stored.schema) == ("praised", 3)
    assert LedgerMapper().to_domain_event(stored) == recorded


def test_every_event_has_a_salt_of_its_own() -> None:
    recorded = decode(row("reopened", 1))
    salts = {bytes(LedgerMapper().to_stored_event(recorded).state)[:60] for _ in range(20)}
    assert len(salts) == 20


def test_the_stock_stored_event_is_not_decoded() -> None:
    stock = StoredEvent(originator_id="cadre:c1", originator_version=1, topic="reopened", state=b"{}")
    with pytest.raises(AssertionError):
        LedgerMapper().to_domain_event(stock)


def test_a_ledger_that_meets_an_event_of_a_newer_program_stops_reading_and_appending(
    address: str, praised: EventType, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Office(address) as office, Ledger(address, clock=lambda: office.now) as behind:
        office.adopt()
        _, registered = read_event(
            {"type": "registered", "name": "甲", "unit": "一", "post": "长", "group": "town", "since": "2025-01"}
        )
        behind.appending.append(office.callers["organiser"], "c1", registered).result()
        newer = Proposed("01a2069c-f4dc-779e-bc53-07fbda7ae611", "ledger", Praised(words="好", by=[]), "a", "c")
        submit(office.ledger, lambda session: session.append(newer)).result()
        monkeypatch.delitem(BY_NAME, "praised")
        with Ledger(address, clock=lambda: office.now) as fresh:
            for ledger in (behind, behind, fresh):
                with pytest.raises(UnknownEventType):
                    ledger.appending.append(office.callers["organiser"], "c2", registered).result()
                with pytest.raises(UnknownEventType):
                    ledger.queries.ready()
