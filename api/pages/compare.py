"""Candidates side by side over the same years, under one consultation where the role needs one."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from api.dependencies import LedgerDep, Text, WhenDep
from api.pages.charts import scale_of
from api.pages.routing import Pages, ShownDep, VisitorDep
from ledger import periods
from ledger.errors import Invalid
from ledger.projections.moment import Row
from ledger.service.view import Page

router = Pages()
MOST = 6
YEARS = 3
_CELL = ("points", "grade", "rank", "of", "last", "group", "state", "decision", "reasons", "not_graded", "not_ranked")
_ACTS = ("criticisms", "admonitions", "adjustments")


@router.page("/compare")
def compare(
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
    when: WhenDep,
    cadre: Annotated[list[str] | None, Query(max_length=MOST)] = None,
    since: Text = None,
    until: Text = None,
) -> Response:
    """Two to six candidates; with fewer the form that asks for them."""
    wanted = list(dict.fromkeys(filter(None, cadre or [])))
    if len(wanted) < 2:
        roster = ledger.queries.cadres(caller, Page(limit=500), when)
        return shown("compare_whom", {"people": roster["items"], "wanted": wanted, "most": MOST})
    dossiers = ledger.queries.dossiers(caller, wanted, when, whole=False)
    records = [record for _, record in dossiers]
    years = _years(records, _year(since, "/since"), _year(until, "/until"))
    rows = [_side_by_side(records, period) for year in reversed(years) for period in (year, *periods.quarters_of(year))]
    together = {person["group"] for person, _ in dossiers}
    return shown(
        "compare",
        {
            "candidates": [_candidate(*dossier, years) for dossier in dossiers],
            "names": ledger.queries.group_names(caller, when),
            "years": years,
            "rows": [row for row in rows if any(row["cells"])],
            "comparable": len(together) == 1 and all(row["comparable"] for row in rows),
            "scale": scale_of([row["points"] for record in records for row in record["quarters"]]),
            **{name: dossiers[0][0][name] for name in ("position", "date")},
        },
    )


def _year(text: str | None, where: str) -> str | None:
    if text and periods.kind(text) != "year":
        raise Invalid.at(where, "year")
    return text or None


def _years(records: list[Row], since: str | None, until: str | None) -> list[str]:
    """The years asked for, else the last ones in which any of them has a quarter's points."""
    rows = [row for record in records for row in record["quarters"] if row["points"] is not None]
    found = sorted({row["period"][:4] for row in rows})
    if since is None and until is None:
        return found[-YEARS:]
    return [year for year in found if (since or year) <= year <= (until or year)]


def _side_by_side(records: list[Row], period: str) -> Row:
    """A year or quarter: of each candidate the result; comparable if all were in one group."""
    part = "years" if periods.kind(period) == "year" else "quarters"
    found = (next((row for row in record[part] if row["period"] == period), None) for record in records)
    cells = [_cell(row) if row is not None and _has_result(row) else None for row in found]
    return {"period": period, "cells": cells, "comparable": len({cell["group"] for cell in cells if cell}) < 2}


def _cell(row: Row) -> Row:
    return {name: row.get(name) for name in _CELL}


def _has_result(row: Row) -> bool:
    return row["points"] is not None or row["not_graded"] is not None


def _candidate(person: Row, record: Row, years: list[str]) -> Row:
    """Who a candidate is, the quarters of the years, and what stands against or for him in them.

    None for what is no part of the record as the role reads it.
    """
    quarters = [row for row in record["quarters"] if row["period"][:4] in years]
    standing = {name: [act for act in record[name] if act["annulled_by"] is None] for name in _ACTS if name in record}
    open_duties = [duty for duty in record.get("duties", ()) if duty["state"] in ("due", "overdue")]
    windows = [act["window"] for act in standing.get("admonitions", ())]
    return {
        **{name: person[name] for name in ("cadre", "name", "unit", "post", "group", "departed")},
        "quarters": [{name: row[name] for name in ("period", "points")} for row in quarters],
        "good": sum(row["grade"] in ("good", "fairly_good") for row in quarters),
        "last": sum(bool(row["last"]) for row in quarters),
        **{name: len(standing[name]) if name in standing else None for name in _ACTS},
        "barred_until": max((window["until"] for window in windows if window["in_force"]), default=None),
        "appeals": len(record["appeals"]) if "appeals" in record else None,
        "open_duties": len(open_duties) if "duties" in record else None,
    }
