"""A played ledger and its bundle, made once for all tests of it; each test forges a copy of its own."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.proof.bundle import Evidence
from tests.proof.bundles import POLICY, VKEY, WITNESSES, Log, play, written
from tests.proof.live import Live, signed


@dataclass(frozen=True)
class Played:
    """The ledger's file, its bundle, its events; ``half`` of them are under the earlier checkpoint."""

    address: str
    bundle: Path
    log: Log
    half: int


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("bundle")
    address = f"sqlite:///{folder / 'ledger.db'}"
    play(address)

    def evidence(log: Log) -> Evidence:
        earlier = [log.checkpoint(half_of(log), at=5, witnesses=WITNESSES), log.checkpoint(1)]
        return Evidence(log.checkpoint(at=5, witnesses=WITNESSES[:2]), VKEY, POLICY, earlier)

    log = written(address, folder / "bundle", evidence)
    return Played(address, folder / "bundle", log, half_of(log))


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Live:
    """A ledger in a file, signed by its own signer; each test attacks a copy."""
    folder = tmp_path_factory.mktemp("live")
    return signed(f"sqlite:///{folder / 'ledger.db'}", folder)


def half_of(log: Log) -> int:
    """The first quarter, sealed."""
    return log.position("sealed", 3)


@pytest.fixture
def forged(played: Played, tmp_path: Path) -> Callable[[], Path]:
    """Copies of the bundle, to do with as one likes."""

    def copy() -> Path:
        made = tmp_path / f"copy-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(played.bundle, made)
        return made

    return copy
