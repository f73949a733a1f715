"""What a dry run would change: the rows of the views and the duties, before and after."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from ledger import periods
from ledger.policy import Actor, may, reading_as, sees_period, sees_row, shown_row
from ledger.projections import duties as duty_rows
from ledger.projections.moment import Row
from ledger.projections.views import refresh
from ledger.recording.session import Session
from ledger.recording.tables import placeholders, select_recorded, stored_state, views_generation

_FIGURES = ("points", "grade", "rank", "last")


@dataclass(slots=True)
class Effects:
    """``rows``: the period rows that would be written; ``opened``, ``withdrawn``, ``answered``: duties."""

    rows: list[Row] = field(default_factory=list)
    opened: list[Row] = field(default_factory=list)
    withdrawn: list[Row] = field(default_factory=list)
    answered: list[Row] = field(default_factory=list)

    def shown_to(self, actor: Actor) -> "Effects":
        """Without what the actor could not read afterwards."""
        may_read = may(actor, "record")
        rows = [
            shown_row(reading_as(actor, row["cadre"]), row)
            for row in self.rows
            if may_read and sees_period(actor, periods.kind(row["period"])) and sees_row(actor, row)
        ]
        if not may(actor, "duties"):
            return Effects(rows)
        return Effects(rows, self.opened, self.withdrawn, self.answered)


@contextmanager
def watch(session: Session, cadres: Iterable[str]) -> Iterator[Effects]:
    """Fill in the effects of what is appended inside the block, for these cadres."""
    watched = list(cadres)
    before = _duties(session, watched)
    effects = Effects()
    yield effects
    known = partial(stored_state, session.connection, views_generation(session.connection))
    refreshed = refresh(session.moment(), session.touched, known)
    effects.rows = [
        {"cadre": row.cadre, **row.row}
        for row in refreshed.rows
        if row.view in ("monthly", "quarterly", "annual") and row.cadre in watched
    ]
    for key, duty in _duties(session, watched).items():
        old = before.get(key)
        if old is None or old["state"] != duty["state"]:
            {"done": effects.answered, "withdrawn": effects.withdrawn}.get(duty["state"], effects.opened).append(duty)


def _duties(session: Session, cadres: list[str]) -> dict[tuple[str, str, str | None, str], Row]:
    found: dict[tuple[str, str, str | None, str], Row] = {}
    for cadre_id in cadres:
        cadre = session.registers.cadre(cadre_id)
        for duty in duty_rows.rows(session.moment(), cadre, session.today) if cadre is not None else ():
            found[cadre_id, duty["kind"], duty["period"], duty["opened_by"]] = duty
    return found


def moved(rows: Iterable[Row], earlier: dict[str, Row]) -> list[Row]:
    """Who stands otherwise than before: the figures that changed, as they were and as they are."""
    found = []
    for row in rows:
        was = earlier.get(row["cadre"])
        if was is not None and any(was.get(name) != row.get(name) for name in _FIGURES):
            found.append(
                {
                    "cadre": row["cadre"],
                    "was": {name: was.get(name) for name in _FIGURES if name in was},
                    "now": {name: row.get(name) for name in _FIGURES if name in row},
                }
            )
    return found


def recorded_about(session: Session, cadres: list[str], period: str, since: int) -> dict[str, list[Row]]:
    """By cadre, what was recorded about a period and the months and quarters in it after a position, in order."""
    found: dict[str, list[Row]] = {cadre: [] for cadre in cadres}
    if not cadres:
        return found
    months = periods.months_of(period)
    parts = sorted({period, *months, *(periods.quarter_of(month) for month in months if months[1:])})
    where = f"cadre IN ({placeholders(cadres)}) AND period IN ({placeholders(parts)}) AND position > ?"
    for event in select_recorded(session.connection, f"{where} ORDER BY position", *cadres, *parts, since):
        about = {"type": event.type, "event": event.id, "period": event.period, "position": event.position}
        told = {"recorded_at": event.recorded_at, "actor": event.actor, "reason": getattr(event.data, "reason", None)}
        found[event.cadre or ""].append({**about, **told})
    return found
