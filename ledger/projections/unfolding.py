"""A cadre's record step by step: after each event that touches it, what of it is otherwise than before.

Made with the functions that make the stored views, so that what changed is what anybody could see change.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from ledger import periods
from ledger.aggregates.cadre import Cadre
from ledger.aggregates.envelope import Recorded
from ledger.aggregates.facts import Facts
from ledger.aggregates.postings import PostingHistory
from ledger.aggregates.registers import Registers
from ledger.assessment.duties import local_day
from ledger.assessment.standing import dependents
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
_EVERYTHING = "everything"
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


class Course(Protocol):
    """A cadre's state after a position ``since``, folded on from event to event, and the registers around it."""

    @property
    def cadre(self) -> Cadre: ...

    @property
    def since(self) -> int: ...

    def events(self) -> Iterable[Recorded]:
        """The events that may touch the cadre, in order."""
        ...

    def take(self, recorded: Recorded) -> None:
        """Fold the cadre's state on by the next of them."""
        ...

    def registers(self, position: int) -> Registers: ...


def unfold(course: Course, day: date, show: Show) -> Iterator[Step]:
    """The steps of a course.

    Duties are compared on the event's own day, everything else on one day throughout: every change has an event.
    """
    fold = _Fold(course, day, show)
    for recorded in course.events():
        changes = fold.step(recorded)
        if changes or recorded.stream == f"cadre:{course.cadre.id}":
            yield Step(recorded, changes)


class _Fold:
    """The rows as shown last; those that an event touches for the first time are made as they stood before it."""

    def __init__(self, course: Course, day: date, show: Show) -> None:
        self.course = course
        self.cadre = course.cadre
        self.day = day
        self.show = show
        self.position = course.since
        self.rows: Kept = {}
        self.kept = {_EVERYTHING} if course.cadre.registered is None else set()

    def step(self, recorded: Recorded) -> list[Change]:
        """What an event changed of what was shown before it."""
        touched = _touched(self.cadre, recorded)
        if touched is None:
            self.position = recorded.position
            return []
        self._keep_before(touched)
        postings = PostingHistory(self.cadre.postings.entries)
        self.course.take(recorded)
        self.position = recorded.position
        if self.cadre.registered is None:
            return []
        now = self._moment(recorded.position)
        made, replaced = self._made(now, touched)
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

    def _keep_before(self, touched: Touched) -> None:
        """Of what is touched for the first time make the rows as they stand."""
        kinds = _kinds(self.cadre, touched)
        if not (_EVERYTHING in self.kept or kinds <= self.kept):
            months = {id_: {month for month in of if self._is_known(month)} for id_, of in touched.months.items()}
            found, _ = self._made(self._moment(self.position), replace(touched, months=months))
            self.rows = {**found, **self.rows}
            self.kept |= kinds

    def _is_known(self, month: str) -> bool:
        """Is there a row of the month? Not before its first fact or result."""
        return month in self.cadre.results or self.cadre.facts_of(month) != Facts()

    def _moment(self, position: int) -> Moment:
        return moment(self.course.registers(position), position, self.day)

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


def _touched(cadre: Cadre, recorded: Recorded) -> Touched | None:
    """What an event touches of one cadre: his own as always, a round's by the period, anything else all results.

    None for what touches nothing: a round that no result of his is of or rests on, or what somebody else had of a
    period, taken back.
    """
    touched = Touched()
    if recorded.stream == f"cadre:{cadre.id}":
        touched.add(recorded)
        return touched
    kind, _, rest = recorded.stream.partition(":")
    group, _, period = rest.partition(":")
    if kind == "round":
        return _touched_by_round(cadre, period)
    if kind == "cadre" and recorded.type == "annulled" and recorded.period is not None:
        return None
    if kind == "scheme" and group in cadre.postings.groups():
        touched.whole.add(cadre.id)
    touched.consequences.add(cadre.id)
    touched.years.add(cadre.id)
    return touched


def _touched_by_round(cadre: Cadre, period: str) -> Touched | None:
    """His results of the period and of those above it, whose state the round decides."""
    results = [each for each in (period, *dependents(period)) if each in cadre.results]
    kinds = {periods.kind(each) for each in results}
    touched = Touched()
    if "month" in kinds:
        touched.months[cadre.id] = {period}
    if "quarter" in kinds:
        touched.consequences.add(cadre.id)
    if "year" in kinds:
        touched.years.add(cadre.id)
    return touched if results else None


def _kinds(cadre: Cadre, touched: Touched) -> set[str]:
    """What of the record is touched: single months, else acts; quarters and duties, years; or everything."""
    if touched.whole:
        return {_EVERYTHING}
    found = set(touched.months.get(cadre.id, ())) or {"acts"}
    return found | {kind for kind in ("consequences", "years") if getattr(touched, kind)}


def _changes(part: Part, was: Row | None, now: Row | None) -> Iterator[Change]:
    if was == now:
        return
    named = now or was or {}
    of = named.get("kind") or named.get("submission") or named.get("event")
    for field in dict.fromkeys((*(was or {}), *(now or {}))):
        before, after = (row.get(field) if row is not None else None for row in (was, now))
        if field not in _OF_THE_KEY and before != after and not (was is None and after in ([], False)):
            yield Change(part, named.get("period"), of, field, before, after)
