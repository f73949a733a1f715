"""A signed ledger that lost its last events, and what was handed out before."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from tests.cli.running import Ran, Shell
from tests.proof.bundles import Verdict, verified
from tests.signing.signed import Kept, talks


@dataclass(frozen=True)
class Lost:
    """A ledger whose backup was put back. ``early`` and ``late`` are positions before and after the backup."""

    kept: Kept
    early: int
    late: int
    callers: dict[str, Caller]

    @property
    def tokens(self) -> dict[str, str]:
        return {name: str(caller.token) for name, caller in self.callers.items()}

    def receipt(self, name: str) -> Path:
        return self.kept.folder / f"{name}.tlog-proof"

    @property
    def checkpoint(self) -> Path:
        """The last one before the loss."""
        return self.kept.folder / "last.checkpoint"

    def run(self, *arguments: str, token: str | None = None) -> Ran:
        """A command on this ledger."""
        environment: dict[str, Any] = {**self.kept.environment, "LEDGER_DATABASE": self.kept.address}
        return Shell(self.kept.folder)(*arguments, token=token, **environment)

    def declare(self, origin: str) -> Ran:
        return self.run("declare-origin", "--origin", origin, "--who", "系统管理员", "--why", "磁盘损坏，恢复了备份")

    def verify(self, *given: str | Path) -> Ran:
        return self.run("verify", "--json", "--workers", "1", *map(str, given))

    def bundle(self, *given: str | Path) -> Verdict:
        """What a bundle's own verify.py says of the ledger as it is."""
        directory = self.kept.folder / f"bundle-{len(list(self.kept.folder.iterdir()))}"
        with Ledger(self.kept.address, signing=self.kept.files) as ledger:
            ledger.export_bundle(self.callers["auditor"], directory)
        return verified(directory, *given)


def lose(kept: Kept, *, memory: bool = True) -> Lost:
    """Events before a backup and events after it, all signed; then the backup is put back.

    ``memory`` False: the signer's memory of that time with it.
    """
    with kept.office() as office:
        office.grant("auditor", "auditor")
        early, callers = talks(office, 3)[-1], office.callers
    remembered, backup = kept.memory.read_bytes(), kept.back_up()
    with kept.office() as office:
        late = talks(office, 5)[-1]
    lost = Lost(kept, early, late, callers)
    with Ledger(kept.address, signing=kept.files) as ledger:
        for name, position in (("early", early), ("late", late)):
            proof = ledger.log.proof(position)
            assert proof is not None
            lost.receipt(name).write_bytes(proof)
        lost.checkpoint.write_bytes(ledger.log.checkpoint().note)
    kept.put_back(backup)
    if not memory:
        kept.memory.write_bytes(remembered)
    return lost
