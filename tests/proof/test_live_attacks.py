"""Attacks on the events in the database itself: ``ledger verify`` shows what docs/proof.md says, no more, no less."""

from dataclasses import replace
from pathlib import Path

import pytest

from ledger.service.verifying import Given
from tests.backends import postgres_only
from tests.proof.attacks import (
    ATTACKS,
    CONSISTENCY,
    CONTENTS,
    RECEIPTS,
    WITNESS,
    Attack,
    anew,
    attacked,
    backdate,
    delete_in_the_middle,
    documented,
    name_of,
    renumber,
    table,
)
from tests.proof.bundles import LOG, POLICY, WITNESSES, Log
from tests.proof.live import Live, administer, checked, publish_alone, put, put_with_hashes, receipt, signed, under

EVENTS, KEPT = table("### The events"), table("### What was kept elsewhere")
each = pytest.mark.parametrize("attack", ATTACKS, ids=name_of)


def first_gone(live: Live, lines: int) -> int:
    """Where a log made anew differs, as far as its checkpoints tell: its end, or what the first does not cover."""
    return lines + 1 if lines < len(live.log.lines) else live.half + 1


def test_the_document_has_every_attack_and_no_other() -> None:
    assert list(EVENTS) == [name_of(attack) for attack in ATTACKS]


def test_the_ledger_is_sound_as_it_was_played(live: Live) -> None:
    sound = checked(live.address, live.files)
    assert (sound.found, sound.report.notices) == ([], [])


@each
def test_events_edited_under_their_hashes(live: Live, tmp_path: Path, attack: Attack) -> None:
    copy = live.copy(tmp_path / "copy")
    at, lines = attacked(live.log, live.half, attack)
    put(copy.address, under(live.log.leaves, lines))
    verdict = checked(copy.address, copy.unremembered)
    assert verdict.checks == documented(EVENTS[name_of(attack)][0], live=True)
    assert verdict.found[0] == (CONTENTS, at + 1)


@each
def test_every_hash_made_anew(live: Live, tmp_path: Path, attack: Attack) -> None:
    copy = live.copy(tmp_path / "copy")
    at, lines = attacked(live.log, live.half, attack)
    put_with_hashes(copy.address, anew(attack, lines))
    verdict = checked(copy.address, copy.unremembered)
    assert verdict.checks == documented(EVENTS[name_of(attack)][1], live=True)
    first = at + 1 if attack is renumber else first_gone(live, len(lines))
    assert verdict.found[0] == (CONTENTS, first)


def signed_again(live: Live, folder: Path, attack: Attack) -> tuple[Live, int, int]:
    """Everything made anew and signed with the stolen key, beside the memory that the signer had.

    Its attacked position, and the first that the log lacks or that no checkpoint vouches for.
    """
    copy = live.copy(folder)
    at, lines = attacked(live.log, live.half, attack)
    log = anew(attack, lines)
    put_with_hashes(copy.address, log)
    publish_alone(copy.address, log, log.checkpoint())
    return copy, at + 1, at + 1 if attack is renumber else len(lines) + 1 if len(lines) < len(live.log.lines) else 1


@each
def test_signed_again_it_is_shown_by_what_was_kept_elsewhere(live: Live, tmp_path: Path, attack: Attack) -> None:
    copy, position, first = signed_again(live, tmp_path / "copy", attack)
    itself = documented(EVENTS[name_of(attack)][2], live=True)
    alone = checked(copy.address, copy.unremembered)
    assert alone.checks == itself
    kept = receipt(live, position, tmp_path / "receipt")
    since = tmp_path / "since"
    since.write_bytes(kept.read_bytes().partition(b"\n\n")[2])
    policy = tmp_path / "policy"
    policy.write_bytes(POLICY)
    with_policy = replace(copy.unremembered, policy=policy)
    verdicts = {
        "the signer's memory": (checked(copy.address, copy.files), (CONSISTENCY, first)),
        "a checkpoint (`--since`)": (
            checked(copy.address, copy.unremembered, Given(since=[since])),
            (CONSISTENCY, first),
        ),
        "a receipt (`--receipt`)": (
            checked(copy.address, copy.unremembered, Given(receipts=[kept])),
            (RECEIPTS, position),
        ),
        "a policy with witnesses": (checked(copy.address, with_policy), (WITNESS, None)),
    }
    for what, (verdict, told) in verdicts.items():
        assert verdict.checks == itself | documented(KEPT[what][0], live=True), what
        assert told in verdict.found, what


def cosigned(live: Live, log: Log, folder: Path) -> Given:
    """The log's newest checkpoint gets the cosignatures of its witnesses."""
    note = log.checkpoint(at=5, witnesses=WITNESSES)
    administer(live.address, "UPDATE checkpoints SET note = ? WHERE size = ?", note, len(log.lines))
    (folder / "policy").write_bytes(POLICY)
    return Given(max_age=3600)


def test_yesterdays_file_put_back(live: Live, tmp_path: Path) -> None:
    """The events after the first quarter are gone, with their checkpoint; and then the signer's memory too."""
    copy = live.copy(tmp_path / "copy")
    yesterday = Log(live.log.lines[: live.half])
    put_with_hashes(copy.address, yesterday)
    administer(copy.address, "DELETE FROM checkpoints WHERE number > 1")
    gone = live.half + 1
    assert checked(copy.address, copy.files).found == [(CONSISTENCY, gone)]
    assert copy.files.memory is not None
    copy.files.memory.write_text(yesterday.checkpoint().decode().partition("\n\n")[0] + "\n")
    assert checked(copy.address, copy.files).found == []  # what no check can show
    kept = receipt(live, gone, tmp_path / "receipt")
    since = tmp_path / "since"
    since.write_bytes(kept.read_bytes().partition(b"\n\n")[2])
    assert checked(copy.address, copy.files, Given(since=[since])).found == [(CONSISTENCY, gone)]
    held = checked(copy.address, copy.files, Given(receipts=[kept]))
    assert held.found == [(RECEIPTS, gone), (RECEIPTS, gone)]
    too_old = cosigned(copy, yesterday, tmp_path)
    files = replace(copy.files, policy=tmp_path / "policy")
    assert checked(copy.address, files).found == []
    assert checked(copy.address, files, too_old).found == [(WITNESS, None)]


@postgres_only
@pytest.mark.parametrize("attack", [backdate, delete_in_the_middle], ids=name_of)
def test_the_same_on_the_other_database(address: str, tmp_path: Path, attack: Attack) -> None:
    live = signed(address, tmp_path)
    assert checked(address, live.files).found == []
    at, lines = attacked(live.log, live.half, attack)
    put(address, under(live.log.leaves, lines))
    edited = checked(address, live.unremembered)
    assert (edited.checks, edited.found[0]) == (documented(EVENTS[name_of(attack)][0], live=True), (CONTENTS, at + 1))
    log = anew(attack, lines)
    put_with_hashes(address, log)
    hashed = checked(address, live.unremembered)
    assert hashed.checks == documented(EVENTS[name_of(attack)][1], live=True)
    publish_alone(address, log, log.checkpoint(by=[LOG]))
    assert checked(address, live.unremembered).checks == documented(EVENTS[name_of(attack)][2], live=True)
    first = len(lines) + 1 if len(lines) < len(live.log.lines) else 1
    assert (CONSISTENCY, first) in checked(address, live.files).found
