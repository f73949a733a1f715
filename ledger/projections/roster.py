"""The roster: who a cadre is and where posted, by date."""

from datetime import date
from typing import Any

from ledger import periods
from ledger.aggregates.cadre import Cadre
from ledger.aggregates.postings import Posting, PostingHistory
from ledger.projections.moment import Row


def stored(cadre: Cadre) -> Row:
    """What the roster keeps of a cadre; the posting of a day is chosen when it is read."""
    assert cadre.registered is not None
    return {
        "cadre": cadre.id,
        "name": cadre.registered.name,
        "refs": cadre.registered.refs,
        "postings": [posting(entry) for entry in cadre.postings.standing()],
    }


def posting(entry: Posting) -> Row:
    """A posting, or a departure with its reason and nothing else."""
    left = entry.group is None
    return {
        "event": entry.event,
        "since": entry.since,
        "unit": None if left else entry.unit,
        "post": None if left else entry.post,
        "group": entry.group,
        "departed": entry.reason,
    }


def current(row: Row, day: date) -> dict[str, Any]:
    """The posting that governs a day; before the first one the first, so that a coming cadre is seen with his unit."""
    month = periods.month_of(day)
    begun = [entry for entry in row["postings"] if entry["since"] <= month]
    chosen: dict[str, Any] = (begun[-1:] or row["postings"][:1] or [{}])[0]
    return chosen


def scope_posting(history: PostingHistory, day: date) -> Posting | None:
    """The posting that scope goes by: the one in force, after a departure the last, before the first the first."""
    entries = [entry for entry in history.standing() if entry.group is not None]
    begun = [entry for entry in entries if entry.since <= periods.month_of(day)]
    chosen = begun[-1:] or entries[:1]
    return chosen[0] if chosen else None
