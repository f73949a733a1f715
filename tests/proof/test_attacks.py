"""The same attacks on the files of a bundle, each as far as its attacker can go: what docs/proof.md says of bundles.

He edits entries and leaves the hashes; or makes every index, version, chain and tile anew; or signs the result, and
then only what is kept in other hands or what the log says about itself gives him away.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.proof.tiles import WIDTH, entry_bundles_of, write_entries
from tests.proof.attacks import (
    ATTACKS,
    CONSISTENCY,
    CONTENTS,
    RECEIPTS,
    WITNESS,
    Attack,
    anew,
    attacked,
    documented,
    name_of,
    table,
)
from tests.proof.bundles import Log, Verdict, resigned, verified
from tests.proof.conftest import Played

Forged = Callable[[], Path]
EVENTS, KEPT = table("### The events"), table("### What was kept elsewhere")
each = pytest.mark.parametrize("attack", ATTACKS, ids=name_of)


def put(folder: Path, log: Log, size: int, *, hashes: bool) -> None:
    """Bundles of entries under the names that a log of that size has; with the tiles of hashes made anew or left."""
    if hashes:
        log.write_tiles(folder)
    for tile in entry_bundles_of(size):
        start, end = tile.index * WIDTH, (tile.index + 1) * WIDTH
        octets = write_entries([line.to_bytes() for line in log.lines[start : min(end, size)]])
        (folder / tile.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / tile.path).write_bytes(octets)


def checks(verdict: Verdict) -> set[int]:
    return {check for check, _ in verdict.found}


@each
def test_entries_edited_under_their_hashes(played: Played, forged: Forged, attack: Attack) -> None:
    at, lines = attacked(played.log, played.half, attack)
    folder = forged()
    put(folder, Log(lines), len(played.log.lines), hashes=False)
    verdict = verified(folder)
    assert verdict.code == 1
    assert verdict.found[0] == (CONTENTS, at + 1)
    assert checks(verdict) == documented(EVENTS[name_of(attack)][0], live=False)


@each
@pytest.mark.parametrize("earlier", [True, False])
def test_every_hash_made_anew_under_the_signed_root(
    played: Played, forged: Forged, attack: Attack, earlier: bool
) -> None:
    """Without a hash of the old entry left, the position is the first after what an earlier checkpoint covers."""
    _, lines = attacked(played.log, played.half, attack)
    size, folder = len(played.log.lines), forged()
    if not earlier:
        shutil.rmtree(folder / "checkpoints")
    put(folder, anew(attack, lines), size, hashes=True)
    verdict = verified(folder)
    assert verdict.found[0] == (CONTENTS, len(lines) + 1 if len(lines) < size else played.half + 1 if earlier else 1)
    assert checks(verdict) == documented(EVENTS[name_of(attack)][1], live=False)


@each
def test_signed_again_it_is_shown_by_what_was_kept_elsewhere(
    played: Played, forged: Forged, attack: Attack, tmp_path: Path
) -> None:
    at, lines = attacked(played.log, played.half, attack)
    folder = resigned(forged(), anew(attack, lines))
    itself = documented(EVENTS[name_of(attack)][2], live=False)
    witnessed = verified(folder)
    (folder / "policy").unlink()
    assert checks(verified(folder)) == itself  # what no check can show, if it is empty
    since, receipt = tmp_path / "since", tmp_path / "receipt"
    since.write_bytes((played.bundle / "checkpoint").read_bytes())
    receipt.write_bytes(played.log.receipt(played.bundle, at + 1, since.read_bytes()))
    first = len(lines) + 1 if len(lines) < len(played.log.lines) else played.half + 1
    verdicts = {
        "a checkpoint (`--since`)": (verified(folder, "--since", since), (CONSISTENCY, first)),
        "a receipt (`--receipt`)": (verified(folder, "--receipt", receipt), (RECEIPTS, at + 1)),
        "a policy with witnesses": (witnessed, (WITNESS, None)),
    }
    for what, (verdict, told) in verdicts.items():
        assert checks(verdict) == itself | documented(KEPT[what][0], live=False), what
        assert told in verdict.found, what
