"""What the signer remembers outside the database: the last size and root that it signed, as a checkpoint's text.

A database that was put back or rewritten does not know what was signed; this file does.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

from ledger.errors import Unavailable
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.encoding import ProofError, read_text
from ledger.proof.key_files import replace_file


def remembered(path: Path) -> Checkpoint | None:
    """What was signed last, None before anything was; Unavailable where the file is not the memory of a signer."""
    try:
        octets = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        return Checkpoint.parse(read_text(octets)) if octets else None
    except ProofError as error:
        raise Unavailable(reason=f"{path} is not the memory of a signer: {error}") from error


def remember(path: Path, checkpoint: Checkpoint) -> None:
    """Put this in the place of whatever a signer remembers; one that holds the old memory lets go of it."""
    replace_file(path, checkpoint.text.encode()).close()


class Memory:
    """The memory of the one signer that holds it."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path = path
        self._file = file
        self.last = remembered(path)

    @classmethod
    @contextmanager
    def held(cls, path: Path) -> Iterator[Self | None]:
        """The memory, locked until the block ends or the process dies; None while another signer holds it."""
        file = _locked(path)
        if file is None:
            yield None
            return
        memory = cls(path, file)
        try:
            yield memory
        finally:
            memory._file.close()

    def in_place(self) -> bool:
        """Whether no other memory took the place of this one."""
        return os.fstat(self._file.fileno()).st_ino == self._path.stat().st_ino

    def advance(self, checkpoint: Checkpoint) -> None:
        """Remember what is about to be signed; on disk when this returns."""
        made = replace_file(self._path, checkpoint.text.encode(), lock=True)
        self._file.close()
        self._file, self.last = made, checkpoint


def _locked(path: Path) -> IO[bytes] | None:
    """The file, which is made if need be, and the lock on it; anew if another took its place meanwhile."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        file = os.fdopen(descriptor, "rb")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(file.fileno()).st_ino == path.stat().st_ino:
                return file
        except BlockingIOError:
            file.close()
            return None
        except BaseException:
            file.close()
            raise
        file.close()
