"""A process that appends to a ledger: ``python -m tests.recording.appender ADDRESS CADRE COUNT``, the token on stdin.

Prints ``ready``, waits for a line, appends so many talks with several under way, and prints its receipts as JSON.
"""

import json
import sys
from collections import deque
from concurrent.futures import Future

from ledger.service.credentials import Caller
from ledger.service.desk import Done
from ledger.service.inputs import read_event
from ledger.service.ledger import Ledger

UNDER_WAY = 16


def main(address: str, cadre: str, count: int) -> None:
    caller = Caller(f"appender-{cadre}", token=sys.stdin.readline().strip())
    with Ledger(address) as ledger:
        print("ready", flush=True)
        sys.stdin.readline()
        waiting: deque[Future[Done]] = deque()
        done = []
        for number in range(count):
            given = {"type": "talk_held", "period": "2025-01", "purpose": "feedback", "held_on": "2025-02-01"}
            _, data = read_event({**given, "summary": f"第{number}次谈话"})
            waiting.append(ledger.appending.append(caller, cadre if number % 5 else "shared", data))
            if len(waiting) == UNDER_WAY:
                done.append(waiting.popleft().result())
        done.extend(future.result() for future in waiting)
    receipts = [(one.receipt.stream, one.receipt.version, one.receipt.position, one.receipt.leaf) for one in done]
    print(json.dumps(receipts), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
