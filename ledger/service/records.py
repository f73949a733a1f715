"""A cadre's record put together from his stream: postings, results, acts, appeals, duties."""

from collections.abc import Iterable

from ledger import periods
from ledger.aggregates.cadre import Cadre
from ledger.policy import Actor, sees_period, sees_row, shown_row
from ledger.projections import acts, annual, duties, monthly, quarterly, roster
from ledger.projections.moment import Moment, Row
from ledger.service.view import View


def months_of(moment: Moment, cadre: Cadre) -> list[str]:
    """The months from the first posting to the later of the date and the last event that has a row.

    Those after the date are excused ahead or were sealed; no month before the first posting has a row but a result's.
    """
    first = cadre.postings.first_month()
    if first is None:
        return []
    known = [period for period in (*cadre.excused_periods(), *cadre.results) if periods.kind(period) == "month"]
    return periods.months_between(min([first, *known]), max([periods.month_of(moment.date), *known]))


def period_row(moment: Moment, cadre: Cadre, period: str) -> Row | None:
    """The row of any period; None where the cadre has none."""
    match periods.kind(period):
        case "month":
            return monthly.row(moment, cadre, period)
        case "quarter":
            return quarterly.row(moment, cadre, period)
        case "year":
            return annual.row(moment, cadre, period)
        case None:
            return None


def last_results(view: View, cadre: Cadre) -> dict[str, Row | None]:
    """The latest month, quarter and year with a sealed result."""
    found: dict[str, Row | None] = {}
    for kind in ("month", "quarter", "year"):
        last = max((period for period in cadre.results if periods.kind(period) == kind), default=None)
        if kind == "month":
            found[kind] = next(iter(view.rows.months(cadre, [last] if last is not None else [])), None)
        else:
            found[kind] = period_row(view.moment, cadre, last) if last is not None else None
    return found


def record(view: View, cadre: Cadre, actor: Actor, *, monthly: bool = True) -> Row:
    """The whole record as a role may see it; not ``monthly``: with an empty list of months."""
    moment = view.moment
    assert cadre.registered is not None
    months = months_of(moment, cadre)
    quarters = list(dict.fromkeys(periods.quarter_of(month) for month in months))
    years = list(dict.fromkeys(periods.year_of(month) for month in months))
    whole = sees_period(actor, "quarter")

    def shown(rows: Iterable[Row | None]) -> list[Row]:
        return [shown_row(actor, row) for row in rows if row is not None and sees_row(actor, row)]

    found: dict[str, list[Row]] = acts.acts(moment, cadre) if whole else {}
    return {
        "cadre": cadre.id,
        "name": cadre.registered.name,
        "version": cadre.version,
        "postings": [roster.posting(entry) for entry in cadre.postings.standing()],
        "months": shown(view.rows.months(cadre, months)) if monthly else [],
        "quarters": shown(period_row(moment, cadre, quarter) for quarter in quarters) if whole else [],
        "years": shown(period_row(moment, cadre, year) for year in years) if whole else [],
        **found,
        "duties": duties.rows(moment, cadre, moment.date) if whole else [],
    }
