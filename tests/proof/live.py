"""A live ledger in tests: played and signed by its own signer, rewritten by who can write its database, verified."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ledger.policy import Actor
from ledger.proof import verify
from ledger.proof.key_files import create_key
from ledger.proof.tiles import WIDTH
from ledger.proof.tree import Frontier, subtree_root
from ledger.recording.database import Connection
from ledger.recording.log import with_origins
from ledger.recording.opening import open_database
from ledger.recording.rebuilding import rebuild
from ledger.recording.tables import select_rows
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from ledger.service.verifying import Given, verify_ledger
from ledger.settings import SigningFiles
from tests.backends import is_sqlite
from tests.proof.bundles import LOG, VKEY, Line, Log, play

COLUMNS = "stream, version, type, schema, position, recorded_at, id, cadre, period, prev, leaf, state"
Found = list[tuple[int, int | None]]


@dataclass(frozen=True)
class Live:
    """Its address, the signer's files, its events, and how many of them the first checkpoint covers."""

    address: str
    files: SigningFiles
    log: Log
    half: int

    @property
    def unremembered(self) -> SigningFiles:
        """For who brings nothing but the log's key."""
        return replace(self.files, memory=None)

    def copy(self, folder: Path) -> "Live":
        """A copy of a ledger in a file, and of the files beside it."""
        shutil.copytree(Path(self.address.removeprefix("sqlite:///")).parent, folder)
        memory = folder / "ledger.db.signer"
        return replace(self, address=f"sqlite:///{folder / 'ledger.db'}", files=replace(self.files, memory=memory))


def signed(address: str, folder: Path) -> Live:
    """Play a ledger; its own signer publishes a checkpoint after the first quarter, and one of everything."""
    files = SigningFiles(folder / "key", folder / "ledger.db.signer")
    create_key(folder / "key", LOG)

    def sign() -> None:
        with Ledger(address, signing=files) as ledger:
            ledger.start_signing()

    quarters = iter((sign,))
    play(address, lambda: next(quarters, lambda: None)())
    sign()
    log = read(address)
    return Live(address, files, log, log.position("sealed", 3))


def read(address: str) -> Log:
    with administered(address) as connection:
        rows = list(with_origins(select_rows(connection, "1 = 1 ORDER BY position")))
    lines = [Line.parse(row.entry(origin)) for row, origin in rows]
    return Log(lines, [bytes.fromhex(row.leaf) for row, _ in rows])


@dataclass(frozen=True)
class Checked:
    """What was found: checks and positions, the first position first."""

    report: verify.Report
    found: Found

    @property
    def checks(self) -> set[int]:
        return set(self.report.counts)

    @property
    def told(self) -> str:
        return "\n".join(self.report.as_text())


def checked(address: str, files: SigningFiles, given: Given | None = None) -> Checked:
    report = verify_ledger(address, files, given or Given(), 1, lambda done, of, what: None)
    return Checked(report, [(finding.check, finding.position) for finding in report.ordered()])


# What who owns the tables can do


@contextmanager
def administered(address: str) -> Iterator[Connection]:
    """A transaction past the ledger, without its triggers."""
    with closing(open_database(address)) as database, database.write() as connection:
        if is_sqlite(address):
            for (name,) in list(connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
                connection.execute(f"DROP TRIGGER {name}")
        else:
            connection.execute("ALTER TABLE events DISABLE TRIGGER ALL")
        yield connection


def administer(address: str, statement: str, *parameters: object) -> None:
    with administered(address) as connection:
        connection.execute(statement, parameters)


def put(address: str, log: Log) -> None:
    """Put these events in the place of those that are there; what stands beside them fits."""
    with administered(address) as connection:
        periods = dict(iter(connection.execute("SELECT id, period FROM events")))
        models = {line.stream: periods.get(line.id) for line in log.lines}
        connection.execute("DELETE FROM events")
        connection.executemany(
            f"INSERT INTO events ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    line.stream,
                    line.version,
                    line.type,
                    line.schema,
                    line.index + 1,
                    line.recorded_at,
                    line.id,
                    line.stream[6:] if line.stream.startswith("cadre:") else None,
                    periods.get(line.id, line.data.get("period") or models[line.stream]),
                    line.prev,
                    leaf.hex(),
                    line.state,
                )
                for line, leaf in zip(log.lines, log.leaves, strict=True)
            ],
        )


def under(leaves: Sequence[bytes], lines: Sequence[Line]) -> Log:
    """Lines over the hashes that stood at their positions; beyond those over their own."""
    stood = [*leaves, *Log(lines).leaves[len(leaves) :]]
    return Log(lines, [stood[line.index] if line.index < len(stood) else stood[-1] for line in lines])


def put_with_hashes(address: str, log: Log) -> None:
    """These events, the tiles, the head and the views that they make."""
    put(address, log)
    tree = Frontier()
    for leaf in log.leaves:
        tree = tree.append(leaf)
    with administered(address) as connection:
        connection.execute("DELETE FROM tiles")
        for index in range(tree.size // WIDTH):
            hashes = log.leaves[index * WIDTH : (index + 1) * WIDTH]
            tile = (index, b"".join(hashes), subtree_root(hashes))
            connection.execute("INSERT INTO tiles (level, idx, hashes, root) VALUES (0, ?, ?, ?)", tile)
        head = (tree.size, log.lines[-1].recorded_at, tree.to_bytes())
        connection.execute("UPDATE head SET size = ?, recorded_at = ?, frontier = ?", head)
    rebuild(address, 1, lambda done, of: None)


def publish_alone(address: str, log: Log, note: bytes) -> None:
    """As if this checkpoint were the only one that was ever published."""
    with administered(address) as connection:
        connection.execute("DELETE FROM checkpoints")
        made = (1, len(log.lines), note, VKEY, log.lines[-1].recorded_at)
        connection.execute("INSERT INTO checkpoints (number, size, note, vkeys, made_at) VALUES (?, ?, ?, ?, ?)", made)


def receipt(live: Live, position: int, path: Path) -> Path:
    """A client's receipt for the event at a position, from the ledger itself."""
    with Ledger(live.address, signing=SigningFiles()) as ledger:
        proof = ledger.log.proof(position)
    assert proof is not None
    path.write_bytes(proof)
    return path


def newest(address: str) -> bytes:
    """The newest checkpoint's note."""
    with administered(address) as connection:
        (note,) = connection.execute("SELECT note FROM checkpoints ORDER BY number DESC LIMIT 1").fetchone()
    return bytes(note)


def exported(live: Live, directory: Path, cadre: str | None = None) -> Path:
    """A bundle of what was published, of everything or of one cadre, as ``ledger export --bundle`` writes it."""
    files = replace(live.files, keys=None)
    with Ledger(live.address, signing=files) as ledger:
        ledger.export_bundle(Caller("export", local=Actor("local:test", "organiser")), directory, cadre)
    return directory
