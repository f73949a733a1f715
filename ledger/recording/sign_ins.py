"""Who is signed in, and links that sign in once: rows beside the ledger, of which it keeps no history."""

from dataclasses import dataclass
from typing import Literal

from ledger.recording.database import Connection

Kind = Literal["session", "link"]


@dataclass(frozen=True, slots=True)
class SignIn:
    """A principal and the position of the grant it signed in by, so that it ends with that grant."""

    principal: str
    granted_at: int


def keep(connection: Connection, kind: Kind, digest: str, sign_in: SignIn, now: str, expires_at: str) -> None:
    """Keep a sign-in until it expires, and let go of those that have."""
    connection.execute("DELETE FROM sign_ins WHERE expires_at <= ?", (now,))
    connection.execute(
        "INSERT INTO sign_ins (digest, kind, principal, granted_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        (digest, kind, sign_in.principal, sign_in.granted_at, expires_at),
    )


def find(connection: Connection, kind: Kind, digest: str, now: str) -> SignIn | None:
    found = connection.execute(
        "SELECT principal, granted_at FROM sign_ins WHERE digest = ? AND kind = ? AND expires_at > ?",
        (digest, kind, now),
    ).fetchone()
    return SignIn(str(found[0]), int(found[1])) if found is not None else None


def end(connection: Connection, kind: Kind, digest: str) -> None:
    connection.execute("DELETE FROM sign_ins WHERE digest = ? AND kind = ?", (digest, kind))
