"""A witness keeps its word when it is killed, syncs it to disk before it gives it, and can be missed and come back."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import httpx

from ledger.proof.checkpoint import Checkpoint, SignedCheckpoint
from ledger.proof.cosigning import Cosigners
from ledger.proof.tlog_witness import checkpoint_path
from tests.proof.witnessing import SIZE, Log, WitnessServer, policy, witnesses

KILLS = int(os.environ.get("LEDGER_TEST_KILLS", "6"))
FORKS = 4


class Submissions:
    """What the forks of one log have asked a witness, and what it has cosigned."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.forks: dict[bytes, Log] = {}
        self.cosigned: set[Checkpoint] = set()
        self._counted = threading.Condition()

    def add(self, checkpoint: Checkpoint) -> None:
        with self._counted:
            self.cosigned.add(checkpoint)
            self._counted.notify_all()

    def wait_for(self, number: int) -> None:
        """Until so many checkpoints are cosigned."""
        with self._counted:
            assert self._counted.wait_for(lambda: len(self.cosigned) >= number, 60)

    def last(self, witness: WitnessServer, client: httpx.Client) -> Checkpoint | None:
        """The last that the witness serves, which is cosigned as much as what it answers."""
        answer = client.get(f"{witness.address}/{checkpoint_path(self.origin)}")
        if answer.status_code == 404:
            return None
        signed = SignedCheckpoint.parse(answer.content)
        signed.note.verify([witness.verifier])
        self.add(signed.checkpoint)
        return signed.checkpoint


class Forker(threading.Thread):
    """Grows what the witness cosigned last by a leaf of its own, and rewrites its last leaf, until it is gone."""

    def __init__(self, witness: WitnessServer, submissions: Submissions, number: int, kill: int) -> None:
        super().__init__()
        self.witness, self.submissions = witness, submissions
        self.mark = bytes([number]) + kill.to_bytes(31, "big")
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            with httpx.Client(timeout=60) as client:
                while True:
                    last = self.submissions.last(self.witness, client)
                    size = last.size if last is not None else 0
                    leaves = self.submissions.forks[last.root].leaves if last is not None else ()
                    self._submit(client, size, [*leaves, self.mark])
                    self._submit(client, size, [*leaves[:-1], self.mark])
        except httpx.TransportError:
            return
        except BaseException as error:
            self.error = error

    def _submit(self, client: httpx.Client, old: int, leaves: list[bytes]) -> None:
        fork = Log(leaves, self.submissions.origin)
        new = fork.checkpoint(len(leaves))
        self.submissions.forks[new.root] = fork
        answer = client.post(
            f"{self.witness.address}/add-checkpoint", content=fork.request(min(old, new.size), new.size)
        )
        assert answer.status_code in (200, 409, 422), answer.text
        if answer.status_code == 200:
            self.witness.cosigned(fork.note(new.size), answer)
            self.submissions.add(new)


@contextmanager
def forking(witness: WitnessServer, submissions: Submissions, kill: int) -> Iterator[None]:
    """Forks at work, until the witness is gone."""
    forkers = [Forker(witness, submissions, number, kill) for number in range(1, FORKS + 1)]
    for forker in forkers:
        forker.start()
    try:
        yield
    finally:
        witness.kill()
        for forker in forkers:
            forker.join()
    for forker in forkers:
        if forker.error is not None:
            raise forker.error


def test_a_killed_witness_never_cosigns_two_roots_of_one_size(tmp_path: Path) -> None:
    """Killed ``LEDGER_TEST_KILLS`` times while forks of one log ask it at once."""
    log, random = Log(), Random(6)
    witness, submissions = WitnessServer(tmp_path / "w", [log]), Submissions(log.origin)
    for kill in range(KILLS):
        witness.start()
        with forking(witness, submissions, kill):
            submissions.wait_for(len(submissions.cosigned) + random.randint(1, 15))
    in_order = sorted(submissions.cosigned, key=lambda checkpoint: checkpoint.size)
    assert len(in_order) >= KILLS
    assert len({checkpoint.size for checkpoint in in_order}) == len(in_order)
    leaves: tuple[bytes, ...] = ()
    for checkpoint in in_order:
        grown = submissions.forks[checkpoint.root].leaves
        assert (len(grown), grown[: len(leaves)]) == (checkpoint.size, leaves)
        leaves = grown


def test_no_cosignature_is_given_before_its_checkpoint_is_on_disk(tmp_path: Path) -> None:
    """The journal is ended, and its folder synchronised, after the state itself: else a loss of power takes it back."""
    log, trace = Log(), tmp_path / "trace"
    calls = "trace=fsync,fdatasync,unlink,sendto"
    with WitnessServer(tmp_path / "w", [log], "strace", "-f", "-qq", "-y", "-e", calls, "-o", str(trace)) as witness:
        for size in range(1, SIZE):
            assert witness.add(log.request(size - 1, size)).status_code == 200
    state, folder = re.escape(str(witness.state)), re.escape(str(witness.state.parent))
    ended = rf'unlink\("{state}-journal"\).*?(?:fsync|fdatasync)\(\d+<{folder}>\)'
    before = re.split(r"HTTP/1.1 200", trace.read_text(errors="replace"))[:-1]
    assert len(before) == SIZE - 1
    for part in before:
        assert re.search(rf"(?:fsync|fdatasync)\(\d+<{state}>\).*?{ended}", part, re.DOTALL)


def test_a_quorum_goes_on_without_one_of_three_that_catches_up_when_it_is_back(tmp_path: Path) -> None:
    log = Log()
    with witnesses(tmp_path, 3, [log]) as servers:
        asked = policy([(server.verifier, server.address) for server in servers])
        cosigners = Cosigners(asked)

        def outcomes(size: int) -> list[str]:
            answers = cosigners.ask(
                log.note(size), log.checkpoint(size), lambda old: log.prove(old, size), [log.verifier]
            )
            asked.verify(
                SignedCheckpoint(log.checkpoint(size), log.note(size).joined(answers.signatures)), [log.verifier]
            )
            return [answers.outcomes[f"w{index}"] for index in range(3)]

        assert outcomes(5) == ["cosigned"] * 3
        servers[1].kill()
        for size in (6, 7, 8):
            assert outcomes(size) == ["cosigned", "unreachable", "cosigned"]
        servers[1].start(port=servers[1].address.rpartition(":")[2])
        assert outcomes(9) == ["cosigned"] * 3
