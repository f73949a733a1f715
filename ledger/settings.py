"""Settings from the environment (``LEDGER_…``); the command line's options come before them."""

import getpass
import socket
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ledger.errors import Unavailable


class Settings(BaseSettings):
    """Everything that can be set from outside."""

    model_config = SettingsConfigDict(env_prefix="LEDGER_", extra="ignore")

    database: str = "sqlite:///ledger.db"
    token: SecretStr | None = None
    max_bulk: int = Field(default=256 * 2**20, ge=1)
    """The largest body of a bulk append, in bytes."""


def sqlite_path(database: str) -> Path:
    """The file of a ``sqlite:///path`` address (``sqlite:////absolute/path``); Unavailable for any other."""
    prefix = "sqlite:///"
    if not database.startswith(prefix) or not database[len(prefix) :] or ":memory:" in database:
        raise Unavailable(reason="the database address must read sqlite:///path/to/file.db")
    return Path(database[len(prefix) :])


def local_user() -> str:
    """The system's name for who runs the command line."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def default_origin() -> str:
    """An origin for a ledger that was founded without one: this host's name."""
    return f"{socket.gethostname() or 'localhost'}/ledger"
