"""A bundle of the played district, verified by others: by verify.py beside ``cryptography`` alone, and by Go.

The Go program uses the libraries of Go's checksum database (Debian: golang-go, golang-golang-x-mod-dev) and nothing of
ours.
"""

import importlib.util
import os
import shutil
import subprocess
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.proof.key_files import create_key
from ledger.proof.note import Note
from ledger.service.ledger import Ledger
from ledger.settings import SigningFiles
from tests.asof.playing import play
from tests.http.test_play import steps
from tests.office import Office
from tests.proof.bundles import LOG, STRANGER, VKEY, found
from tests.proof.live import Live, exported, read, receipt

GOCODE = Path("/usr/share/gocode")
NEEDED = ("cryptography", "cffi", "_cffi_backend", "pycparser")
"""The package and what it needs itself."""


@dataclass(frozen=True)
class Taken:
    """A bundle, checkpoints that were kept before, and receipts."""

    bundle: Path
    earlier: list[Path]
    receipts: list[Path]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    folder = tmp_path_factory.mktemp("district")
    address, files = f"sqlite:///{folder / 'ledger.db'}", SigningFiles(folder / "key", folder / "signer")
    create_key(folder / "key", LOG)

    def sign() -> None:
        with Ledger(address, signing=files) as ledger:
            ledger.start_signing()

    found(address)
    played = steps("district-2025.jsonl.gz")
    with Office(address) as office:
        for number, _ in enumerate(play(office, played)):
            if number in (1, len(played) // 3, len(played) // 2):
                sign()
    sign()
    live = Live(address, files, read(address), 0)
    bundle, size = exported(live, folder / "bundle"), len(live.log.lines)
    positions = (1, 256, 257, size // 2, size)
    receipts = [receipt(live, position, folder / f"{position}.tlog-proof") for position in positions]
    return Taken(bundle, sorted((bundle / "checkpoints").iterdir()), receipts)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment in which there is nothing but ``cryptography``."""
    folder = tmp_path_factory.mktemp("alone")
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in NEEDED:
        spec = importlib.util.find_spec(name)
        assert spec is not None, name
        origin = Path(str(spec.origin))
        source = origin.parent if origin.name == "__init__.py" else origin
        (packages / source.name).symlink_to(source)
    return folder / "bin" / "python"


def ran(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, cwd="/", env=environment or None
    )


def test_verify_py_needs_nothing_but_cryptography(district: Taken, python: Path) -> None:
    bundle = district.bundle
    assert "No module named 'ledger'" in ran(python, "-c", "import ledger").stderr
    assert "No module named 'httpx'" in ran(python, "-c", "import httpx").stderr
    given: list[str | Path] = ["--since", *district.earlier, "--receipt", *district.receipts]
    verdict = ran(python, bundle / "verify.py", bundle, *given)
    assert (verdict.returncode, verdict.stderr) == (0, "")
    assert verdict.stdout.splitlines()[-1] == "sound"


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of the second opinion, built."""
    program, folder = tmp_path_factory.mktemp("go") / "second-opinion", Path(__file__).parent / "second_opinion"
    there = shutil.which("go") is not None and (GOCODE / "src/golang.org/x/mod/sumdb").is_dir()
    assert there, "install golang-go and golang-golang-x-mod-dev, whose libraries give the second opinion"
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GOCODE), "GOCACHE": str(program.parent / "cache")}
    built = ran("go", "build", "-o", program, folder / "main.go", **environment)
    assert built.returncode == 0, built.stderr
    return program


def asked(go: Path, bundle: Path, taken: Taken, vkey: bytes = VKEY) -> subprocess.CompletedProcess[str]:
    key = go.parent / "vkey"
    key.write_bytes(vkey)
    return ran(go, key, bundle, *taken.earlier, "--", *taken.receipts)


def test_go_comes_to_the_same_verdict(district: Taken, go: Path) -> None:
    verdict = asked(go, district.bundle, district)
    assert (verdict.returncode, verdict.stderr) == (0, "")
    size, root = (district.bundle / "checkpoint").read_text().split("\n")[1:3]
    assert verdict.stdout == f"sound: {size} entries, root {root}\n"
    assert len(district.earlier) == 3


def edited(path: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def edit(bundle: Path) -> None:
        octets = (bundle / path).read_bytes()
        assert old in octets
        (bundle / path).write_bytes(octets.replace(old, new, 1))

    return edit


@pytest.mark.parametrize(
    "edit",
    [
        edited("tile/entries/005", b'"points":"', b'"points":"1'),
        edited("tile/entries/005", b"cadre:", b"cadrE:"),
        edited("checkpoint", b"\n", b"x\n"),
        lambda bundle: (bundle / "tile/entries/003").unlink(),
    ],
    ids=["points", "stream", "checkpoint", "missing"],
)
def test_go_refuses_what_is_altered(district: Taken, go: Path, tmp_path: Path, edit: Callable[[Path], None]) -> None:
    shutil.copytree(district.bundle, tmp_path / "bundle")
    edit(tmp_path / "bundle")
    verdict = asked(go, tmp_path / "bundle", district)
    assert (verdict.returncode, verdict.stdout) == (1, "")
    assert verdict.stderr.startswith("refused: ")


def test_go_refuses_another_key_and_another_history(district: Taken, go: Path, tmp_path: Path) -> None:
    other = asked(go, district.bundle, district, f"{STRANGER.verifier.vkey}\n".encode())
    assert (other.returncode, other.stdout) == (1, "")
    forked = tmp_path / "forked"
    lines = district.earlier[0].read_text().partition("\n\n")[0].split("\n")
    lines[1] = str(int(lines[1]) - 1)  # of its root, a smaller size
    forked.write_bytes(Note("\n".join(lines) + "\n").signed(LOG).to_bytes())
    verdict = asked(go, district.bundle, Taken(district.bundle, [forked], []))
    assert (verdict.returncode, verdict.stdout) == (1, "")
