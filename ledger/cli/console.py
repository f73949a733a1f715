"""What commands share: the ledger they open, who acts, and how refusals are told."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import uuid4

import typer
from pydantic import ValidationError

from ledger.errors import Refusal, Unauthenticated, Unavailable
from ledger.policy import Actor
from ledger.proof.encoding import ProofError
from ledger.recording.opening import check_there
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger, local_caller
from ledger.settings import Settings, local_user, signing_files
from ledger.texts import Language, problem_text, rule_text

Database = Annotated[str | None, typer.Option("--database", help="sqlite:///path/to/file.db", envvar="LEDGER_DATABASE")]
COULD_NOT_RUN = 2


@contextmanager
def opened(database: str | None, *, create: bool = True) -> Iterator[Ledger]:
    """The ledger at an address. ``create`` False: Unavailable where there is none."""
    with told():
        settings = Settings()
        address = database or settings.database
        if not create:
            check_there(address)
        with Ledger(address, signing=signing_files(settings, address)) as ledger:
            yield ledger


@contextmanager
def told() -> Iterator[None]:
    """Every refusal ends as one plain line and an exit code."""
    try:
        yield
    except Refusal as refusal:
        fail(plain(refusal), COULD_NOT_RUN if isinstance(refusal, Unavailable | Unauthenticated) else 1)
    except ValidationError as error:
        names = ", ".join(f"LEDGER_{'_'.join(map(str, e['loc']))}".upper() for e in error.errors())
        fail(f"these settings are not valid: {names}", COULD_NOT_RUN)
    except (OSError, sqlite3.Error, ProofError) as error:
        fail(str(error), COULD_NOT_RUN)


def plain(refusal: Refusal, language: Language = "en") -> str:
    _, detail = problem_text(refusal.code, language, refusal.facts)
    errors = "; ".join(
        f"{e.pointer or '/'}: {rule_text(e.code, language, dict(e.limits))}" for e in getattr(refusal, "errors", ())
    )
    reason = refusal.facts.get("reason")
    return " ".join(filter(None, (f"{refusal.code}: {detail}", errors, f"({reason})" if reason else None)))


def fail(line: str, code: int) -> None:
    typer.echo(" ".join(line.split()), err=True)
    raise typer.Exit(code)


def token_bearer() -> Caller:
    """The principal of LEDGER_TOKEN."""
    token = Settings().token
    if token is None:
        raise Unauthenticated()
    return Caller(str(uuid4()), token=token.get_secret_value())


def granting() -> Caller:
    """The principal of LEDGER_TOKEN, or the local user, who may found and grant."""
    return token_bearer() if Settings().token is not None else local_caller(local_user(), str(uuid4()))


def reading() -> Caller:
    """The principal of LEDGER_TOKEN; without one whoever can read the file, as its organiser."""
    if Settings().token is not None:
        return token_bearer()
    return Caller(str(uuid4()), local=Actor(f"local:{local_user()}", "organiser"))
