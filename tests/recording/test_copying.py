"""A ledger moves between databases, bytes unchanged, and a backup is such a copy."""

from pathlib import Path

import pytest

from ledger.errors import Unavailable
from ledger.policy import Actor
from ledger.recording.copying import NotTheSame, copy
from ledger.recording.opening import open_database
from ledger.recording.tables import Head
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from tests.office import Office


def copied(source: str, target: str) -> Head:
    reading, writing = open_database(source), open_database(target)
    try:
        return copy(reading, writing, lambda done, of: None)
    finally:
        reading.close()
        writing.close()


def worked(address: str) -> None:
    with Office(address) as office:
        office.adopt()
        office.staff("town", "an", "bo", "cai")
        office.play("town", "2025-Q1", an=70, bo=95, cai=85)


def answers(address: str) -> list[object]:
    reader = Caller("test", local=Actor("local:test", "organiser"))
    with Ledger(address) as ledger:
        records = [ledger.queries.record(reader, cadre) for cadre in ("an", "bo", "cai")]
        return [*records, ledger.queries.standings(reader, "town", "2025-Q1")]


def test_there_and_back_gives_the_same_root_and_the_same_answers(address: str, postgres: str, tmp_path: Path) -> None:
    worked(address)
    there = f"{postgres}{'&' if '?' in postgres else '?'}schema=there_{tmp_path.name[-20:].lower()}"
    back = f"sqlite:///{tmp_path / 'back.db'}"
    roots = {copied(address, there).frontier.root(), copied(there, back).frontier.root()}
    assert len(roots) == 1
    assert answers(address) == answers(there) == answers(back)


def test_a_copy_goes_on_where_it_was_broken_off(address: str, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'copy.db'}"
    with Office(address) as office:
        office.adopt()
        first = copied(address, target)
        office.staff("town", "an", "bo", "cai")
        second = copied(address, target)
    assert first.size < second.size
    with Ledger(target) as ledger:
        assert ledger.queries.ready() == second.size


def test_another_ledgers_copy_is_not_continued(address: str, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path / 'other.db'}"
    worked(address)
    worked(other)
    with pytest.raises(NotTheSame):
        copied(address, other)


def test_a_copy_that_is_not_whole_is_not_served(address: str, tmp_path: Path) -> None:
    worked(address)
    target = f"sqlite:///{tmp_path / 'half.db'}"
    reading, writing = open_database(address), open_database(target)

    class BrokenOff(Exception):
        pass

    def break_off(done: int, of: int) -> None:
        raise BrokenOff

    with pytest.raises(BrokenOff):
        copy(reading, writing, break_off)
    reading.close()
    writing.close()
    with pytest.raises(Unavailable):
        Ledger(target)
    assert copied(address, target).size > 0
    Ledger(target).close()
