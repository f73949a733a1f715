"""What the proof costs: a single append over HTTP with and without it, verifying a whole log, and making one proof."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import httpx

from ledger.proof.checkpoint import Checkpoint
from ledger.proof.key_files import create_key
from ledger.proof.tlog_proof import TlogProof
from ledger.recording.log import hash_at
from ledger.recording.opening import open_database
from ledger.settings import default_origin
from tests.benchmarks.alone import alone
from tests.benchmarks.figures import Effort, Figure, Goal, beside
from tests.benchmarks.ledgers import Made
from tests.benchmarks.measure import in_turn, median_ms
from tests.http.serving import Server, granted
from tests.office import scheme
from tests.proof.witnessing import Log, WitnessServer

COST = 1.1
RATE = 100_000
MEMORY = 200
PROOF_MS = 5
MIB = 2**20
APPENDS = 20
"""Appends for each repetition: one takes milliseconds, and their spread is as large."""
CADRES = 50
_QUIET = ("sh", "-c", 'exec "$@" 2>/dev/null', "sh")
_BARE = ("sh", "-c", 'python=$1; shift 3; exec "$python" -m tests.benchmarks.bare "$@" 2>/dev/null', "sh")
"""In the place of ``python -m ledger``."""


def measure(made: Sequence[Made], effort: Effort) -> Iterator[Figure]:
    """Appending on new ledgers in files; verifying and proving on those that are there."""
    yield _appending(effort)
    for ledger in made:
        yield from _verifying(ledger, effort)
        yield _proving(ledger, effort)


def _appending(effort: Effort) -> Figure:
    """Two servers that take the same events in turn, one of them with leaf, checkpoint and witness."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        clients = {
            "bare": stack.enter_context(_served(Path(folder, "bare"), _BARE, {}, stack)),
            "proven": stack.enter_context(
                _served(Path(folder, "proven"), _QUIET, _witnessed(Path(folder), stack), stack)
            ),
        }
        acts = {name: partial(_append, client) for name, client in clients.items()}
        found = median_ms(acts, APPENDS * effort.repetitions)
        proven = clients["proven"].get("/log/checkpoint")
        assert "witness.example" in proven.raise_for_status().text
    without = beside("without leaf, checkpoint and witness", found["proven"], found["bare"])
    goal = Goal(f"< {COST} × without", without.ratio < COST)
    events = 2 * (APPENDS * effort.repetitions + 1)
    return Figure("append over HTTP", "sqlite", events, found["proven"], "ms", (without,), (goal,))


def _witnessed(folder: Path, stack: ExitStack) -> dict[str, str]:
    """A key, a witness that runs, and a policy: what a server's environment says of them."""
    log, key, policy = Log(origin=default_origin()), folder / "key", folder / "policy"
    create_key(key, log.signer)
    witness = stack.enter_context(WitnessServer(folder / "witness", [log]))
    policy.write_text(f"witness w {witness.verifier.vkey} {witness.address}\nquorum w\n")
    return {"LEDGER_KEY": str(key), "LEDGER_SIGNER_STATE": f"{key}.signer", "LEDGER_POLICY": str(policy)}


def _served(
    file: Path, prefix: Sequence[str], environment: dict[str, str], stack: ExitStack
) -> AbstractContextManager[httpx.Client]:
    """A client of a new ledger with some cadres."""
    token = granted(file, "organiser", "organiser")
    server = stack.enter_context(Server(file, *prefix, **environment))
    with server.client(token) as client:
        client.post("/v1/groups/town/schemes/2025", json=scheme()).raise_for_status()
        for number in range(CADRES):
            posting = {"name": "样本", "unit": "样本单位", "post": "主任", "group": "town", "since": "2025-01"}
            client.post("/v1/cadres", json={"cadre": f"c{number}", **posting}).raise_for_status()
    return server.client(token)


def _append(client: httpx.Client, number: int) -> None:
    observed = {"type": "observed", "period": "2025-01", "channel": "frontline", "finding": f"现场了解{number}"}
    client.post(f"/v1/cadres/c{number % CADRES}/events", json=observed).raise_for_status()


def _verifying(ledger: Made, effort: Effort) -> Iterator[Figure]:
    """Checks 1 to 6 of the live log; the worst memory of the runs."""
    acts = {act: partial(alone, act, ledger.address, 1) for act in ("read", "verify")}
    ran = in_turn(acts, effort.runs)
    rates = {act: median(one.rate for one in runs) for act, runs in ran.items()}
    reading = beside("reading the rows in order", rates["verify"], rates["read"])
    goal = Goal(f"≥ {RATE:,}", rates["verify"] >= RATE)
    yield Figure("verify on one core", ledger.backend, ledger.events, rates["verify"], "events/s", (reading,), (goal,))
    peaks = {act: max(one.peak for one in runs) / MIB for act, runs in ran.items()}
    reading = beside("reading the rows in order", peaks["verify"], peaks["read"])
    goal = Goal(f"< {MEMORY} MiB", peaks["verify"] < MEMORY)
    yield Figure("memory of verify", ledger.backend, ledger.events, peaks["verify"], "MiB", (reading,), (goal,))


def _proving(ledger: Made, effort: Effort) -> Figure:
    """A proof made from the database, each of another event; the reading of one event beside it."""
    random, size = Random(6), ledger.events
    checkpoint = Checkpoint("bench", size, bytes(32))  # of whatever root: the path is the work
    note = checkpoint.note().signed(Log().signer).to_bytes()
    with closing(open_database(ledger.address)) as database, database.read() as connection:

        def prove(_: int) -> bytes:
            return TlogProof.make(random.randrange(size), note, hash_at(connection, size)).to_bytes()

        def read(_: int) -> object:
            found = connection.execute("SELECT state FROM events WHERE position = ?", (random.randrange(size) + 1,))
            return found.fetchone()

        found = median_ms({"prove": prove, "read": read}, effort.repetitions)
    reading = beside("reading an event", found["prove"], found["read"])
    goal = Goal(f"< {PROOF_MS} ms", found["prove"] < PROOF_MS)
    return Figure("making a proof", ledger.backend, size, found["prove"], "ms", (reading,), (goal,))
