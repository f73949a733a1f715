"""Several processes append to one ledger at once: nothing is lost, doubled or out of order."""

import json
import os
import subprocess
import sys
from pathlib import Path

from ledger.aggregates.access import Granted
from ledger.service.ledger import Ledger, local_caller
from tests.office import Office
from tests.properties.recompute import check
from tests.recording.inside import stored

ROOT = Path(__file__).parents[2]
PROCESSES = 8
APPENDS = int(os.environ.get("LEDGER_TEST_APPENDS", "500"))


def start(address: str, cadre: str, token: str) -> subprocess.Popen[str]:
    """A process that has opened the ledger and waits for the word."""
    command = [sys.executable, "-m", "tests.recording.appender", address, cadre, str(APPENDS)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write(f"{token}\n")
    process.stdin.flush()
    return process


def test_eight_processes_append_to_one_ledger(address: str) -> None:
    cadres = [f"c{number}" for number in range(PROCESSES)]
    with Office(address) as office:
        office.adopt()
        office.staff("town", "shared", *cadres)
        before = office.ledger.queries.ready()
        token = office.callers["organiser"].token
    assert token is not None

    processes = [start(address, cadre, token) for cadre in cadres]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        receipts = []
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            out, err = process.communicate(timeout=600)
            assert (process.returncode, err) == (0, "")
            receipts.append(json.loads(out))
    finally:
        for process in processes:
            process.kill()
            process.communicate()

    assert check(address) == before + PROCESSES * APPENDS
    rows = stored(address)
    answered = sorted(receipt for one in receipts for receipt in one)
    assert answered == sorted(
        [row.originator_id, row.originator_version, row.position, row.leaf] for row in rows[before:]
    )
    for one in receipts:  # each process's own commands stand in the order it gave them
        positions = [position for _, _, position, _ in one]
        assert positions == sorted(positions)


def test_many_processes_may_create_the_same_ledger(address: str) -> None:
    """Whoever comes first founds it."""
    program = (
        "import sys; from ledger.aggregates.access import Granted\n"
        "from ledger.service.ledger import Ledger, local_caller\n"
        "with Ledger(sys.argv[1]) as ledger:\n"
        "    granted = Granted(name=sys.argv[2], role='organiser')\n"
        "    ledger.principals.grant(local_caller('test', 'grant'), granted).result()\n"
    )
    names = [f"p{number}" for number in range(PROCESSES)]
    processes = [
        subprocess.Popen([sys.executable, "-c", program, address, name], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for name in names
    ]
    for process in processes:
        _, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, "")
    assert check(address) == 1 + PROCESSES
    assert sorted(str(row.originator_id) for row in stored(address)[1:]) == sorted(f"access:{name}" for name in names)
    with Ledger(address) as ledger:
        ledger.principals.grant(local_caller("test", "grant"), Granted(name="q", role="admin")).result()
