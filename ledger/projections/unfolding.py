"""A cadre's record step by step: after each event that touches it, what of it is otherwise than before.

Made with the functions that make the stored views, so that what changed is what anybody could see change.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from ledger import periods
from ledger.aggregates import cadre as cadres
from ledger.aggregates.cadre import Cadre
from ledger.aggregates.envelope import Recorded
from ledger.aggregates.postings import PostingHistory
from ledger.aggregates.registers import Registers
from ledger.assessment.duties import local_day
from ledger.projections import acts, duties
from ledger.projections.moment import Moment, Row, moment
from ledger.projections.views import Touched, touched_rows

Part = str
"""A part of the record: ``months``, ``duties``, ``talks``, …"""
Kept = dict[tuple[Part, str], Row]
"""Rows by part and key."""
Show = Callable[[Part, Row], Row | None]
"""A row as it may be seen; None if it may not."""

_PARTS = {
    "monthly": "months",
    "quarterly": "quarters",
    "annual": "years",
    "duties": "duties",
    "submissions": "submissions",
    "roster": "postings",
}
_OF_THE_KEY = ("cadre", "period", "submission", "event", "kind")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one row. ``period`` is the row's, ``of`` what tells rows of one period apart (a kind, an event)."""

    part: Part
    period: str | None
    of: str | None
    field: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Step:
    """An event and what it changed."""

    event: Recorded
    changes: list[Change]


class Registry(Protocol):
    """Gives the registers at any position, with one cadre's own state as it is there."""

    def at(self, position: int, cadre: Cadre) -> Registers: ...


def unfold(
    registry: Registry, cadre_id: str, events: Iterable[Recorded], since: int, day: date, show: Show
) -> Iterator[Step]:
    """The steps after a position; ``events``: the cadre's own from the first on, and others' that may touch him.

    Duties are compared on the event's own day, everything else on one day throughout: every change has an event.
    """
    fold = _Fold(registry, cadre_id, day, show)
    for recorded in events:
        if recorded.position <= since:
            fold.take(recorded)
        else:
            fold.start(since)
            changes = fold.step(recorded)
            if changes or recorded.stream == f"cadre:{cadre_id}":
                yield Step(recorded, changes)


class _Fold:
    """The cadre's state and the rows of it that were shown last."""

    def __init__(self, registry: Registry, cadre: str, day: date, show: Show) -> None:
        self.registry = registry
        self.cadre = Cadre(cadre)
        self.day = day
        self.show = show
        self.rows: Kept | None = None

    def take(self, recorded: Recorded) -> None:
        if recorded.stream == f"cadre:{self.cadre.id}":
            cadres.evolve(self.cadre, recorded)

    def start(self, position: int) -> None:
        """Begin to compare, with the record as it stands at a position."""
        if self.rows is None:
            everything = Touched(whole={self.cadre.id})
            known = self.cadre.registered is not None
            self.rows = self._made(self._moment(position), everything)[0] if known else {}

    def step(self, recorded: Recorded) -> list[Change]:
        """What an event changed of what was shown before it."""
        postings = PostingHistory(self.cadre.postings.entries)
        self.take(recorded)
        if self.cadre.registered is None or self.rows is None:
            return []
        now = self._moment(recorded.position)
        made, replaced = self._made(now, _touched(self.cadre, recorded))
        before = {key: row for key, row in self.rows.items() if key in made or key[0] in replaced}
        for key in before:
            del self.rows[key]
        self.rows.update(made)
        day = local_day(recorded.recorded_at, now.registers.time_zone)
        pairs = ((key, before.get(key), made.get(key)) for key in sorted({*before, *made}))
        return [
            change
            for key, was, is_ in pairs
            for change in _changes(key[0], _on(day, key[0], was, postings), _on(day, key[0], is_, self.cadre.postings))
        ]

    def _moment(self, position: int) -> Moment:
        return moment(self.registry.at(position, self.cadre), position, self.day)

    def _made(self, now: Moment, touched: Touched) -> tuple[Kept, set[Part]]:
        """The touched rows, and the parts of which every row was made."""
        found = touched_rows(now, self.cadre, touched)
        made: Kept = {}
        for row in found.rows:
            self._keep(made, _PARTS[row.view], row.key, row.row)
        replaced = {_PARTS[view] for view, _ in found.replaced}
        if not touched.months:
            for part, entries in acts.acts(now, self.cadre).items():
                replaced.add(part)
                for entry in entries:
                    self._keep(made, part, entry["event"], entry)
        return made, replaced

    def _keep(self, made: Kept, part: Part, key: str, row: Row) -> None:
        found = {name: row[name] for name in ("postings", "name", "refs")} if part == "postings" else row
        shown = self.show(part, found)
        if shown is not None:
            made[part, key] = shown


def _on(day: date, part: Part, row: Row | None, postings: PostingHistory) -> Row | None:
    """A duty as it stands on a day; any other row as it is."""
    return duties.row(row, postings, day) if part == "duties" and row is not None else row


def _touched(cadre: Cadre, recorded: Recorded) -> Touched:
    """What an event touches of one cadre: his own as always, a round's by the period, anything else all results."""
    touched = Touched()
    if recorded.stream == f"cadre:{cadre.id}":
        touched.add(recorded)
        return touched
    kind, _, rest = recorded.stream.partition(":")
    group, _, period = rest.partition(":")
    if kind == "scheme" and group in cadre.postings.groups():
        touched.whole.add(cadre.id)
    elif kind == "round" and periods.kind(period) == "month" and period in cadre.results:
        touched.months[cadre.id] = {period}
    touched.consequences.add(cadre.id)
    touched.years.add(cadre.id)
    return touched


def _changes(part: Part, was: Row | None, now: Row | None) -> Iterator[Change]:
    named = now or was or {}
    of = named.get("kind") or named.get("submission") or named.get("event")
    for field in dict.fromkeys((*(was or {}), *(now or {}))):
        before, after = (row.get(field) if row is not None else None for row in (was, now))
        if field not in _OF_THE_KEY and before != after and not (was is None and after in ([], False)):
            yield Change(part, named.get("period"), of, field, before, after)
