"""Three witnesses, two of which are a quorum: one may be missed, two hold back the checkpoints and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.proof.keys import Signer
from ledger.proof.policy import Policy
from ledger.service import signing
from tests.failures.cluster import until
from tests.office import Office
from tests.proof.witnessing import WitnessServer, witnesses
from tests.signing.signed import Kept, position, watched


@dataclass(frozen=True)
class Watched:
    kept: Kept
    office: Office
    witnesses: list[WitnessServer]

    def grow(self) -> int:
        """The position of an append that was answered."""
        self.office.talk("an", "2025-01")
        return position(self.office.ledger)

    def published(self) -> None:
        """An append is covered by a checkpoint with a quorum."""
        at = self.grow()
        until(lambda: self.kept.covered(at))
        policy = Policy.parse(self.kept.policy.read_bytes())
        for signed in self.kept.published():
            policy.verify(signed, [signer.verifier for signer in self.kept.signers])


@pytest.fixture
def watching(kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(signing, "EVERY", 0.1)
    with kept.office(signing=False):
        pass
    with witnesses(tmp_path, 3, watched(kept.signers)) as three:
        kept.watch([(witness, witness.address) for witness in three], 2)
        with kept.office() as office:
            yield Watched(kept, office, three)


def port(witness: WitnessServer) -> str:
    return witness.address.rpartition(":")[2]


def test_it_publishes_while_one_is_down_and_waits_while_two_are(
    watching: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    first, second, _ = watching.witnesses
    ports = port(first), port(second)
    watching.published()
    first.kill()
    watching.published()
    second.kill()
    before = watching.kept.sizes()
    positions = [watching.grow() for _ in range(3)]
    assert positions == list(range(positions[0], positions[0] + 3))
    until(lambda: "no-quorum" in caplog.text)
    assert watching.kept.sizes() == before
    second.start(ports[1])
    until(lambda: watching.kept.covered(positions[-1]))
    watching.published()
    first.start(ports[0])
    watching.published()


def test_a_checkpoint_without_a_quorum_is_published_later_even_if_nothing_grows(watching: Watched) -> None:
    first, second, _ = watching.witnesses
    ports = port(first), port(second)
    watching.published()
    first.kill()
    second.kill()
    at = watching.grow()
    first.start(ports[0])
    until(lambda: watching.kept.covered(at))
    second.start(ports[1])


def test_a_policy_that_names_an_older_key_of_the_log_holds_nothing_back(kept: Kept, tmp_path: Path) -> None:
    with kept.office(signing=False):
        pass
    with witnesses(tmp_path, 1, watched(kept.signers)) as (witness,):
        kept.watch([(witness, witness.address)], 1)
        older = Signer.generate("log.example/before").verifier.vkey
        kept.policy.write_text(f"log {older}\n{kept.policy.read_text()}")
        with kept.office() as office:
            until(lambda: kept.covered(position(office.ledger)))
