"""The roster, a cadre, and why a figure of his is what it is."""

from fastapi.responses import Response

from api.dependencies import CadrePath, LedgerDep, PageDep, PeriodPath, Text, WhenDep
from api.pages.calculation import equation, scheme
from api.pages.records import dossier, in_charts
from api.pages.routing import Pages, ShownDep, VisitorDep

router = Pages()


@router.page("/cadres")
def roster(
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
    when: WhenDep,
    page: PageDep,
    q: Text = None,
    group: Text = None,
    unit: Text = None,
) -> Response:
    """Who is in scope, searched by name or id, group and unit."""
    found = ledger.queries.cadres(caller, page, when, q=q or None, group=group or None, unit=unit or None)
    names = ledger.queries.group_names(caller, when)
    return shown("roster", {**found, "names": names, "sought": {"q": q, "group": group, "unit": unit}})


@router.page("/cadres/{cadre}")
def cadre(cadre: CadrePath, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep, when: WhenDep) -> Response:
    """Who a cadre is, and the record as far as the role reads it."""
    found, record = dossier(caller, ledger, cadre, when)
    names = ledger.queries.group_names(caller, when)
    return shown("cadre", {**found, "names": names, **in_charts(caller, ledger, record, when)})


@router.page("/cadres/{cadre}/periods/{period}")
def why(
    cadre: CadrePath, period: PeriodPath, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep, when: WhenDep
) -> Response:
    """How one result came about, down to the events."""
    found = ledger.queries.period(caller, cadre, period, when, shown.language)
    people = ledger.queries.names(caller, [cadre], when)
    explanation = found["explanation"]
    return shown(
        "why",
        {
            **found,
            "name": people.get(cadre, cadre),
            "names": ledger.queries.group_names(caller, when),
            "indicators": ledger.sheets.indicators(caller) if found["state"] == "not_ready" else {},
            "equation": equation(explanation) if explanation is not None else None,
            "scheme": scheme(explanation) if explanation is not None else None,
        },
    )
