"""A record as pages show it: without the periods at its end of which nothing is known yet, beside its groups."""

from collections.abc import Sequence

from ledger import periods
from ledger.errors import Forbidden
from ledger.projections.moment import Row
from ledger.recording.reader import NOW, When
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger

CHARTED = 24
"""So many months a chart goes back."""
_RESULT = ("points", "excused", "not_graded", "revision")


def dossier(caller: Caller, ledger: Ledger, cadre: str, when: When) -> tuple[Row, Row | None]:
    """A cadre and his record; None for that where the role reads none."""
    try:
        return ledger.queries.dossiers(caller, [cadre], when)[0]
    except Forbidden:
        return ledger.queries.cadre(caller, cadre, when), None


def trimmed(record: Row) -> Row:
    """The record with its rows up to the last with a result; ``waiting``: first and last period of those left out."""
    found = dict(record)
    waiting: Row = {}
    for part in ("months", "quarters", "years"):
        rows = record[part]
        known = max((number for number, row in enumerate(rows, 1) if _has_result(row)), default=0)
        found[part] = rows[:known]
        waiting[part] = [rows[known]["period"], rows[-1]["period"]] if known < len(rows) else None
    return {**found, "waiting": waiting}


def _has_result(row: Row) -> bool:
    return any(row.get(name) is not None for name in _RESULT)


def in_charts(caller: Caller, ledger: Ledger, record: Row | None, when: When) -> Row:
    """The ``record`` of a page, None where the role reads none, and the ``charted`` months with their ``bands``."""
    if record is None:
        return {"record": None, "charted": [], "bands": {}}
    found = trimmed(record)
    months = charted(found["months"])
    return {"record": found, "charted": months, "bands": bands(caller, ledger, months) if when == NOW else {}}


def bands(caller: Caller, ledger: Ledger, months: Sequence[Row]) -> dict[str, Row]:
    """By month the quartiles of the group then, where the role reads standings and enough people are graded."""
    groups = {row["group"] for row in months if row["group"] is not None}
    if not groups:
        return {}
    try:
        found = ledger.queries.spread(caller, groups, months[0]["period"])
    except Forbidden:
        return {}
    mine = {(row["group"], row["period"]) for row in months}
    return {item["period"]: item for item in found["items"] if (item["group"], item["period"]) in mine}


def charted(rows: Sequence[Row]) -> list[Row]:
    """The months that a chart shows: the last ones, every month in between among them."""
    if not rows:
        return []
    known = {row["period"]: row for row in rows}
    wanted = periods.months_between(rows[0]["period"], rows[-1]["period"])[-CHARTED:]
    return [known.get(month, {"period": month, "group": None, "points": None}) for month in wanted]
