"""The ledger in order, one event, and a cadre's history: envelopes as they go out."""

import json
from bisect import bisect_right
from collections.abc import Iterator

from ledger.aggregates.refusals import UnknownEvent
from ledger.policy import Actor, check_read, reading_as, sees_event, sees_group, sees_points, shown_actor, shown_data
from ledger.projections.moment import Row
from ledger.recording.codec import StoredRow
from ledger.recording.reader import NOW, When
from ledger.recording.tables import placeholders
from ledger.recording.tail import Tail
from ledger.service.credentials import Caller
from ledger.service.queries import Queries
from ledger.service.view import Page, View

PAGE = 1_000


class Feed:
    """Events as envelopes. A reader pages from its own position, so a slow one holds up nobody."""

    def __init__(self, queries: Queries, tail: Tail) -> None:
        self._queries = queries
        self.tail = tail

    def ledger(self, caller: Caller, after: int = 0, limit: int | None = None) -> Iterator[Row]:
        """The events after a position that the actor may see, in order; all of them without a limit."""
        with self._queries.view(caller) as view:
            check_read(view.actor, "ledger")
            head = view.reading.position
        return self._pages(caller, after, head, limit)

    def page(self, caller: Caller, after: int, size: int) -> tuple[list[Row], int, bool]:
        """Events after a position that the actor may see now, where to go on, and whether there are more."""
        with self._queries.view(caller) as view:
            check_read(view.actor, "ledger")
            rows = list(view.reading.rows("position > ? ORDER BY position LIMIT ?", after, size))
            upto = rows[-1].position if rows else after
            return [_shown(view, row) for row in rows if _sees(view, row)], upto, upto < view.reading.head

    def _pages(self, caller: Caller, after: int, head: int, limit: int | None) -> Iterator[Row]:
        left = limit
        while after < head and left != 0:
            shown, after, _ = self.page(caller, after, PAGE if left is None else min(PAGE, left))
            yield from shown
            left = None if left is None else left - len(shown)

    def event(self, caller: Caller, id_: str) -> Row:
        """One event by its id; UnknownEvent if there is none in the actor's scope."""
        with self._queries.view(caller) as view:
            check_read(view.actor, "ledger")
            row = next(view.reading.rows("id = ?", id_), None)
            if row is None or not _sees(view, row):
                raise UnknownEvent()
            return _shown(view, row)

    def history(
        self,
        caller: Caller,
        cadre_id: str,
        page: Page,
        after: int = 0,
        type_: str | None = None,
        when: When = NOW,
    ) -> Row:
        """A cadre's events after a version, in order, as envelopes."""
        with self._queries.view(caller, when) as view:
            actor = reading_as(view.actor, cadre_id)
            check_read(actor, "history")
            view.check_cadre(cadre_id)
            view.check_record(actor, cadre_id)
            of_type, wanted = ("AND type = ?", (type_,)) if type_ is not None else ("", ())
            rows = view.reading.rows(
                f"stream = ? AND version > ? AND position <= ? {of_type} ORDER BY version",
                f"cadre:{cadre_id}",
                after,
                view.reading.position,
                *wanted,
            )
            items: list[Row] = []
            for row in rows:
                if sees_event(actor, row.topic):
                    items.append(envelope(actor, row))
                if len(items) > page.limit:
                    break
            following = items[page.limit - 1]["version"] if len(items) > page.limit else None
            return {"items": items[: page.limit], "next": following, **view.speaks_for()}

    def course(self, caller: Caller, cadre_id: str, when: When = NOW, last: int = 10) -> Row:
        """Where a moment stands in a cadre's whole history: the ``positions`` of his events and of what was done with
        his groups' rounds, how many there were by then, and the ``last`` of those as envelopes, newest first."""
        with self._queries.view(caller) as view:
            actor = reading_as(view.actor, cadre_id)
            check_read(actor, "history")
            view.check_cadre(cadre_id)
            view.check_record(actor, cadre_id)
            own = (place for place, type_ in view.reading.places(f"cadre:{cadre_id}") if sees_event(actor, type_))
            positions = sorted((*own, *_rounds(view, actor, cadre_id)))
            number = bisect_right(positions, view.reading.position_at(when))
            newest = positions[max(0, number - last) : number]
            found = f"position IN ({placeholders(newest)}) ORDER BY position DESC"
            rows = view.reading.rows(found, *newest) if newest else ()
            return {
                "positions": positions,
                "number": number,
                "last": [_about_one(envelope(actor, row)) for row in rows],
                **view.speaks_for(),
            }


def _rounds(view: View, actor: Actor, cadre_id: str) -> Iterator[int]:
    """Where rounds of a cadre's groups were sealed and reopened, if that is for this role."""
    registers = view.reading.registers
    groups = registers.postings(cadre_id).groups() if sees_points(actor) else ()
    seen = {group for group in groups if sees_group(view.actor, group)}
    for key in list(registers.structure.rounds):
        if key[0] in seen:
            found = registers.round(*key)
            made = (*(seal.position for seal in found.seals), *(reopened.position for reopened in found.reopenings))
            yield from (position for position in made if position <= registers.position)


_ABOUT_ANYBODY = ("period", "revision", "reason")


def _about_one(event: Row) -> Row:
    """An event of a cadre, or of a round without what it says of others."""
    if event["stream"].startswith("cadre:"):
        return event
    return {**event, "data": {name: event["data"][name] for name in _ABOUT_ANYBODY if name in event["data"]}}


def envelope(actor: Actor, row: StoredRow) -> Row:
    """An event as it goes out to an actor; the salt of its leaf stays inside.

    Whoever may not know who recorded it does not learn it from the name of a request either.
    """
    state = json.loads(row.state)
    hand = shown_actor(actor, row.topic, state["actor"])
    return {
        "id": row.id,
        "stream": row.originator_id,
        "version": row.originator_version,
        "position": row.position,
        "type": row.topic,
        "schema": row.schema,
        "recorded_at": row.recorded_at,
        "actor": hand,
        "correlation_id": state["correlation_id"] if hand is not None else None,
        "causation_id": state["causation_id"],
        "data": shown_data(actor, row.topic, state["data"]),
    }


def _shown(view: View, row: StoredRow) -> Row:
    """An event of the ledger as an envelope; of a consultation only the cadres in scope."""
    found = envelope(view.actor, row)
    if row.topic == "consulted":
        found["data"]["cadres"] = [cadre for cadre in found["data"]["cadres"] if view.sees(cadre)]
    return found


def _sees(view: View, row: StoredRow) -> bool:
    return sees_stream(view, str(row.originator_id))


def sees_stream(view: View, stream: str) -> bool:
    """Are the events of a stream inside the actor's scope?"""
    kind, _, rest = stream.partition(":")
    if kind in ("scheme", "round"):
        return sees_group(view.actor, rest.partition(":")[0])
    if kind in ("cadre", "consultations"):
        if view.actor.cadre == rest:
            return False  # oneself one reads as a cadre, elsewhere
        return view.sees(rest)
    if kind == "access":
        return view.actor.units is None and view.actor.groups is None
    return True
