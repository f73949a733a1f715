"""Answers now and about the past, in process and over HTTP, beside one SELECT of a group's rows."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import httpx

from ledger import periods
from ledger.policy import Actor
from ledger.projections.moment import Row
from ledger.recording.database import Database, view_table
from ledger.recording.opening import open_database
from ledger.recording.reader import NOW, When
from ledger.recording.tables import views_generation
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from ledger.service.queries import Queries
from tests.benchmarks.district import MEMBERS, cadre_name, group_name, sealed_on, story
from tests.benchmarks.figures import Effort, Figure, Goal, beside
from tests.benchmarks.ledgers import BACKENDS, Made, Size
from tests.benchmarks.measure import median_ms
from tests.http.serving import Server

CALLER = Caller("bench", local=Actor("local:bench", "organiser"))
MONTHS_AGO = {"a month ago": 1, "60 months ago": 60}
MOST_MS = 15
MOST_GROWTH = 1.5
_LATER = timedelta(days=1)
_QUIET = ("sh", "-c", 'exec "$@" 2>/dev/null', "sh")
"""A server writes a line for each request."""
Act = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a question is about: another one each time, so that no answer is only remembered."""

    group: str
    cadre: str

    @classmethod
    def of(cls, size: Size, number: int) -> "Whom":
        group = group_name(number % size.groups)
        return cls(group, cadre_name(group, number * 37 % MEMBERS))


@dataclass(frozen=True, slots=True)
class Question:
    """``path`` asks it over HTTP; ``ask`` in process, and checks that the answer is a whole one."""

    what: str
    path: str
    ask: Callable[[Queries, Whom, When], Row]


def measure(made: Sequence[Made], effort: Effort) -> Iterator[Figure]:
    """Every question at every moment, on the ledgers of one backend in turn."""
    for backend in BACKENDS:
        ledgers = [ledger for ledger in made if ledger.backend == backend]
        if ledgers:
            yield from _in_process(ledgers, effort)
            yield from _over_http(ledgers, effort)


def _in_process(made: Sequence[Made], effort: Effort) -> Iterator[Figure]:
    months = story(min(ledger.size.months for ledger in made))
    with ExitStack() as stack:
        floors = {ledger: stack.enter_context(closing(open_database(ledger.address))) for ledger in made}
        opened = {
            ledger: stack.enter_context(Ledger(ledger.address, lambda: sealed_on(months[-1]) + _LATER))
            for ledger in made
        }
        for when, month, name in _moments(months):
            for question in _questions(months, month):
                asks: dict[Made, Act] = {
                    ledger: partial(_ask, question, opened[ledger].queries, ledger.size, when) for ledger in made
                }
                yield _compared(f"{question.what}, {name}", asks, _floors(floors, months[-1]), effort)


def _over_http(made: Sequence[Made], effort: Effort) -> Iterator[Figure]:
    """By the machine's own clock, so a record has the months since the district's last one too."""
    months = story(min(ledger.size.months for ledger in made))
    with ExitStack() as stack:
        floors = {ledger: stack.enter_context(closing(open_database(ledger.address))) for ledger in made}
        servers = {ledger: stack.enter_context(Server(ledger.address, *_QUIET)) for ledger in made}
        clients = {ledger: stack.enter_context(server.client(ledger.token)) for ledger, server in servers.items()}
        for question in _questions(months, months[-1]):
            asks: dict[Made, Act] = {ledger: partial(_get, question, clients[ledger], ledger.size) for ledger in made}
            yield _compared(f"{question.what}, now, over HTTP", asks, _floors(floors, months[-1]), effort)


def _moments(months: list[str]) -> Iterator[tuple[When, str, str]]:
    """Moments, the last month sealed then, and how they are called."""
    yield NOW, months[-1], "now"
    for name, ago in MONTHS_AGO.items():
        if ago < len(months):
            month = months[-1 - ago]
            yield When(as_of=sealed_on(month) + _LATER), month, f"as of {name}"


def _questions(months: list[str], month: str) -> Iterator[Question]:
    """What is asked of a cadre and of a group whose last sealed month this is."""
    yield Question("record", "/v1/cadres/{cadre}/record", _record)
    for kind, period in _sealed(months, month).items():
        yield Question(
            f"{kind} explained",
            f"/v1/cadres/{{cadre}}/periods/{period}",
            partial(_explained, period),
        )
        yield Question(
            f"standings of a {kind}",
            f"/v1/groups/{{group}}/periods/{period}",
            partial(_standings, period),
        )


def _sealed(months: list[str], last: str) -> dict[str, str]:
    """The last sealed period of each kind up to a month; the year of the very last month is not sealed."""
    found = {"month": last}
    for month in months[: months.index(last) + 1]:
        quarter = periods.quarter_of(month)
        if month == periods.months_of(quarter)[-1]:
            found["quarter"] = quarter
        if month.endswith("-12") and month != months[-1]:
            found["year"] = month[:4]
    return found


def _record(queries: Queries, whom: Whom, when: When) -> Row:
    found = queries.record(CALLER, whom.cadre, when)
    assert found["months"]
    return found


def _explained(period: str, queries: Queries, whom: Whom, when: When) -> Row:
    found = queries.period(CALLER, whom.cadre, period, when)
    assert found["explanation"]
    return found


def _standings(period: str, queries: Queries, whom: Whom, when: When) -> Row:
    found = queries.standings(CALLER, whom.group, period, when)
    assert (found["state"], len(found["rows"])) == ("sealed", MEMBERS)
    return found


def _ask(question: Question, queries: Queries, size: Size, when: When, number: int) -> Row:
    return question.ask(queries, Whom.of(size, number), when)


def _get(question: Question, client: httpx.Client, size: Size, number: int) -> object:
    whom = Whom.of(size, number)
    path = question.path.format(cadre=whom.cadre, group=whom.group)
    return client.get(path).raise_for_status().json()


def _floors(databases: dict[Made, Database], month: str) -> dict[Made, Act]:
    return {ledger: partial(_select, database, ledger.size, month) for ledger, database in databases.items()}


def _select(database: Database, size: Size, month: str, number: int) -> list[Row]:
    """The least that an answer about a group takes: its hundred rows of a view, out of the database and decoded."""
    with database.read() as connection:
        table = view_table("monthly", views_generation(connection))
        where = (month, Whom.of(size, number).group)
        found = connection.execute(f"SELECT body FROM {table} WHERE period = ? AND grp = ?", where)
        return [json.loads(body) for (body,) in found]


def _compared(what: str, asks: dict[Made, Act], floors: dict[Made, Act], effort: Effort) -> Figure:
    """The figure of the largest ledger beside the smallest's."""
    acts = {(ledger, "ask"): act for ledger, act in asks.items()} | {
        (ledger, "floor"): act for ledger, act in floors.items()
    }
    found = median_ms(acts, effort.repetitions)
    small, *_, large = *asks, *asks
    value = found[large, "ask"]
    yardsticks = [beside("SELECT of 100 rows", value, found[large, "floor"])]
    goals = [Goal(f"< {MOST_MS} ms", value < MOST_MS)]
    if small is not large:
        growth = beside(f"{small.events:,} events", value, found[small, "ask"])
        yardsticks.append(growth)
        goals.append(Goal(f"≤ {MOST_GROWTH} × the small ledger", growth.ratio <= MOST_GROWTH))
    return Figure(what, large.backend, large.events, value, "ms", tuple(yardsticks), tuple(goals))
