"""Questions that a ledger answers for any moment: each as a call of the service, and as a path and query over HTTP."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ledger import periods
from ledger.errors import Refusal
from ledger.recording.reader import NOW, When
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from ledger.service.view import Page

Row = dict[str, Any]
WHOLE = Page(limit=500)
"""The longest page there is."""


@dataclass(frozen=True)
class Question:
    """A path with its query; ``call`` is the same in process."""

    path: str
    call: Callable[[Ledger, Caller, When], Row]
    query: Row = field(default_factory=dict)

    def ask(self, ledger: Ledger, caller: Caller, when: When = NOW) -> Row:
        """The answer, or the code it was refused with."""
        try:
            return self.call(ledger, caller, when)
        except Refusal as refusal:
            return {"refused": refusal.code}

    def __str__(self) -> str:
        return f"{self.path} {self.query}"


def plain(answer: Row) -> Row:
    """An answer apart from the echo of the question."""
    return {name: value for name, value in answer.items() if name not in ("position", "date")}


def groups() -> Question:
    return Question("/v1/groups", lambda ledger, who, when: ledger.queries.groups(who, when))


def me() -> Question:
    return Question("/v1/me", lambda ledger, who, when: ledger.queries.me(who, when))


def roster(**query: Any) -> Question:
    return Question(
        "/v1/cadres",
        lambda ledger, who, when: ledger.queries.cadres(who, WHOLE, when, **query),
        {"limit": 500, **query},
    )


def duties(**query: Any) -> Question:
    return Question(
        "/v1/duties",
        lambda ledger, who, when: ledger.worklists.duties(who, WHOLE, when, **query),
        {"limit": 500, **query},
    )


def submissions(**query: Any) -> Question:
    return Question(
        "/v1/submissions",
        lambda ledger, who, when: ledger.worklists.submissions(who, WHOLE, when, **query),
        {"limit": 500, **query},
    )


def page_of_duties(cursor: str, limit: int) -> Question:
    page = Page(cursor, limit)
    return Question(
        "/v1/duties",
        lambda ledger, who, when: ledger.worklists.duties(who, page, when),
        {"cursor": cursor, "limit": limit},
    )


def scheme(group: str, year: str) -> Question:
    return Question(
        f"/v1/groups/{group}/schemes/{year}",
        lambda ledger, who, when: ledger.queries.scheme(who, group, year, when=when),
    )


def standings(group: str, period: str) -> Question:
    return Question(
        f"/v1/groups/{group}/periods/{period}",
        lambda ledger, who, when: ledger.queries.standings(who, group, period, when),
    )


def progress(group: str, period: str) -> Question:
    return Question(
        f"/v1/groups/{group}/periods/{period}/progress",
        lambda ledger, who, when: ledger.queries.progress(who, group, period, when),
    )


def cadre(cadre: str) -> Question:
    return Question(f"/v1/cadres/{cadre}", lambda ledger, who, when: ledger.queries.cadre(who, cadre, when))


def record(cadre: str) -> Question:
    return Question(f"/v1/cadres/{cadre}/record", lambda ledger, who, when: ledger.queries.record(who, cadre, when))


def history(cadre: str) -> Question:
    return Question(
        f"/v1/cadres/{cadre}/events",
        lambda ledger, who, when: ledger.feed.history(who, cadre, WHOLE, when=when),
        {"limit": 500},
    )


def period(cadre: str, period: str) -> Question:
    """A period with its explanation."""
    return Question(
        f"/v1/cadres/{cadre}/periods/{period}",
        lambda ledger, who, when: ledger.queries.period(who, cadre, period, when),
    )


def of_everybody(*, whole: bool) -> Iterator[Question]:
    """Groups, roster, and duties and submissions: the first pages, or all of them."""
    yield from (groups(), roster(), page_of_duties("", 7), submissions(state="pending"))
    if whole:
        yield from (duties(), submissions(), duties(state="overdue"))


def of_group(group: str, wanted: Iterable[str], waiting: Iterable[str]) -> Iterator[Question]:
    """A group's people and duties, the standings of its periods, and the progress of those that may be waiting."""
    yield from (roster(group=group), duties(group=group, state="due"))
    for found in wanted:
        yield standings(group, found)
    for found in waiting:
        yield from (progress(group, found), submissions(group=group, period=found))
        yield scheme(group, periods.year_of(found))


def of_cadre(who: str, wanted: Iterable[str]) -> Iterator[Question]:
    """Who he is, his record, history, duties and periods."""
    yield from (cadre(who), record(who), history(who), duties(cadre=who))
    for found in wanted:
        yield period(who, found)


def periods_until(first: str, last: str) -> list[str]:
    """The months from the first to the last, their quarters and years."""
    months = periods.months_between(first, last)
    quarters = dict.fromkeys(periods.quarter_of(month) for month in months)
    return [*months, *quarters, *dict.fromkeys(periods.year_of(month) for month in months)]
