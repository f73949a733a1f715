"""Pages as a browser gets them over HTTP, signed in: how long they take and how much they send."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial

import httpx

from tests.benchmarks.district import story
from tests.benchmarks.figures import Effort, Figure, Goal, beside
from tests.benchmarks.ledgers import Made, Size
from tests.benchmarks.measure import median_ms
from tests.benchmarks.reading import Act, Whom
from tests.http.serving import Server
from tests.pages.visits import signed_in

MOST_MS = 50
MOST_KB = 150
PAGES = {
    "home": "/",
    "roster": "/cadres",
    "cadre": "/cadres/{cadre}",
    "history": "/cadres/{cadre}/history",
    "changes": "/cadres/{cadre}/changes?since={year}-07-01",
    "comparison of six": "/compare?" + "&".join(f"cadre={{others[{number}]}}" for number in range(6)),
    "consultation": "/consultation?cadre={cadre}",
    "postings": "/cadres/{cadre}/postings",
    "registration": "/registration",
    "why a month": "/cadres/{cadre}/periods/{month}",
    "groups": "/groups",
    "standings of a month": "/groups/{group}/periods/{month}",
    "standings of a year, not sealed": "/groups/{group}/periods/{year}",
    "scores": "/groups/{group}/periods/{month}/scores",
    "seal of a year": "/groups/{group}/periods/{year}/seal",
    "seal, refused": "/groups/{group}/periods/{next_month}/seal",
    "reopening": "/groups/{group}/periods/{month}/reopening",
    "rounds of a month": "/periods/{month}",
    "month's forms": "/periods/{month}/submissions",
    "review": "/review",
    "duties": "/duties",
    "scheme": "/groups/{group}/schemes/{year}",
    "scheme's form": "/groups/{group}/schemes/{year}/adoption",
    "verification": "/verify",
}
"""What an organiser opens, but for the sheet of one duty."""
_QUIET = ("sh", "-c", 'exec "$@" 2>/dev/null', "sh")
"""A server writes a line for each request."""
_FLOOR = "/livez"


def measure(made: Sequence[Made], effort: Effort) -> Iterator[Figure]:
    """Every page of every ledger, beside the least that a request takes."""
    for ledger in made:
        with ExitStack() as stack:
            server = stack.enter_context(Server(ledger.address, *_QUIET, LEDGER_RATE="100000"))
            client = stack.enter_context(signed_in(server.address, ledger.token))
            for name, path in PAGES.items():
                yield _measured(f"page: {name}", partial(_get, client, path, ledger.size), client, ledger, effort)


def _measured(what: str, get: "partial[bytes]", client: httpx.Client, ledger: Made, effort: Effort) -> Figure:
    acts: dict[str, Act] = {"page": get, "floor": lambda number: client.get(_FLOOR).raise_for_status()}
    found = median_ms(acts, effort.repetitions)
    size = len(get(0)) / 1000
    goals = (Goal(f"< {MOST_MS} ms", found["page"] < MOST_MS), Goal(f"{size:.0f} KB < {MOST_KB} KB", size < MOST_KB))
    yardstick = (beside(_FLOOR, found["page"], found["floor"]),)
    return Figure(what, ledger.backend, ledger.events, found["page"], "ms", yardstick, goals)


def address_of(path: str, whom: Whom, others: Sequence[str], months: Sequence[str]) -> str:
    """The address of a page about somebody of a ledger of these months."""
    month, year = months[-2], months[-2][:4]
    return path.format(cadre=whom.cadre, group=whom.group, others=others, month=month, next_month=months[-1], year=year)


def _get(client: httpx.Client, path: str, size: Size, number: int) -> bytes:
    others = [Whom.of(size, number + each).cadre for each in range(6)]
    address = address_of(path, Whom.of(size, number), others, story(size.months))
    return client.get(address).raise_for_status().content
