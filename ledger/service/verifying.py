"""All checks of a live ledger: the verifier's own on the stored log, and the stored views against the log."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ledger.errors import Refusal, Unavailable
from ledger.proof import verify
from ledger.proof.encoding import BadForm
from ledger.proof.key_files import read_signers
from ledger.proof.memory import remembered
from ledger.proof.stored_log import StoredLog
from ledger.recording import comparing, log
from ledger.recording.database import VIEWS_VERSION, Connection
from ledger.recording.opening import open_database
from ledger.recording.tables import Head, read_head, views_version
from ledger.settings import SigningFiles

TOLERANCE = 60
"""Seconds by which clocks may differ."""
T = TypeVar("T")
Progress = Callable[[int, int | None, str], None]
"""Told how much of how much is done, None where nobody knows, and of what."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the ledger is held against besides what it keeps itself; ``max_age`` of the newest quorum in seconds."""

    since: Sequence[Path] = ()
    receipts: Sequence[Path] = ()
    vkeys: Path | None = None
    max_age: int | None = None


def verify_ledger(address: str, files: SigningFiles, given: Given, workers: int, progress: Progress) -> verify.Report:
    """Run all checks; the findings are in the report. Unavailable for files that are not what they should be."""
    report = verify.Report()
    with closing(open_database(address)) as database:
        try:
            with database.read() as connection:
                progress(0, None, "entries")
                source = StoredLog(connection, database.errors, report)
                _verify_log(connection, source, files, given, report)
                progress(0, None, "indexes")
                for fault in database.faults(connection):
                    report.fail(verify.SEALS, None, "what the database looks up by", "what its tables hold", fault)
        except (Refusal, OSError):
            raise
        except Exception as error:  # what was tampered with may be of any type
            report.fail(verify.CONTENTS, None, "the database", "readable", _plain(error))
    progress(0, None, "views")
    _verify_views(address, workers, report, lambda done, of: progress(done, of, "views"))
    return report


def _verify_log(
    connection: Connection, source: StoredLog, files: SigningFiles, given: Given, report: verify.Report
) -> None:
    try:
        head = read_head(connection)
    except (ValueError, TypeError) as error:
        report.fail(verify.CONTENTS, None, "the head", "one row, size and frontier that fit", error)
        return
    evidence = _evidence(connection, head, files, given, report)
    if evidence.own:
        report.notices.append("the ledger's own vkey is trusted: give --vkey from elsewhere to exclude a forgery")
    if evidence.newest is None:
        report.notices.append("no checkpoint was published: nobody has signed this ledger (ledger keys create)")
    else:
        if evidence.newest.size < head.size:
            count = head.size - evidence.newest.size
            report.notices.append(f"{count} events were recorded after the newest checkpoint: not signed yet")
        if not evidence.remembered:
            report.notices.append("the signer's memory is not there, so an older state put back is not seen by it")
    walked = verify.verify(source, evidence, verify.Limits(time.time(), TOLERANCE, given.max_age), report)
    source.check_kept(head.size)
    _verify_head(connection, head, walked, report)
    contradiction = log.read_divergence(connection)
    if contradiction is not None:
        report.fail(verify.CONSISTENCY, None, "what the signer found", "that the ledger goes on", contradiction)


def _verify_head(connection: Connection, head: Head, walked: verify.Pass, report: verify.Report) -> None:
    """The head states what the events make, and nothing stands after it."""
    root, last = walked.roots.get(head.size), walked.moments.get(head.size - 1)
    if root is not None and root != head.frontier.root():
        report.fail(verify.CONTENTS, None, "the root that the head states", root.hex(), head.frontier.root().hex())
    if last is not None and last != head.recorded_at.encode():
        report.fail(verify.ORDER, head.size, "the last recorded_at, as the head states it", last, head.recorded_at)
    if views_version(connection) != VIEWS_VERSION:
        what = "the version of the views: ledger rebuild"
        report.fail(verify.SEALS, None, what, VIEWS_VERSION, views_version(connection))
    beyond = connection.execute("SELECT position FROM events WHERE position > ? OR position < 1", (head.size,))
    for (position,) in beyond:
        report.fail(verify.ORDER, position, "an event after the head", f"1 to {head.size}", position)


