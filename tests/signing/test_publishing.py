"""When checkpoints are published, and that nothing waits for them."""

import socket
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

from ledger.proof.memory import remembered
from ledger.service import signing
from tests.failures.cluster import until
from tests.proof.witnessing import WitnessServer, witnesses
from tests.signing.signed import Kept, position, watched

NEVER = 1e6


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A growing ledger alone is no reason for a second checkpoint."""
    monkeypatch.setattr(signing, "EVERY", NEVER)


def test_the_first_checkpoint_comes_soon(kept: Kept) -> None:
    with kept.office() as office:
        until(lambda: kept.covered(position(office.ledger)), 5)
        (first,) = kept.published()
        first.verify([signer.verifier for signer in kept.signers])
        assert remembered(kept.memory) == first.checkpoint


@pytest.mark.usefixtures("patient")
def test_a_seal_is_published_at_once_and_nothing_else_before_its_time(kept: Kept) -> None:
    with kept.office() as office:
        until(kept.sizes, 5)
        (first,) = kept.sizes()
        office.play("town", "2025-Q1", an=90)
        until(lambda: kept.covered(position(office.ledger)), 5)
        sealed = [signed.checkpoint.size for signed in kept.published()][1:]
        office.score("an", "2025-04", 80)
    stored = seals(kept)
    assert first < stored[0]
    assert all(any(before < at <= size for at in stored) for before, size in pairwise([first, *sealed]))
    assert kept.sizes()[-1] == kept.sizes()[-2] + 1 == sealed[-1] + 1


def seals(kept: Kept) -> list[int]:
    """The positions of the seals."""
    with kept.office(signing=False) as office:
        return [
            row["position"] for row in office.ledger.feed.ledger(office.callers["organiser"]) if row["type"] == "sealed"
        ]


def test_a_ledger_that_grows_is_published_again_after_its_time(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "EVERY", 0.2)
    with kept.office() as office:
        for _ in range(5):
            office.talk("an", "2025-01")
            until(lambda: kept.covered(position(office.ledger)), 5)
        assert kept.sizes() == sorted(set(kept.sizes()))
        assert len(kept.sizes()) >= 5


def test_ten_seconds_lie_between_two_checkpoints(kept: Kept) -> None:
    with kept.office() as office:
        until(kept.sizes, 5)
        began = time.monotonic()
        while time.monotonic() - began < 1:
            office.talk("an", "2025-01")
        until(lambda: len(kept.sizes()) == 2, 20)
        assert time.monotonic() - began > 9
        assert kept.covered(position(office.ledger))


@pytest.mark.usefixtures("patient")
def test_the_last_events_are_signed_on_closing(kept: Kept) -> None:
    with kept.office() as office:
        until(kept.sizes, 5)
        office.talk("an", "2025-01")
        size = position(office.ledger)
        assert not kept.covered(size)
    assert kept.sizes()[-1] == size
    with kept.office(signing=False) as office:
        office.talk("an", "2025-02")
    assert not kept.covered(size + 1)


@pytest.mark.usefixtures("patient")
def test_closing_right_after_opening_signs_too(kept: Kept) -> None:
    with kept.office(signing=False) as office:
        size = position(office.ledger)
    with kept.office():
        pass
    assert kept.sizes()[-1] >= size


def test_what_does_not_grow_is_cosigned_again_and_all_of_it_kept(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "EVERY", 0.05)
    monkeypatch.setattr(signing, "AGAIN", 0.2)
    with kept.office(signing=False):
        pass
    with witnesses(tmp_path, 1, watched(kept.signers)) as (witness,):
        kept.watch([(witness, witness.address)], 1)
        with kept.office() as office:
            size = position(office.ledger)
            until(lambda: kept.sizes().count(size) >= 3)
    for signed in kept.published():
        signed.note.verify([witness.verifier])


def test_a_witness_that_says_nothing_delays_no_append(kept: Kept, tmp_path: Path) -> None:
    with kept.office(signing=False):
        pass
    with WitnessServer(tmp_path / "silent", watched(kept.signers)) as witness:
        pass
    asked = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        kept.watch([(witness, f"http://127.0.0.1:{silent.getsockname()[1]}")], 1)

        def take() -> None:
            taken.append(silent.accept()[0])
            asked.set()

        taken: list[socket.socket] = []
        threading.Thread(target=take).start()
        with kept.office() as office:
            assert asked.wait(10)
            began = time.monotonic()
            for _ in range(5):
                office.talk("an", "2025-01")
            assert time.monotonic() - began < 2
            assert kept.sizes() == []
        for connection in taken:
            connection.close()
