"""The rows of duties: what was opened is stored, the state of the day is added when read."""

from datetime import date

from ledger.aggregates.cadre import Cadre
from ledger.aggregates.postings import PostingHistory
from ledger.assessment.duties import Duty, duties, state_on
from ledger.projections.moment import Moment, Row


def rows(moment: Moment, cadre: Cadre, day: date) -> list[Row]:
    """All duties of a cadre as they stand on a day."""
    opened = (row(stored(cadre.id, duty), cadre.postings, day) for duty in duties(moment.registers, cadre))
    return [found for found in opened if found is not None]


def key(cadre: str, number: int) -> str:
    """The key of a cadre's duty, by the order it opened."""
    return f"{cadre}/{number:04}"


def stored(cadre: str, duty: Duty) -> Row:
    return {
        "cadre": cadre,
        "kind": duty.kind,
        "period": duty.period,
        "due_on": duty.due_on.isoformat() if duty.due_on is not None else None,
        "opened_by": duty.opened_by,
        "opened_on": duty.opened_on.isoformat(),
        "answered_by": duty.answered_by,
        "withdrawn": duty.withdrawn,
        "position": duty.position,
    }


def row(kept: Row, postings: PostingHistory, day: date) -> Row | None:
    """A stored duty as it stands on a day; None while it has not opened because the cadre had left."""
    duty = Duty(
        kept["kind"],
        kept["period"],
        kept["opened_by"],
        kept["position"],
        date.fromisoformat(kept["opened_on"]),
        date.fromisoformat(kept["due_on"]) if kept["due_on"] is not None else None,
        kept["answered_by"],
        kept["withdrawn"],
    )
    state = state_on(duty, postings, day)
    if state is None:
        return None
    return {
        "cadre": kept["cadre"],
        "kind": duty.kind,
        "period": duty.period,
        "state": state,
        "due_on": kept["due_on"],
        "opened_by": duty.opened_by,
        "answered_by": duty.answered_by,
    }
