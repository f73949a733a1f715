"""A signed ledger in tests: its files in a folder, its witnesses, what was published, and putting back a backup."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from ledger.proof.checkpoint import SignedCheckpoint
from ledger.proof.key_files import read_signers
from ledger.proof.keys import Signer
from ledger.recording import copying, log
from ledger.recording.opening import open_database
from ledger.recording.tables import read_head
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger, local_caller
from ledger.settings import SigningFiles
from tests.access.serving import logged
from tests.backends import discard, is_sqlite
from tests.http.serving import Desk
from tests.office import ZONE, Office
from tests.proof.witnessing import Log, WitnessServer

OPERATOR: Caller = local_caller("tests", "tests")


@dataclass(frozen=True)
class Kept:
    """A ledger's address and the folder of its files."""

    address: str
    folder: Path

    @property
    def keys(self) -> Path:
        return self.folder / "log.key"

    @property
    def memory(self) -> Path:
        return self.folder / "log.signer"

    @property
    def policy(self) -> Path:
        return self.folder / "policy"

    @property
    def files(self) -> SigningFiles:
        return SigningFiles(self.keys, self.memory, self.policy if self.policy.exists() else None, required=True)

    @property
    def environment(self) -> dict[str, str]:
        """The same for a process of its own."""
        policy = {"LEDGER_POLICY": str(self.policy)} if self.policy.exists() else {}
        return {"LEDGER_KEY": str(self.keys), "LEDGER_SIGNER_STATE": str(self.memory), **policy}

    @property
    def signers(self) -> tuple[Signer, ...]:
        return read_signers(self.keys)

    def watch(self, witnesses: Sequence[tuple[WitnessServer, str]], quorum: int) -> None:
        """Name witnesses, each with the address it is reached at, in the policy."""
        lines = [f"witness {n} {witness.verifier.vkey} {url}" for n, (witness, url) in enumerate(witnesses)]
        names = " ".join(str(n) for n in range(len(witnesses)))
        self.policy.write_text("\n".join([*lines, f"group most {quorum} {names}", "quorum most", ""]))

    def published(self) -> list[SignedCheckpoint]:
        """Every checkpoint, in order."""
        with closing(open_database(self.address)) as database, database.read() as connection:
            return [SignedCheckpoint.parse(made.note) for made in log.checkpoints(connection)]

    def sizes(self) -> list[int]:
        return [signed.checkpoint.size for signed in self.published()]

    def covered(self, position: int) -> bool:
        """Whether a published checkpoint covers a position."""
        return max(self.sizes(), default=0) >= position

    @contextmanager
    def office(self, *, signing: bool = True) -> Iterator[Office]:
        """An office that adopted a scheme and has a cadre ``an``, from the first time on; it signs if told to."""
        with Office(self.address, self.files, self._day()) as office:
            if not self.keys.exists():
                office.ledger.origins.create_key(OPERATOR).result()
                office.adopt()
                office.register("an")
            if signing:
                office.ledger.start_signing()
            yield office

    def _day(self) -> date:
        """That of the last event."""
        with closing(open_database(self.address)) as database, database.read() as connection:
            recorded_at = read_head(connection).recorded_at or "2025-01-01T01:00:00Z"
        return datetime.fromisoformat(recorded_at).astimezone(ZONE).date()

    @contextmanager
    def served(self, tokens: dict[str, str], **environment: str) -> Iterator[Desk]:
        """A server in a process of its own, whose standard error goes to ``said``."""
        with logged(self.address, tokens, self.folder / "stderr", **{**self.environment, **environment}) as desk:
            yield desk

    def said(self, event: str) -> list[str]:
        """The reasons of what servers have said of their signing."""
        lines = (self.folder / "stderr").read_text(encoding="utf-8").splitlines()
        objects = (json.loads(line) for line in lines if line.startswith("{"))
        return [found["reason"] for found in objects if found.get("event") == event]

    def back_up(self) -> Path:
        """A copy in a file, as ``ledger backup`` makes it."""
        file = self.folder / f"backup-{len(list(self.folder.iterdir()))}"
        _copy(self.address, f"sqlite:///{file}")
        return file

    def put_back(self, backup: Path) -> None:
        """Replace the database by a backup; nobody has it open."""
        discard(self.address)
        if not is_sqlite(self.address):
            _copy(f"sqlite:///{backup}", self.address)
            return
        file = self.address.removeprefix("sqlite:///")
        for beside in ("-wal", "-shm"):
            Path(file + beside).unlink(missing_ok=True)
        shutil.copyfile(backup, file)


def _copy(source: str, target: str) -> None:
    with closing(open_database(source)) as reading, closing(open_database(target)) as writing:
        copying.copy(reading, writing, lambda done, of: None)


def position(ledger: Ledger) -> int:
    return ledger.queries.position()


def watched(signers: Sequence[Signer]) -> list[Log]:
    """Logs as a witness is told of them: one for each key."""
    logs = []
    for signer in signers:
        logs.append(Log(origin=signer.name))
        logs[-1].signer = signer
    return logs


def talks(office: Office, number: int) -> list[int]:
    """The positions of so many talks held with ``an``, one a month."""
    held = []
    for month in range(1, number + 1):
        office.talk("an", f"2025-{month:02d}")
        held.append(position(office.ledger))
    return held
