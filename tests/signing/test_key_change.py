"""A new key of the log: announced in the log, beside the old one until a day, and alone from then on."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from ledger.proof.checkpoint import SignedCheckpoint
from ledger.proof.keys import Signer
from ledger.service import signing
from tests.failures.cluster import until
from tests.office import ZONE, Office, refused
from tests.proof.bundles import verified
from tests.signing.signed import OPERATOR, Kept, position

LAST = date(2025, 1, 10)


@pytest.fixture
def office(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(signing, "EVERY", 0.1)
    with kept.office() as office:
        office.grant("auditor", "auditor")
        yield office


def signed(kept: Kept, office: Office, now: datetime) -> list[bytes]:
    """The ids of the keys that sign an event recorded at a time."""
    office.now = now
    office.talk("an", "2025-01")
    at = position(office.ledger)
    until(lambda: kept.covered(at))
    return [made.id for made in kept.published()[-1].note.signatures]


def changed(office: Office, last: date = LAST) -> Signer:
    return office.ledger.origins.change_key(OPERATOR, last).result()


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2025, 1, day, hour, minute, second, tzinfo=ZONE)


def test_both_sign_until_the_day_ends_and_then_the_new_one_alone(kept: Kept, office: Office) -> None:
    (old,) = kept.signers
    new = changed(office)
    assert kept.signers == (old, new)
    both = [old.verifier.id, new.verifier.id]
    assert signed(kept, office, at(1, 10)) == both
    assert signed(kept, office, at(10, 23, 59, 59)) == both
    assert signed(kept, office, at(11, 0)) == both[1:]
    third = changed(office, date(2025, 1, 31))
    assert signed(kept, office, at(12, 9)) == [new.verifier.id, third.verifier.id]
    assert signed(kept, office, datetime(2025, 2, 1, 9, tzinfo=ZONE)) == [third.verifier.id]
    served = office.ledger.log.checkpoint().vkeys.decode()
    assert served == f"{third.verifier.vkey}\n"


def test_a_day_past_is_refused_and_today_is_not(kept: Kept, office: Office) -> None:
    office.now = at(10, 12)
    with refused("invalid", "day_past"):
        changed(office, date(2025, 1, 9))
    assert len(kept.signers) == 1
    changed(office)
    assert len(kept.signers) == 2


def test_a_key_file_that_is_gone_changes_nothing(kept: Kept, office: Office) -> None:
    before = position(office.ledger)
    octets = kept.keys.read_bytes()
    kept.keys.unlink()
    with pytest.raises(FileNotFoundError):
        changed(office)
    assert position(office.ledger) == before
    kept.keys.write_bytes(octets)
    kept.keys.chmod(0o600)


@pytest.fixture
def bundle(kept: Kept, office: Office, tmp_path: Path) -> Path:
    """Of a log whose key was changed twice."""
    for last in (LAST, date(2025, 1, 31)):
        changed(office, last)
        signed(kept, office, datetime(2025, 1, last.day - 1, 9, tzinfo=ZONE))
    signed(kept, office, datetime(2025, 2, 1, 9, tzinfo=ZONE))
    directory = tmp_path / "bundle"
    office.ledger.export_bundle(office.callers["auditor"], directory)
    return directory


def test_who_knows_the_first_key_alone_comes_to_know_the_others(kept: Kept, bundle: Path, tmp_path: Path) -> None:
    first, *_ = kept.signers
    for signer, code in ((first, 0), (Signer.generate(first.name), 1)):
        (tmp_path / "vkey").write_text(f"{signer.verifier.vkey}\n", encoding="utf-8")
        verdict = verified(bundle, "--vkey", tmp_path / "vkey")
        assert verdict.code == code, verdict.out


def test_a_retired_key_signs_nothing_later(kept: Kept, bundle: Path, tmp_path: Path) -> None:
    first, second, third = kept.signers
    checkpoint = bundle / "checkpoint"
    note = SignedCheckpoint.parse(checkpoint.read_bytes()).checkpoint.note()
    for signers, code in (((first,), 1), ((first, second), 1), ((first, second, third), 0), ((third,), 0)):
        checkpoint.write_bytes(note.signed(*signers).to_bytes())
        verdict = verified(bundle)
        assert verdict.code == code, verdict.out
        assert [check for check, _ in verdict.found] == [2] * code


def test_a_later_change_takes_the_time_that_an_earlier_one_left(kept: Kept, office: Office, tmp_path: Path) -> None:
    changed(office, date(2025, 1, 31))
    third = changed(office)
    assert signed(kept, office, at(11, 9)) == [third.verifier.id]
    office.ledger.export_bundle(office.callers["auditor"], tmp_path / "bundle")
    assert verified(tmp_path / "bundle").code == 0
    checkpoint = tmp_path / "bundle" / "checkpoint"
    note = SignedCheckpoint.parse(checkpoint.read_bytes()).checkpoint.note()
    checkpoint.write_bytes(note.signed(*kept.signers[:2]).to_bytes())
    assert [check for check, _ in verified(tmp_path / "bundle").found] == [2]
