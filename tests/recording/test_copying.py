"""A ledger moves between databases, bytes unchanged, and a backup is such a copy."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import Unavailable
from ledger.policy import Actor
from ledger.projections.moment import Row
from ledger.projections.views import VIEWS
from ledger.recording.copying import NotTheSame, copy
from ledger.recording.opening import open_database
from ledger.recording.rebuilding import rebuild
from ledger.recording.tables import Head, read_head, select_rows
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from ledger.service.view import Page
from tests.http.serving import Server, granted
from tests.http.test_play import FILES, Player, steps
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


def test_a_played_year_gives_the_same_answers_there_and_back(postgres: str, tmp_path: Path) -> None:
    here, back = f"sqlite:///{tmp_path / 'here.db'}", f"sqlite:///{tmp_path / 'back.db'}"
    there = f"{postgres}{'&' if '?' in postgres else '?'}schema=year_{tmp_path.name[-20:].lower()}"
    token = granted(here, "organiser", "organiser")
    with Server(here) as server, server.client(token) as client:
        player = Player(client, FILES[0])
        for number, step in enumerate(steps(FILES[0]), start=1):
            player.play(number, step)
    assert copied(here, there).frontier.root() == copied(there, back).frontier.root() == root(here)
    told = everything_told(here)
    assert len(told["records"]) == 20
    assert len(told["standings"]) > 40
    assert told["duties"]
    assert everything_told(there) == told
    assert everything_told(back) == told
    held = everything_held(here)
    assert all(held[table] for table in ("events", "roster", "monthly", "quarterly", "annual", "duties", "rounds"))
    assert everything_held(there) == held
    assert everything_held(back) == held


def everything_told(address: str) -> dict[str, list[Row]]:
    """All that the service answers of a ledger, except the day it answers on."""
    reader, whole = Caller("test", local=Actor("local:test", "organiser")), Page(limit=100_000)
    with Ledger(address) as ledger:
        roster, groups = ledger.queries.cadres(reader, whole), ledger.queries.groups(reader)
        streams = {event["stream"] for event in ledger.feed.ledger(reader) if event["type"] == "sealed"}
        sealed = sorted(stream.split(":")[1:] for stream in streams)
        records = [ledger.queries.record(reader, item["cadre"]) for item in roster["items"]]
        return {
            "roster": [roster],
            "groups": [groups],
            "records": records,
            "standings": [ledger.queries.standings(reader, group, period) for group, period in sealed],
            "duties": ledger.worklists.duties(reader, whole)["items"],
            "submissions": ledger.worklists.submissions(reader, whole)["items"],
            "feed": list(ledger.feed.ledger(reader)),
        }


def everything_held(address: str) -> dict[str, list[Any]]:
    """All that the tables hold."""
    with closing(open_database(address)) as database, database.read() as connection:
        held: dict[str, list[Any]] = {
            view: [tuple(row) for row in connection.execute(f"SELECT * FROM {view} ORDER BY key")] for view in VIEWS
        }
        return {"events": list(select_rows(connection, "1 = 1 ORDER BY position")), **held}


def root(address: str) -> bytes:
    with closing(open_database(address)) as database, database.read() as connection:
        return read_head(connection).frontier.root()


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
    with pytest.raises(Unavailable):  # views made of half a ledger would look whole
        rebuild(target, 1, lambda done, of: None)
    assert copied(address, target).size > 0
    Ledger(target).close()
