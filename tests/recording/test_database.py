"""The file itself: how it is opened, and that nothing outside changes what is stored."""

from pathlib import Path

import pytest

from ledger.errors import Unavailable
from ledger.recording.database import Connection
from ledger.recording.sqlite import SQLiteDatabase
from ledger.service.ledger import Ledger
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
    "IS_SNAPSHOTTING_ENABLED": "y",
    "AGGREGATE_CACHE_MAXSIZE": "1000",
    "ORIGINATOR_ID_TYPE": "uuid",
}


def pragma(connection: Connection, name: str) -> object:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return value


def test_every_connection_waits_for_the_disk(tmp_path: Path) -> None:
    with Office(tmp_path / "ledger.db") as office:
        database = application(office.ledger).database
        with database.write() as writing, database.read() as reading, database.read() as second:
            for connection in (writing, reading, second):
                assert pragma(connection, "journal_mode") == "wal"
                assert pragma(connection, "synchronous") == 2  # FULL
            assert len({id(connection) for connection in (writing, reading, second)}) == 3


def test_readers_see_one_moment_and_never_wait_for_the_writer(tmp_path: Path) -> None:
    with Office(tmp_path / "ledger.db") as office:
        database = application(office.ledger).database
        with database.read() as reading:
            before = reading.execute("SELECT size FROM head").fetchone()
            office.adopt()
            assert reading.execute("SELECT size FROM head").fetchone() == before
            with database.write(), database.read() as later:
                assert later.execute("SELECT size FROM head").fetchone() == (before[0] + 1,)


def test_a_failed_transaction_leaves_nothing_and_the_connection_usable(tmp_path: Path) -> None:
    database = SQLiteDatabase(tmp_path / "ledger.db")

    def fail() -> None:
        with database.write() as connection:
            connection.execute("UPDATE head SET size = 7")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.write() as connection:
        assert connection.execute("SELECT size FROM head").fetchone() == (0,)
    database.close()


def test_what_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("这不是数据库" * 1000, encoding="utf-8")
    for path in (tmp_path / "text.db", tmp_path, tmp_path / "no" / "folder.db"):
        with pytest.raises(Unavailable):
            SQLiteDatabase(path)


def test_memory_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        SQLiteDatabase(Path(":memory:"))


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with Office(path) as office:
        office.adopt()
        office.staff("town", "c1", "c2", "c3")
        office.play("town", "2025-Q1", c1=95, c2=85, c3=70)
    before = contents(path)
    with Ledger(path) as ledger:
        assert ledger.queries.ready() == check(path)
    assert contents(path) == before


def test_stray_settings_of_the_library_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in STRAY.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(f"LEDGERAPPLICATION_{name}", value)
    path = tmp_path / "ledger.db"
    with Office(path) as office:
        office.adopt()
        office.register("c1")
        office.talk("c1", "2025-01")
        assert application(office.ledger).snapshots is None
        assert application(office.ledger).repository.cache is None
    assert all(row.state.startswith(b'{"id":"') for row in stored(path))
    check(path)
    with opened(path) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert "stored_events" not in tables
