"""Whether the ledger goes on from what was signed of it, and which keys sign for it now."""

from collections.abc import Sequence
from pathlib import Path

from ledger.aggregates.founding import KeyChanged
from ledger.proof.checkpoint import Checkpoint, SignedCheckpoint
from ledger.proof.encoding import BadForm
from ledger.proof.keys import Signer
from ledger.proof.memory import remembered
from ledger.proof.proofs import HashAt, root_at
from ledger.recording import log
from ledger.recording.database import Connection
from ledger.recording.tables import Head, read_head, select_recorded


def contradicted(connection: Connection, head: Head, last: Checkpoint | None) -> str | None:
    """Why the ledger cannot be the one whose last signed checkpoint this is, or whose checkpoints it keeps itself."""
    hash_at = log.hash_at(connection, head.size)
    if not _has_root(head.size, hash_at, head.frontier.root()):
        return f"the tree of {head.size} events does not have the root that the head states"
    *earlier, origin = log.origins(connection, head.size) or [""]
    for signed in filter(None, (last, _newest(connection))):
        if signed.origin in earlier:
            continue  # a new origin was declared after it
        if signed.origin != origin:
            return f"what was signed last is of the log {signed.origin}, not of {origin}"
        if signed.size > head.size:
            return f"{signed.size} events were signed, the ledger has {head.size}"
        if not _has_root(signed.size, hash_at, signed.root):
            return f"the first {signed.size} events are not those that were signed"
    return None


def _newest(connection: Connection) -> Checkpoint | None:
    """The newest checkpoint that the ledger keeps; what is no checkpoint is for the verifier to find."""
    published = log.newest_checkpoint(connection)
    try:
        return SignedCheckpoint.parse(published.note).checkpoint if published is not None else None
    except BadForm:
        return None


def _has_root(size: int, hash_at: HashAt, root: bytes) -> bool:
    """Also False where hashes are missing, so that no root can be made."""
    try:
        return root_at(size, hash_at) == root
    except BadForm:
        return False


def found_on_opening(connection: Connection, memory: Path | None) -> str | None:
    """The same by the file that the signer remembers in, for who does not sign; None where nothing was signed."""
    head, last = read_head(connection), remembered(memory) if memory is not None else None
    if last is None and log.newest_checkpoint(connection) is None:
        return None
    return contradicted(connection, head, last)


def key_changes(connection: Connection) -> list[KeyChanged]:
    """The keys that the log has announced, in order."""
    found = select_recorded(connection, "stream = 'ledger' AND type = 'key_changed' ORDER BY position")
    return [recorded.data for recorded in found if isinstance(recorded.data, KeyChanged)]


def in_force(signers: Sequence[Signer], origin: str, changes: Sequence[KeyChanged], now: str) -> tuple[Signer, ...]:
    """The keys that sign for an origin: its first one and those announced, each until one after it is alone."""
    vkeys = [change.vkey for change in changes]
    last = max((n for n, change in enumerate(changes) if change.until < now and _names(change, origin)), default=-1)
    own = [signer for signer in signers if signer.name == origin]
    first = next((signer for signer in own if signer.verifier.vkey not in vkeys), None)
    announced = [signer for signer in own if signer.verifier.vkey in vkeys[max(last, 0) :]]
    return (first, *announced) if first is not None and last < 0 else tuple(announced)


def _names(change: KeyChanged, origin: str) -> bool:
    return change.vkey.partition("+")[0] == origin
