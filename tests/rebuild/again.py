"""A process that makes the views anew: ``python -m tests.rebuild.again ADDRESS TIMES``, the positions on stdout.

With TIMES 0 once, halting whenever a share is done until it reads a line.
"""

import sys

from tests.rebuild.views import rebuilt


def halt(done: int, of: int) -> None:
    print(f"{done} of {of}", flush=True)
    sys.stdin.readline()


def main(address: str, times: int) -> None:
    if times == 0:
        rebuilt(address, report=halt)
    for _ in range(times):
        print(rebuilt(address), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
