"""Checkpoints of a bundle that are older, edited, of another key or log, or cosigned at another time."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ledger.proof.keys import Signer
from tests.proof.attacks import (
    CHAINS,
    CONSISTENCY,
    NOTES,
    ORDER,
    RECEIPTS,
    WITNESS,
    alter_a_payload,
    attacked,
    delete_in_the_middle,
    stamp,
)
from tests.proof.bundles import LOG, STRANGER, WITNESSES, Log, resigned, unwitnessed, verified
from tests.proof.conftest import Played

Forged = Callable[[], Path]


def test_an_older_signed_state_in_place_of_the_newest(played: Played, forged: Forged, tmp_path: Path) -> None:
    folder, half = forged(), played.half
    Log(played.log.lines[:half]).write_tiles(folder)
    (folder / "checkpoint").write_bytes(played.log.checkpoint(half, at=5, witnesses=WITNESSES))
    since, receipt = tmp_path / "since", tmp_path / "receipt"
    since.write_bytes((played.bundle / "checkpoint").read_bytes())
    receipt.write_bytes(played.log.receipt(played.bundle, half + 9, since.read_bytes()))
    assert verified(folder).code == 0  # what no check can show
    assert verified(folder, "--max-age", "3600").found == [(WITNESS, None)]
    assert verified(folder, "--since", since).found == [(CONSISTENCY, half + 1)]
    assert verified(folder, "--receipt", receipt).found == [(RECEIPTS, half + 1), (RECEIPTS, half + 9)]
    (folder / "checkpoints" / "newer").write_bytes(since.read_bytes())
    assert verified(folder).found == [(CONSISTENCY, half + 1)]


def test_signed_by_another_key(played: Played, forged: Forged, tmp_path: Path) -> None:
    folder = resigned(forged(), played.log, STRANGER)
    (folder / "policy").unlink()
    assert verified(folder).found == [(NOTES, None)]
    (folder / "vkey").write_text(f"{STRANGER.verifier.vkey}\n")
    shutil.rmtree(folder / "checkpoints")
    assert verified(folder).code == 0  # forged throughout: it only agrees with itself, and says so
    assert "the bundle's own vkey" in verified(folder).said["notices"][0]
    own = tmp_path / "vkey"
    own.write_text(f"{LOG.verifier.vkey}\n")
    assert verified(folder, "--vkey", own).found == [(NOTES, None)]


def test_an_edited_checkpoint(played: Played, forged: Forged) -> None:
    folder = forged()
    octets = (folder / "checkpoint").read_bytes()
    (folder / "checkpoint").write_bytes(octets.replace(b"\n", b"\r\n"))
    assert verified(folder).found == [(NOTES, None)]
    smaller = b"\n%d\n" % (len(played.log.lines) - 1)
    (folder / "checkpoint").write_bytes(octets.replace(b"\n%d\n" % len(played.log.lines), smaller))
    assert (NOTES, None) in verified(folder).found


def test_two_views_of_the_log(played: Played, forged: Forged) -> None:
    at, lines = attacked(played.log, played.half, alter_a_payload)
    folder = forged()
    (folder / "checkpoints" / "shown-to-another").write_bytes(Log(lines).rechained().checkpoint())
    assert verified(folder).found == [(CONSISTENCY, played.half + 1)]
    assert played.half < at


def appended(played: Played, recorded_at: datetime) -> Log:
    """The log with one event more, of that time."""
    last = played.log.lines[-1]
    more = replace(last, index=len(played.log.lines), type="observed", recorded_at=stamp(recorded_at))
    return Log([*played.log.lines, more]).rechained()


@pytest.mark.parametrize(("seconds", "found"), [(-61, 1), (-59, 0), (10, 0)])
def test_an_event_backdated_behind_a_cosigned_checkpoint(
    played: Played, forged: Forged, seconds: int, found: int
) -> None:
    """The log that witnesses saw a day after its last event did not hold it."""
    cosigned = 86_400
    moment = datetime.fromisoformat(played.log.lines[-1].recorded_at)
    log = appended(played, moment.replace(microsecond=0) + timedelta(seconds=cosigned + seconds))
    folder = forged()
    kept = played.log.checkpoint(at=cosigned, witnesses=WITNESSES[:1])
    (folder / "checkpoints" / "kept").write_bytes(kept)
    log.write_tiles(folder)
    (folder / "checkpoint").write_bytes(log.checkpoint(at=5, witnesses=WITNESSES))
    assert verified(folder).found == [(ORDER, len(log.lines))] * found


def test_an_event_dated_after_the_cosignature_that_covers_it(played: Played, forged: Forged) -> None:
    folder = forged()
    (folder / "checkpoint").write_bytes(played.log.checkpoint(at=-61, witnesses=WITNESSES))
    assert verified(folder).found == [(ORDER, len(played.log.lines))]
    assert verified(folder, "--tolerance", "120").code == 0


def test_a_chain_of_a_stream_that_was_cut(played: Played, forged: Forged) -> None:
    """An event taken out of its stream, with all hashes of the tree but not its chain made anew, and signed."""
    at, lines = attacked(played.log, played.half, delete_in_the_middle)
    renumbered = [replace(line, index=index) for index, line in enumerate(lines)]
    folder = resigned(forged(), Log(renumbered))
    (folder / "policy").unlink()
    stream = played.log.lines[at].stream
    after = next(line.index + 1 for line in renumbered[at:] if line.stream == stream)
    assert (CHAINS, after) in verified(folder).found


def test_a_checkpoint_of_another_origin(played: Played, forged: Forged) -> None:
    other = Signer("assessment.example.gov/another", LOG.type, LOG.seed)
    folder = unwitnessed(forged(), played.log)
    renamed = Log([*played.log.lines[:-1], replace(played.log.lines[-1], origin=other.name)], played.log.leaves)
    (folder / "checkpoint").write_bytes(renamed.checkpoint(by=[other]))
    (folder / "vkey").write_text(f"{other.verifier.vkey}\n")
    assert verified(folder).found == [(NOTES, None)]


def test_a_key_under_another_name_does_not_sign_for_the_log(played: Played, forged: Forged) -> None:
    other = Signer("assessment.example.gov/another", LOG.type, LOG.seed)
    folder = unwitnessed(forged(), played.log, other)
    (folder / "vkey").write_text(f"{LOG.verifier.vkey}\n{other.verifier.vkey}\n")
    assert verified(folder).found == [(NOTES, None)]
