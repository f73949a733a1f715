"""Ids that the ledger makes itself: UUID version 7 (RFC 9562), so that they sort by time."""

import secrets
import time
from uuid import UUID


def new_id() -> str:
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return str(UUID(int=value | 0b10 << 62 | secrets.randbits(62)))
