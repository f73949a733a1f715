"""Settings from the environment (``LEDGER_…``); the command line's options come before them."""

import getpass
import socket

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that can be set from outside."""

    model_config = SettingsConfigDict(env_prefix="LEDGER_", extra="ignore")

    database: str = "sqlite:///ledger.db"
    token: SecretStr | None = None
    max_bulk: int = Field(default=256 * 2**20, ge=1)
    """The largest body of a bulk append, in bytes."""


def local_user() -> str:
    """The system's name for who runs the command line."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def default_origin() -> str:
    """An origin for a ledger that was founded without one: this host's name."""
    return f"{socket.gethostname() or 'localhost'}/ledger"
