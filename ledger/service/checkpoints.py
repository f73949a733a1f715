"""The checkpoints that were published, with who signed and cosigned them; and one cadre's events as a bundle."""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from ledger.errors import Unavailable
from ledger.policy import check_read, check_whole
from ledger.projections.moment import Row
from ledger.proof.checkpoint import SignedCheckpoint
from ledger.proof.encoding import BadForm, ProofError, write_base64
from ledger.proof.keys import Verifier
from ledger.proof.note import read_vkeys
from ledger.proof.policy import Policy
from ledger.recording import log
from ledger.service.credentials import Caller
from ledger.service.feed import Feed
from ledger.service.log import Log, proof_at
from ledger.service.queries import Queries
from ledger.service.view import Page
from ledger.settings import SigningFiles


class Checkpoints:
    """For auditors and organisers. ``holds`` of a signature is asked of its key, whatever was stored."""

    def __init__(self, queries: Queries, feed: Feed, published: Log, files: SigningFiles) -> None:
        self._queries, self._feed, self._log, self._files = queries, feed, published, files

    def listed(self, caller: Caller, page: Page) -> Row:
        """The newest first; ``cursor`` is the number of the last one of the page before."""
        policy = _policy(self._files.policy)
        with self._queries.view(caller) as view:
            check_read(view.actor, "ledger")
            before = int(page.cursor) if page.cursor.isdecimal() and len(page.cursor) < 19 else None
            found = log.checkpoints_before(view.reading.connection, before, page.limit + 1)
            newest = log.newest_checkpoint(view.reading.connection)
            return {
                **view.listed([_row(made, policy) for made in found], page, "number"),
                "not_covered": view.reading.head - (newest.size if newest is not None else 0),
                "policy": _quorum(policy) if policy is not None else None,
            }

    def proof(self, caller: Caller, id_: str) -> tuple[Row, bytes | None]:
        """An event in scope and its tlog-proof, None until a checkpoint covers it."""
        with self._queries.together(), self._queries.view(caller) as view:
            check_read(view.actor, "ledger")
            event = self._feed.event(caller, id_)
            return event, proof_at(view.reading.connection, event["position"])

    def excerpt(self, caller: Caller, cadre: str) -> bytes:
        """A cadre's events with proofs and the verifier, as a ZIP; for who may read the ledger and his history."""
        with self._queries.view(caller) as view:
            check_whole(view.actor, "ledger")
        self._feed.history(caller, cadre, Page(limit=1))
        policy = self._files.policy.read_bytes() if self._files.policy is not None else None
        with TemporaryDirectory() as folder:
            written = Path(folder) / cadre
            self._log.export(caller, written, policy, cadre)
            return _zipped(written)


def _policy(path: Path | None) -> Policy | None:
    try:
        return Policy.parse(path.read_bytes()) if path is not None else None
    except (OSError, BadForm) as error:
        raise Unavailable(reason="the policy cannot be read") from error


def _row(made: log.Published, policy: Policy | None) -> Row:
    signed = _parsed(made.note)
    witnesses = [known.verifier for known in policy.witnesses.values()] if policy is not None else []
    return {
        "number": str(made.number),
        "size": made.size,
        "made_at": made.made_at,
        "origin": signed.checkpoint.origin if signed is not None else "",
        "root": write_base64(signed.checkpoint.root) if signed is not None else "",
        "vkeys": made.vkeys.decode("utf-8", "replace").splitlines(),
        "signatures": [_signature(signed, key) for key in _keys(made.vkeys)],
        "cosignatures": [_signature(signed, key) for key in witnesses],
    }


def _parsed(note: bytes) -> SignedCheckpoint | None:
    """None for what somebody has made of it that is no checkpoint."""
    try:
        return SignedCheckpoint.parse(note)
    except BadForm:
        return None


def _keys(vkeys: bytes) -> Iterable[Verifier]:
    try:
        return read_vkeys(vkeys)
    except BadForm:
        return ()


def _signature(signed: SignedCheckpoint | None, key: Verifier) -> Row:
    """Whether a key signed: ``holds`` is None where it did not, False where what is there is not its signature."""
    row: Row = {"name": key.name, "key": key.id.hex(), "holds": None, "at": None}
    if signed is None:
        return {**row, "holds": False}
    try:
        found = signed.note.known([key])
    except ProofError:
        return {**row, "holds": False}
    if not found:
        return row
    moment = found[0].moment
    return {**row, "holds": True, "at": datetime.fromtimestamp(moment, UTC).isoformat() if moment else None}


def _quorum(policy: Policy) -> Row:
    """What makes a quorum: its name and, of a group, how many of which."""
    group = policy.groups.get(policy.quorum)
    members = group.members if group is not None else (policy.quorum,) if policy.quorum in policy.witnesses else ()
    return {
        "quorum": policy.quorum.decode("utf-8", "replace"),
        "threshold": group.threshold if group is not None else len(members),
        "members": [member.decode("utf-8", "replace") for member in members],
    }


def _zipped(folder: Path) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(file, file.relative_to(folder.parent))
    return packed.getvalue()
