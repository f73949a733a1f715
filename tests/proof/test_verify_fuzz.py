"""verify.py comes to a verdict whatever a bundle holds, and no byte of a log can change unseen."""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.proof import verify
from tests.proof.bundles import LOG, ORIGIN, WITNESSES, Line, Log
from tests.proof.conftest import Played

SLOW = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(
    ["group", "period", "revision", "results", "origin", "old_origin", "common_size", "common_root", "vkey", "until"]
)
TYPES = st.sampled_from(["founded", "origin_declared", "key_changed", "sealed", "month_graded", "scored", ""])
STREAMS = st.sampled_from(["ledger", "round:town:2025-05", "cadre:c01", "", "\u0007"])


def judged(folder: Path, capsys: pytest.CaptureFixture[str]) -> int:
    """The exit code; not by an error that nobody foresaw."""
    code = verify.main([str(folder), "--json"])
    told = capsys.readouterr()
    assert "Error" not in told.err
    assert (code == 2) == (told.out == "")
    assert code == 2 or json.loads(told.out)["sound"] == (code == 0)
    return code


@dataclass
class Copy:
    folder: Path
    files: list[Path]


@pytest.fixture(scope="module")
def copy(played: Played, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    folder = tmp_path_factory.mktemp("fuzz") / "bundle"
    shutil.copytree(played.bundle, folder)
    return Copy(folder, sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".py"))


@SLOW
@given(data=st.data())
def test_no_byte_of_the_log_changes_unseen(copy: Copy, capsys: pytest.CaptureFixture[str], data: st.DataObject) -> None:
    logged = [path for path in copy.files if "tile" in path.parts or path.name == "checkpoint"]
    path = data.draw(st.sampled_from(logged))
    octets = path.read_bytes()
    at = data.draw(st.integers(0, len(octets) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda octet: octet != octets[at]))
    try:
        path.write_bytes(octets[:at] + bytes([other]) + octets[at + 1 :])
        assert judged(copy.folder, capsys) == 1
    finally:
        path.write_bytes(octets)


@SLOW
@given(data=st.data())
def test_a_verdict_on_any_files(copy: Copy, capsys: pytest.CaptureFixture[str], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(copy.files))
    octets = path.read_bytes()
    low, high = sorted(data.draw(st.tuples(st.integers(0, len(octets)), st.integers(0, len(octets)))))
    piece = data.draw(st.binary(max_size=20) | st.just(octets[low:high] * 2))
    try:
        path.write_bytes(octets[:low] + piece + octets[high:])
        assert judged(copy.folder, capsys) in (0, 1, 2)
    finally:
        path.write_bytes(octets)


@SLOW
@given(data=st.data())
def test_a_verdict_on_any_events(
    played: Played, copy: Copy, capsys: pytest.CaptureFixture[str], data: st.DataObject
) -> None:
    """Of a log that is signed as it should be, over events that nobody should have written."""
    lines = list(played.log.lines[-40:])
    for at in data.draw(st.sets(st.integers(0, 39), min_size=1, max_size=4)):
        state = {"id": "x", "data": data.draw(st.dictionaries(FIELDS, JSON) | JSON)}
        stream, type_ = data.draw(STREAMS), data.draw(TYPES)
        octets = json.dumps(state, separators=(",", ":")).encode()
        lines[at] = replace(lines[at], stream=stream, type=type_, state=octets)
    log = Log([founding(played), *lines]).rechained()
    folder = copy.folder.with_name("events")
    shutil.rmtree(folder, ignore_errors=True)
    log.write_tiles(folder)
    (folder / "vkey").write_text(f"{LOG.verifier.vkey}\n")
    (folder / "checkpoint").write_bytes(log.checkpoint(witnesses=WITNESSES))
    assert judged(folder, capsys) in (0, 1)


def founding(played: Played) -> Line:
    assert played.log.lines[0].data["origin"] == ORIGIN
    return played.log.lines[0]
