"""Every page, and who opens it in the sample district: a new page is one row here."""

from typing import NamedTuple


class Case(NamedTuple):
    """A page as a person opens it; ``name`` is that of its picture."""

    name: str
    role: str
    path: str


CADRE = "500101-0036"
CASES = (
    Case("home-organiser", "organiser", "/"),
    Case("home-reviewer", "reviewer", "/"),
    Case("home-clerk", "clerk", "/"),
    Case("home-supervisor", "supervisor", "/"),
    Case("home-cadre", "cadre", "/"),
    Case("home-committee", "committee", "/"),
    Case("home-auditor", "auditor", "/"),
    Case("home-admin", "admin", "/"),
    Case("roster", "organiser", "/cadres"),
    Case("roster-sought", "clerk", "/cadres?q=街道"),
    Case("cadre", "organiser", f"/cadres/{CADRE}"),
    Case("cadre-own", "cadre", f"/cadres/{CADRE}"),
    Case("cadre-past", "organiser", f"/cadres/{CADRE}?at=2000"),
    Case("why-month", "organiser", f"/cadres/{CADRE}/periods/2025-03"),
    Case("why-quarter", "cadre", f"/cadres/{CADRE}/periods/2025-Q1"),
    Case("why-year", "organiser", f"/cadres/{CADRE}/periods/2024"),
    Case("groups", "organiser", "/groups"),
    Case("standings-quarter", "organiser", "/groups/subdistricts/periods/2025-Q1"),
    Case("standings-month", "reviewer", "/groups/subdistricts/periods/2025-03"),
    Case("standings-year", "auditor", "/groups/subdistricts/periods/2024"),
    Case("standings-open", "organiser", "/groups/subdistricts/periods/2025-Q4"),
    Case("consultation", "committee", f"/consultation?cadre={CADRE}"),
    Case("sign-in", "organiser", "/sign-in"),
)
