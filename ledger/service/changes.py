"""What changed in a cadre's record between two moments: field, was, now, by which event, who, why."""

from collections.abc import Iterator

from ledger.aggregates.envelope import Recorded
from ledger.assessment.duties import local_time
from ledger.errors import Invalid
from ledger.policy import (
    Actor,
    check_read,
    reading_as,
    sees_event,
    sees_period,
    sees_row,
    shown_actor,
    shown_data,
    shown_row,
)
from ledger.projections.moment import Row
from ledger.projections.unfolding import Change, Part, Step, unfold
from ledger.recording.reader import NOW, When
from ledger.recording.stepping import Stepping
from ledger.service.credentials import Caller
from ledger.service.feed import sees_stream
from ledger.service.queries import Queries
from ledger.service.view import Page, View

_KINDS = {"months": "month", "quarters": "quarter", "years": "year", "submissions": "month"}
_WHY = ("reason", "grounds", "finding", "matter", "summary", "comment")


class Changes:
    """Replays a cadre's record."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    def between(self, caller: Caller, cadre_id: str, page: Page, since: When | None, until: When = NOW) -> Row:
        """The changes after ``since`` (None: from the beginning) up to ``until`` in order, each with its event.

        A page ends with a whole event; its cursor is the event's position.
        """
        with self._queries.view(caller, until) as view:
            after = _begin(view, since, until)
            items: list[Row] = []
            following, last = None, 0
            for step, told in _steps(view, cadre_id, max(after, int(page.cursor or 0))):
                if step.changes and len(items) >= page.limit:
                    following = str(last)
                    break
                items.extend({**_plain(change), **told} for change in step.changes)
                last = step.event.position
            return {"cadre": cadre_id, "since": after, "items": items, "next": following, **view.speaks_for()}

    def chronicle(self, caller: Caller, cadre_id: str, until: When = NOW) -> Iterator[tuple[Row, Step]]:
        """Every event that touches a cadre, with its data as far as the caller may see it, and what it changed."""
        with self._queries.view(caller, until) as view:
            for step, told in _steps(view, cadre_id, 0):
                local = local_time(step.event.recorded_at, view.reading.registers.time_zone)
                actor = reading_as(view.actor, cadre_id)
                data = _data(actor, step.event, cadre_id) if told["event"] is not None else {}
                yield {**told, "local_time": local, "data": data}, step


def _begin(view: View, since: When | None, until: When) -> int:
    """The position to begin after; Invalid if that moment is later than the end."""
    if since is None:
        return 0
    after = view.reading.position_at(since)
    end = until.as_of if until != NOW else view.now
    if after > view.reading.position or (since.as_of is not None and end is not None and since.as_of > end):
        raise Invalid.at("/since", "after_until")
    return after


def _plain(change: Change) -> Row:
    return {
        "part": change.part,
        "period": change.period,
        "of": change.of,
        "field": change.field,
        "was": change.was,
        "now": change.now,
    }


def _steps(view: View, cadre_id: str, after: int) -> Iterator[tuple[Step, Row]]:
    """The steps after a position in which there is something for the actor to see."""
    actor = reading_as(view.actor, cadre_id)
    check_read(actor, "changes")
    view.check_cadre(cadre_id)
    view.check_record(actor, cadre_id)

    def show(part: Part, row: Row) -> Row | None:
        return _shown(actor, part, row)

    for step in unfold(Stepping(view.reading, cadre_id, after), view.reading.date, show):
        visible = _is_visible(view, actor, cadre_id, step.event)
        if step.changes or visible:
            yield step, _told(actor, step.event, cadre_id, visible)


def _is_visible(view: View, actor: Actor, cadre_id: str, event: Recorded) -> bool:
    """May the actor read the event: of this cadre by its type, of another stream by its scope?"""
    if event.stream == f"cadre:{cadre_id}":
        return sees_event(actor, event.type)
    return sees_stream(view, event.stream)


def _shown(actor: Actor, part: Part, row: Row) -> Row | None:
    """A row of the record as the actor may see it."""
    kind = _KINDS.get(part)
    if part == "postings":
        return row
    if kind is None:
        return row if sees_period(actor, "quarter") else None
    if not sees_period(actor, kind) or not sees_row(actor, row):
        return None
    return shown_row(actor, row) if part != "submissions" else row


def _told(actor: Actor, event: Recorded, cadre: str, visible: bool) -> Row:
    """By which event a change came about, who recorded it and why; of one out of sight only when and of what type."""
    told: Row = {"type": event.type, "position": event.position, "recorded_at": event.recorded_at}
    if not visible:
        return {**told, "event": None, "stream": None, "actor": None, "why": None}
    data = _data(actor, event, cadre)
    return {
        **told,
        "event": event.id,
        "stream": event.stream,
        "actor": shown_actor(actor, event.type, event.actor),
        "why": next((data[name] for name in _WHY if data.get(name)), None),
    }


def _data(actor: Actor, event: Recorded, cadre: str) -> Row:
    """An event's data as the actor may see it; of a seal what concerns this cadre alone."""
    data = event.data.model_dump(mode="json", by_alias=True, exclude_none=True)
    if event.type == "sealed":
        data["decisions"] = {name: made for name, made in data["decisions"].items() if name == cadre}
        data["not_assessed"] = [entry for entry in data["not_assessed"] if entry["cadre"] == cadre]
    return shown_data(actor, event.type, data)