def _evidence(
    connection: Connection, head: Head, files: SigningFiles, given: Given, report: verify.Report
) -> verify.Evidence:
    published = list(log.checkpoints(connection))
    vkeys = "".join(log.vkeys_of(published))
    known = [signed for made in published if (signed := _published(made, report)) is not None]
    if [made.number for made in published] != list(range(1, len(published) + 1)):
        numbers = [made.number for made in published]
        report.fail(verify.NOTES, None, "the numbers of the checkpoints", f"1 to {len(published)}", numbers)
    own: list[str] = []
    keys = _keys(files, given, vkeys, own)
    since = [_read(path, verify.given_checkpoint) for path in given.since]
    receipts = [_read(path, verify.Receipt.parse) for path in given.receipts]
    policy = _read(files.policy, lambda octets, _: verify.Policy.parse(octets)) if files.policy is not None else None
    newest = known.pop() if known else None
    return verify.Evidence(newest, [*known, *since], receipts, keys, policy, own, head.size, _remembered(files))


def _published(made: log.Published, report: verify.Report) -> verify.Signed | None:
    """A checkpoint as it stands in its row; what stands beside the note agrees with it."""
    source = f"checkpoint {made.number}"
    try:
        signed = verify.Signed.parse(made.note, source)
        if signed.size != made.size:
            report.fail(verify.NOTES, None, f"{source}, the column size", signed.size, made.size)
        if not signed.signed_by(verify.vkeys(made.vkeys)):
            report.fail(verify.NOTES, None, f"{source}, the column vkeys", "the keys of its signatures", made.vkeys)
    except verify.Bad as error:
        report.fail(verify.NOTES, None, source, "a signed checkpoint and its keys", error)
        return None
    return signed


def _remembered(files: SigningFiles) -> list[verify.Signed]:
    """What the signer remembers: nobody's signature is on it, but it lies outside the database."""
    last = remembered(files.memory) if files.memory is not None else None
    if last is None:
        return []
    return [verify.Signed("the signer's memory", False, last.text, last.origin, last.size, last.root, ())]


def _keys(files: SigningFiles, given: Given, published: str, own: list[str]) -> list[verify.Key]:
    """Those given, else those of the key file, else what the ledger says itself."""
    if given.vkeys is not None:
        return _read(given.vkeys, lambda octets, _: verify.vkeys(octets))
    if files.keys is not None and files.keys.is_file():
        try:
            return [verify.Key.parse(signer.verifier.vkey) for signer in read_signers(files.keys)]
        except BadForm as error:
            raise Unavailable(reason=str(error)) from error
    if published:
        own.append("vkey")
    try:
        return verify.vkeys(published.encode()) if published else []
    except verify.Bad:
        return []


def _read(path: Path, parse: Callable[[bytes, str], T]) -> T:
    try:
        return parse(path.read_bytes(), str(path))
    except verify.Bad as error:
        raise Unavailable(reason=f"{path}: {error}") from error


def _verify_views(address: str, workers: int, report: verify.Report, progress: Callable[[int, int], None]) -> None:
    try:
        for found in comparing.compare(address, workers, progress):
            report.fail(verify.SEALS, None, f"the view {found.view} {found.key}", "what the events make", found.what)
    except Exception as error:  # what was tampered with may break any rule of the replay
        report.fail(verify.SEALS, None, "the replay of the events", "views", _plain(error))
    else:
        report.said[verify.SEALS] = f"{report.said.get(verify.SEALS, '')}, all views replayed".removeprefix(", ")


def _plain(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
