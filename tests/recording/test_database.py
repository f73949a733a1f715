"""The database itself: how it is opened, and that nothing outside changes what is stored."""

from contextlib import closing, suppress
from pathlib import Path

import pytest

from ledger.errors import Unavailable
from ledger.recording.database import Connection
from ledger.recording.opening import open_database
from ledger.recording.sqlite import SQLiteDatabase
from ledger.service.ledger import Ledger
from tests.backends import is_sqlite
from tests.office import Office
from tests.properties.recompute import check
from tests.recording.inside import application, contents, opened, stored

STRAY = {
    "COMPRESSOR_TOPIC": "zlib",
    "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher",
    "CIPHER_KEY": "0" * 32,
    "PERSISTENCE_MODULE": "eventsourcing.popo",
    "FACTORY_TOPIC": "eventsourcing.popo:POPOFactory",
    "MAPPER_TOPIC": "no.such:Mapper",
    "TRANSCODER_TOPIC": "no.such:Transcoder",
    "RECORDER_TOPIC": "no.such:Recorder",
    "SQLITE_DBNAME": ":memory:",
    "POSTGRES_DBNAME": "no_such",
    "POSTGRES_SCHEMA": "no_such",
    "IS_SNAPSHOTTING_ENABLED": "y",
    "AGGREGATE_CACHE_MAXSIZE": "1000",
    "ORIGINATOR_ID_TYPE": "uuid",
}
DURABLE: dict[bool, dict[str, object]] = {
    True: {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": 2},  # FULL
    False: {"SHOW synchronous_commit": "on", "SHOW fsync": "on", "SHOW full_page_writes": "on"},
}
"""What an SQLite connection (True) and a PostgreSQL one answer when every commit waits for the disk."""


def answer(connection: Connection, question: str) -> object:
    (value,) = connection.execute(question).fetchone()
    return value


def test_every_connection_waits_for_the_disk(address: str) -> None:
    with Office(address) as office:
        database = application(office.ledger).database
        with database.write() as writing, database.read() as reading, database.read() as second:
            for connection in (writing, reading, second):
                for question, wanted in DURABLE[is_sqlite(address)].items():
                    assert answer(connection, question) == wanted
            assert len({id(connection) for connection in (writing, reading, second)}) == 3


def test_readers_see_one_moment_and_never_wait_for_the_writer(address: str) -> None:
    with Office(address) as office:
        database = application(office.ledger).database
        with database.read() as reading:
            before = reading.execute("SELECT size FROM head").fetchone()
            office.adopt()
            assert reading.execute("SELECT size FROM head").fetchone() == before
            with database.write(), database.read() as later:
                assert later.execute("SELECT size FROM head").fetchone() == (before[0] + 1,)


def test_a_failed_transaction_leaves_nothing_and_the_connection_usable(address: str) -> None:
    database = open_database(address)

    def fail() -> None:
        with database.write() as connection:
            connection.execute("UPDATE head SET size = 7")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.write() as connection:
        assert connection.execute("SELECT size FROM head").fetchone() == (0,)
    database.close()


def test_a_statement_that_fails_takes_its_transaction_back(address: str) -> None:
    with closing(open_database(address)) as database:

        def fail() -> None:
            with database.write() as connection:
                connection.execute("UPDATE head SET size = 7")
                connection.execute("INSERT INTO head SELECT * FROM head")

        with pytest.raises(database.errors):
            fail()
        with database.read() as connection:
            assert connection.execute("SELECT size FROM head").fetchone() == (0,)


def test_nothing_that_a_reader_writes_is_kept(address: str) -> None:
    with closing(open_database(address)) as database:
        with suppress(*database.errors, Unavailable), database.read() as connection:
            connection.execute("UPDATE head SET size = 7")
        with database.read() as connection:
            assert connection.execute("SELECT size FROM head").fetchone() == (0,)


def test_what_is_no_sqlite_file_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("这不是数据库" * 1000, encoding="utf-8")
    for path in (tmp_path / "text.db", tmp_path, tmp_path / "no" / "folder.db"):
        with pytest.raises(Unavailable):
            SQLiteDatabase(path)


def test_sqlite_in_memory_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        SQLiteDatabase(Path(":memory:"))


def test_opening_again_changes_nothing(address: str) -> None:
    with Office(address) as office:
        office.adopt()
        office.staff("town", "c1", "c2", "c3")
        office.play("town", "2025-Q1", c1=95, c2=85, c3=70)
    before = contents(address)
    with Ledger(address) as ledger:
        assert ledger.queries.ready() == check(address)
    assert contents(address) == before


def test_stray_settings_of_the_library_change_nothing(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in STRAY.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(f"LEDGERAPPLICATION_{name}", value)
    with Office(address) as office:
        office.adopt()
        office.register("c1")
        office.talk("c1", "2025-01")
        assert application(office.ledger).snapshots is None
        assert application(office.ledger).repository.cache is None
        errors = application(office.ledger).database.errors
    assert all(row.state.startswith(b'{"id":"') for row in stored(address))
    check(address)
    with opened(address) as connection, pytest.raises(errors, match="stored_events"):
        connection.execute("SELECT * FROM stored_events")  # the table that the library would make
