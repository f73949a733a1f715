"""Settings from the environment (``LEDGER_…``); the command line's options come before them."""

import getpass
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, FilePath, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_SQLITE = "sqlite:///"


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
    oidc_client_id: str | None = None
    oidc_client_secret_file: FilePath | None = None
    """What the provider calls the pages of the ledger; with it browsers sign in there."""
    hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ()
    """Host names that requests may be for, with commas between; any if there is none."""
    rate: float = Field(default=500, gt=0)
    """Requests a second that one client address may send, in bursts four times as many."""
    guesses: int = Field(default=200, ge=1)
    """Tokens that do not hold that one client address may try before it waits a second for each."""
    max_bulk: int = Field(default=256 * 2**20, ge=1)
    """The largest body of a bulk append, in bytes."""
    key: Path | None = None
    """The file of the log's signing keys; on SQLite ``<file>.key`` by default."""
    signer_state: Path | None = None
    """The file in which the signer remembers what it has signed; on SQLite ``<file>.signer`` by default."""
    signer: bool = True
    """Whether ``serve`` signs when the key is there."""
    policy: Path | None = None
    """The tlog-policy that names the witnesses and their quorum."""
    root_path: str = Field(default="", pattern=r"^(/[A-Za-z0-9._~-]+)*$")
    """The path under which a proxy shows the server, and which it takes off before it passes a request on."""


@dataclass(frozen=True, slots=True)
class SigningFiles:
    """Where the signer's keys, its memory and the policy that names its witnesses are; None where nobody said.

    ``required``: the keys were named, so that it is an error if they are not there. ``signs``: this process may sign.
    """

    keys: Path | None = None
    memory: Path | None = None
    policy: Path | None = None
    required: bool = False
    signs: bool = True


def beside(address: str | Path) -> SigningFiles:
    """The files beside a ledger that is a file itself."""
    text = str(address)
    if "://" in text and not text.startswith(_SQLITE):
        return SigningFiles()
    file = text.removeprefix(_SQLITE)
    return SigningFiles(Path(f"{file}.key"), Path(f"{file}.signer"))


def signing_files(settings: Settings, address: str | Path) -> SigningFiles:
    """The files that are named, else those beside the ledger."""
    default = beside(address)
    keys, memory = settings.key or default.keys, settings.signer_state or default.memory
    named = settings.key is not None
    return SigningFiles(keys, memory, settings.policy, required=named, signs=settings.signer)


def local_user() -> str:
    """The system's name for who runs the command line."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def default_origin() -> str:
    """An origin for a ledger that was founded without one: this host's name."""
    return f"{socket.gethostname() or 'localhost'}/ledger"
