"""The log over HTTP, read as a client of the public formats reads it, and proofs of single events."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.routes import events
from ledger.proof.checkpoint import Checkpoint, SignedCheckpoint
from ledger.proof.log_files import LogFiles
from ledger.proof.note import read_vkeys
from ledger.proof.policy import Policy
from ledger.proof.tiles import Tile, entry_bundles_of, read_entries, root_of, tiles_of
from ledger.proof.tlog_proof import TlogProof
from ledger.proof.tree import leaf_hash
from ledger.service import signing
from ledger.service.ledger import Ledger
from ledger.service.view import Page
from tests.backends import NewAddress
from tests.http.serving import Desk, problem_of
from tests.proof.live import administer
from tests.signing.signed import Kept, position

NO_TILES = (
    "", "0", "0/0", "0/00", "0/0000", "00/000", "-1/000", "64/000", "0/x000/000", "0/000.p/0", "0/000.p/256",
    "0/000.p/01", "0/000.p/1/2", "0/000/", "0//000", "1e1/000", "٠/000", "data/000", "entries", "entries/0",
    "entries/000.p",
)  # fmt: skip
QUORUM = Policy.parse(b"quorum none\n")


@dataclass(frozen=True)
class Log:
    """A served log whose last event no checkpoint covers."""

    desk: Desk
    nobody: httpx.Client

    @property
    def checkpoint(self) -> Checkpoint:
        return self.signed.checkpoint

    @property
    def signed(self) -> SignedCheckpoint:
        return SignedCheckpoint.parse(self.nobody.get("/log/checkpoint").content)

    def tile(self, tile: Tile) -> bytes:
        answer = (self.nobody if tile.level is not None else self.desk["auditor"]).get(f"/log/{tile.path}")
        assert answer.status_code == 200, (tile, answer.text)
        return answer.content

    def entries(self) -> list[bytes]:
        return [e for tile in entry_bundles_of(self.checkpoint.size) for e in read_entries(tile, self.tile(tile))]


@pytest.fixture(scope="module")
def log(new_address: NewAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    kept = Kept(new_address(), tmp_path_factory.mktemp("served"))
    with kept.office() as office:
        office.play("town", "2025-Q1", an=90)
        while position(office.ledger) < 300:
            office.talk("an", "2025-01")
    with kept.office(signing=False) as office:
        office.grant("auditor", "auditor")
        office.grant("scoped", "auditor", units=["一街道"])
        tokens = {name: str(caller.token) for name, caller in office.callers.items()}
    with kept.served(tokens, LEDGER_SIGNER="off") as desk, desk.server.client(None) as nobody:
        assert not kept.covered(desk.position)
        yield Log(desk, nobody)


def test_what_it_is_sent_as(log: Log) -> None:
    def sent(path: str, client: httpx.Client = log.nobody) -> tuple[str, str]:
        headers = client.get(f"/log/{path}").headers
        return headers["Content-Type"], headers["Cache-Control"]

    text, octets = "text/plain; charset=utf-8", "application/octet-stream"
    assert sent("checkpoint") == sent("vkey") == (text, "public, max-age=5")
    assert sent("tile/0/000") == (octets, "public, max-age=31536000, immutable")
    assert sent("tile/0/001.p/1") == (octets, "public, max-age=5")
    assert sent("tile/entries/000", log.desk["auditor"]) == (octets, "private, max-age=31536000, immutable")


def test_the_tiles_have_the_root_of_the_checkpoint(log: Log) -> None:
    checkpoint = log.checkpoint
    assert checkpoint.size > 256
    assert root_of(checkpoint.size, log.tile) == checkpoint.root
    log.signed.verify(read_vkeys(log.nobody.get("/log/vkey").content))


def test_the_tiles_are_those_that_the_entries_make(log: Log, tmp_path: Path) -> None:
    files = LogFiles(tmp_path)
    for entry in log.entries():
        files.append(entry, leaf_hash(entry))
    files.close()
    made = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    size = log.checkpoint.size
    assert made == {tile.path: log.tile(tile) for tile in (*tiles_of(size), *entry_bundles_of(size))}
    assert files.root() == log.checkpoint.root


def test_every_width_up_to_the_published_size_and_nothing_beyond(log: Log) -> None:
    size = log.checkpoint.size
    assert log.desk.position > size
    whole = log.tile(Tile(0, 1, size - 256))
    for width in range(1, size - 256 + 1):
        assert log.tile(Tile(0, 1, width)) == whole[: 32 * width]
    beyond = [Tile(0, 1, size - 255), Tile(0, 1), Tile(0, 2, 1), Tile(1, 0, 2), Tile(1, 0), Tile(2, 0, 1)]
    for tile in beyond:
        assert problem_of(log.nobody.get(f"/log/{tile.path}"))["code"] == "not-found"
    for tile in (Tile(None, 1, size - 255), Tile(None, 1), Tile(None, 2, 1)):
        assert log.desk["auditor"].get(f"/log/{tile.path}").status_code == 404


@pytest.mark.parametrize("path", NO_TILES)
def test_what_is_no_tile_is_not_there(log: Log, path: str) -> None:
    assert log.desk["auditor"].get(f"/log/tile/{path}").status_code == 404


@pytest.mark.parametrize("path", ["tile/entries/000", "tile/entries/nonsense", "tile/entries/999"])
def test_entries_are_for_auditors_of_everything(log: Log, path: str) -> None:
    assert log.nobody.get(f"/log/{path}").status_code == 401
    for name in ("organiser", "reviewer", "scoped"):
        assert log.desk[name].get(f"/log/{path}").status_code == 403


def test_proofs_lead_from_the_entries_to_the_checkpoint(log: Log) -> None:
    keys = read_vkeys(log.nobody.get("/log/vkey").content)
    entries = log.entries()
    lines = log.desk["auditor"].get("/v1/events", params={"limit": 40}).text.splitlines()
    for event in map(json.loads, lines):
        answer = log.desk["auditor"].get(f"/v1/events/{event['id']}/proof")
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        proof = TlogProof.parse(answer.content)
        assert proof.index == event["position"] - 1
        proof.verify(leaf_hash(entries[proof.index]), QUORUM, keys)


def ask(ledger: Ledger, path: str, token: str | None = None) -> httpx.Response:
    """A request to the application in this process, whose constants a test has set."""

    async def send() -> httpx.Response:
        app = create_app(ledger=ledger)
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://localhost", headers=headers
            ) as client,
        ):
            return await client.get(path, timeout=60)

    return asyncio.run(send())


def test_a_proof_waits_for_its_checkpoint_and_not_for_ever(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "EVERY", 0.5)
    with kept.office(signing=False) as office:

        def prove() -> httpx.Response:
            path = f"/v1/events/{office.talk('an', '2025-01')}/proof"
            return ask(office.ledger, path, office.callers["organiser"].token)

        monkeypatch.setattr(events, "PATIENCE", 0.2)
        refused = prove()
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert refused.headers["Retry-After"]
        monkeypatch.setattr(events, "PATIENCE", 20.0)
        office.ledger.start_signing()
        for _ in range(3):
            answer = prove()
            assert answer.status_code == 200
            proof = TlogProof.parse(answer.content)
            assert proof.index == proof.signed.checkpoint.size - 1 == position(office.ledger) - 1


def test_nothing_is_there_before_the_first_checkpoint(kept: Kept) -> None:
    with kept.office(signing=False) as office:
        for path in ("checkpoint", "vkey", "tile/0/000.p/1"):
            assert ask(office.ledger, f"/log/{path}").status_code == 404


def test_a_tail_that_is_gone_is_told_and_not_served_short(kept: Kept) -> None:
    with kept.office():
        pass
    with kept.office(signing=False) as office:
        office.grant("auditor", "auditor")
        auditor, size = office.callers["auditor"].token, kept.sizes()[-1]
        event = next(iter(office.ledger.feed.ledger(office.callers["auditor"])))["id"]
        administer(kept.address, "DELETE FROM events WHERE position = ?", size)
        for path in (f"log/tile/0/000.p/{size}", f"log/tile/entries/000.p/{size}", f"v1/events/{event}/proof"):
            answer = ask(office.ledger, f"/{path}", auditor)
            assert (answer.status_code, answer.json()["code"]) == (503, "log-diverged"), path
        assert ask(office.ledger, f"/log/tile/0/000.p/{size - 1}").status_code == 200


def test_a_checkpoint_that_is_none_any_more_is_listed_as_not_holding(kept: Kept) -> None:
    with kept.office():
        pass
    administer(kept.address, "UPDATE checkpoints SET note = ?", b"nothing")
    with kept.office(signing=False) as office:
        office.grant("auditor", "auditor")
        newest = office.ledger.checkpoints.listed(office.callers["auditor"], Page())["items"][0]
    assert [signature["holds"] for signature in newest["signatures"]] == [False]
