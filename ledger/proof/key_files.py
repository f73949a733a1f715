"""Files of signer keys, one a line; written whole or not at all, for their owner's eyes only."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import IO

from ledger.proof.encoding import BadForm, ProofError, read_text
from ledger.proof.keys import Signer

_OTHERS = 0o077


def create_key(path: Path, signer: Signer) -> None:
    """Write a new file with this key, on disk when this returns; FileExistsError if there is one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{signer.skey}\n")
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
    _sync_folder(path.parent)


def add_key(path: Path, signer: Signer) -> None:
    """Add a key after those of a file."""
    lines = [known.skey for known in read_signers(path)]
    replace_file(path, "".join(f"{skey}\n" for skey in (*lines, signer.skey)).encode()).close()


def read_signers(path: Path) -> tuple[Signer, ...]:
    """The keys of a file; PermissionError if group or others can reach it, BadForm if it holds anything else."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & _OTHERS:
            raise PermissionError(f"{path} is open to group or others: chmod 600 it")
        octets = file.read()
    try:
        return tuple(map(Signer.parse, read_text(octets).removesuffix("\n").split("\n")))
    except ProofError as error:
        raise BadForm(f"{path} does not hold signer keys, one a line: {error}") from error


def replace_file(path: Path, octets: bytes, *, lock: bool = False) -> IO[bytes]:
    """Put a new file in the place of another, whole or not at all, on disk when this returns; for its owner only.

    ``lock``: it is locked before it can be found under its name.
    """
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    file = os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
    try:
        if lock:
            fcntl.flock(file, fcntl.LOCK_EX)
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())
        beside.replace(path)
        _sync_folder(path.parent)
    except BaseException:
        file.close()
        raise
    return file


def _sync_folder(folder: Path) -> None:
    """So that the file's name outlives a loss of power too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
