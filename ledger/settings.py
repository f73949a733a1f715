"""Settings from the environment (``LEDGER_…``); the command line's options come before them."""

import getpass
import socket
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _listed(value: object) -> object:
    return tuple(name.strip().lower() for name in value.split(",") if name.strip()) if isinstance(value, str) else value


class Settings(BaseSettings):
    """Everything that can be set from outside."""

    model_config = SettingsConfigDict(env_prefix="LEDGER_", extra="ignore")

    database: str = Field(default="sqlite:///ledger.db", repr=False)
    token: SecretStr | None = None
    oidc_issuer: str | None = None
    oidc_audience: str | None = None
    """The organisation's own identity provider, whose tokens are accepted beside those of the ledger."""
    hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ()
    """Host names that requests may be for, with commas between; any if there is none."""
    rate: float = Field(default=500, gt=0)
    """Requests a second that one client address may send, in bursts four times as many."""
    guesses: int = Field(default=200, ge=1)
    """Tokens that do not hold that one client address may try before it waits a second for each."""
    max_bulk: int = Field(default=256 * 2**20, ge=1)
    """The largest body of a bulk append, in bytes."""
    root_path: str = Field(default="", pattern=r"^(/[A-Za-z0-9._~-]+)*$")
    """The path under which a proxy shows the server, and which it takes off before it passes a request on."""


def local_user() -> str:
    """The system's name for who runs the command line."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def default_origin() -> str:
    """An origin for a ledger that was founded without one: this host's name."""
    return f"{socket.gethostname() or 'localhost'}/ledger"
