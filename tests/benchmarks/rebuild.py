"""Making the views anew, beside reading the same rows and beside the library's own projection runner."""

from collections.abc import Iterator, Sequence
from functools import partial
from statistics import median

from tests.benchmarks.alone import Ran, alone, cores
from tests.benchmarks.figures import Effort, Figure, Goal, beside
from tests.benchmarks.ledgers import Made
from tests.benchmarks.measure import in_turn

RATE = 100_000
PART_OF_READING = 0.1
TIMES_LIBRARY = 40
TWO_CORES = 1.6
MEMORY = 300
MIB = 2**20


def measure(made: Sequence[Made], effort: Effort) -> Iterator[Figure]:
    """Rates on one and two cores, and the memory of all processes.

    The rates have goals for the largest ledgers measured: those of a smaller one tell how long processes start.
    """
    largest = max(ledger.events for ledger in made)
    for ledger in made:
        acts = {
            "reading": partial(alone, "read", ledger.address, 1),
            "library": partial(alone, "library", ledger.address, 1),
            "in memory": partial(alone, "library in memory", ledger.address, 1),
            "one": partial(alone, "rebuild", ledger.address, 1),
        }
        if len(cores()) > 1:
            acts["two"] = partial(alone, "rebuild", ledger.address, 2)
        ran = in_turn(acts, effort.runs)
        rates = {act: median(one.rate for one in runs) for act, runs in ran.items()}
        large = ledger.events == largest
        yield _one_core(ledger, rates, large=large)
        if "two" in rates:
            ratio = beside("one core", rates["two"], rates["one"])
            goals = (Goal(f"≥ {TWO_CORES} × one core", ratio.ratio >= TWO_CORES),) if large else ()
            yield Figure(
                "rebuild on two cores", ledger.backend, ledger.events, rates["two"], "events/s", (ratio,), goals
            )
        yield from _memory(ledger, ran)


def _one_core(ledger: Made, rates: dict[str, float], *, large: bool) -> Figure:
    rate = rates["one"]
    reading = beside("reading the rows in order", rate, rates["reading"])
    library = beside("the library's ProjectionRunner", rate, rates["library"])
    yardsticks = (reading, library, beside("the same, keeping nothing", rate, rates["in memory"]))
    goals = (
        Goal(
            f"≥ {RATE:,} or {PART_OF_READING:g} × reading",
            rate >= RATE or reading.ratio >= PART_OF_READING,
        ),
        Goal(f"≥ {TIMES_LIBRARY} × the library", library.ratio >= TIMES_LIBRARY),
    )
    return Figure(
        "rebuild on one core", ledger.backend, ledger.events, rate, "events/s", yardsticks, goals if large else ()
    )


def _memory(ledger: Made, ran: dict[str, list[Ran]]) -> Iterator[Figure]:
    """The worst of the runs, which is not a matter of noise."""
    peaks = {act: max(one.peak for one in runs) / MIB for act, runs in ran.items()}
    for act in ("one", "two"):
        if act in peaks:
            reading = beside("reading the rows in order", peaks[act], peaks["reading"])
            goal = Goal(f"< {MEMORY} MiB", peaks[act] < MEMORY)
            what = f"memory of the rebuild on {act} {'core' if act == 'one' else 'cores'}"
            yield Figure(what, ledger.backend, ledger.events, peaks[act], "MiB", (reading,), (goal,))
