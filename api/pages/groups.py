"""Groups, and the standings of a group's period."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from api.dependencies import GroupPath, LedgerDep, PeriodPath, WhenDep
from api.pages import charts
from api.pages.routing import Pages, ShownDep, VisitorDep, permitted
from ledger import periods
from ledger.projections.moment import Row

router = Pages()
YearQuery = Annotated[str | None, Query(pattern=periods.YEAR_PATTERN)]


@router.page("/groups")
def groups(caller: VisitorDep, ledger: LedgerDep, shown: ShownDep, when: WhenDep, year: YearQuery = None) -> Response:
    """The groups in scope, and how the rounds of a year stand."""
    found = ledger.queries.groups(caller, when)
    rounds = permitted(ledger.worklists.rounds, caller, when, year=year)
    return shown("groups", {**found, "year": rounds and _by_period(rounds)})


@router.page("/groups/{group}/periods/{period}")
def standings(
    group: GroupPath, period: PeriodPath, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep, when: WhenDep
) -> Response:
    """A round: who stands where, how the points lie, what is missing, and who moved since the last period."""
    found = ledger.queries.standings(caller, group, period, when)
    before, after = periods.previous(period), periods.following(period)
    unsealed = found["state"] != "sealed"
    earlier = ledger.queries.standings(caller, group, before, when)
    return shown(
        "standings",
        {
            **found,
            "name": ledger.queries.group_names(caller, when)[group],
            "rows": _moved(found["rows"], earlier["rows"]),
            "before": before,
            "after": after,
            "distribution": charts.bins([row["points"] for row in found["rows"] if row["points"] is not None]),
            "people": {row["cadre"]: row["name"] for row in found["rows"]},
            "indicators": ledger.sheets.indicators(caller, group),
            "progress": permitted(ledger.queries.progress, caller, group, period, when) if unsealed else None,
        },
    )


def _by_period(rounds: Row) -> Row:
    """The rounds of a year as a table: of each period the round of every group."""
    table: dict[str, dict[str, Row]] = {}
    for row in rounds["items"]:
        table.setdefault(row["period"], {})[row["group"]] = row
    year = rounds["year"]
    return {"name": year, "before": periods.previous(year), "after": periods.following(year), "periods": table}


def _moved(rows: list[Row], earlier: list[Row]) -> list[Row]:
    """The rows with ``place``, and ``moved``: places gained since the period before; None where either is missing."""
    places = {row["cadre"]: place for place, row in enumerate(earlier, 1) if row["points"] is not None}
    return [
        {**row, "place": place, "moved": places[row["cadre"]] - place if _placed(row, places) else None}
        for place, row in enumerate(rows, 1)
    ]


def _placed(row: Row, places: dict[str, int]) -> bool:
    return row["points"] is not None and row["cadre"] in places
