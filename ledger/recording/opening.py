"""The database that an address names."""

from pathlib import Path

from ledger.errors import Unavailable
from ledger.recording.database import Database
from ledger.recording.sqlite import SQLiteDatabase
from ledger.recording.tables import read_served_head

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")


def check_served(database: Database) -> None:
    """Unavailable while the views are not those of this program: the ledger is being copied, or a newer one serves."""
    with database.read() as connection:
        read_served_head(connection)


def check_there(address: str) -> None:
    """Unavailable where an address names a file that is not there."""
    if address.startswith(_SQLITE) and not Path(address.removeprefix(_SQLITE)).exists():
        raise Unavailable(reason=f"there is no ledger at {address}")


def open_database(address: str | Path) -> Database:
    """Open ``sqlite:///path`` (or a path), or ``postgresql://…?schema=…``; Unavailable for any other."""
    if isinstance(address, Path):
        return SQLiteDatabase(address)
    if address.startswith(_POSTGRES):
        try:
            from ledger.recording.postgres import PostgresDatabase
        except ImportError as error:
            raise Unavailable(reason="for PostgreSQL install cadre-ledger[postgres]") from error
        return PostgresDatabase(address)
    if address.startswith(_SQLITE) and len(address) > len(_SQLITE) and ":memory:" not in address:
        return SQLiteDatabase(Path(address.removeprefix(_SQLITE)))
    raise Unavailable(
        reason="a database address reads sqlite:///path/to/file.db or postgresql://user@host/name?schema=s"
    )
