"""``ledger rebuild`` in processes that are forked from one in which everything is imported: they begin at once."""

import multiprocessing
import sys
from multiprocessing.context import ForkServerProcess

import ledger.recording.comparing
import ledger.recording.postgres  # noqa: F401
from ledger.cli import main

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


def run(address: str) -> None:
    sys.argv = ["ledger", "rebuild", "--workers", "1", "--database", address]
    main()


def started(address: str) -> ForkServerProcess:
    process = _context.Process(target=run, args=(address,))
    process.start()
    return process
