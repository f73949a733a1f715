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
    Case("history", "organiser", f"/cadres/{CADRE}/history"),
    Case("history-past", "cadre", f"/cadres/{CADRE}/history?at=8553"),
    Case("changes", "supervisor", "/cadres/500101-0015/changes?since=2025-10-01&until=2025-11-01"),
    Case("compare-whom", "committee", "/compare"),
    Case("compare", "organiser", f"/compare?cadre={CADRE}&cadre=500101-0001&cadre=500101-0040"),
    Case("duties", "supervisor", "/duties"),
    Case("duties-done", "auditor", "/duties?state=done&group=large_towns&limit=20"),
    Case("duty-criticism", "supervisor", "/cadres/500101-0015/duties/criticism/2025-Q3"),
    Case("duty-admonition", "organiser", "/cadres/500101-0015/duties/consider_admonition/2025-Q3"),
    Case("duty-adjustment", "organiser", "/cadres/500101-0055/duties/adjustment_case/2025-Q3"),
    Case("duty-done", "organiser", f"/cadres/{CADRE}/duties/feedback/2025-Q1"),
    Case("own", "cadre", "/own"),
    Case("groups", "organiser", "/groups"),
    Case("standings-quarter", "organiser", "/groups/subdistricts/periods/2025-Q1"),
    Case("standings-month", "reviewer", "/groups/subdistricts/periods/2025-03"),
    Case("standings-year", "auditor", "/groups/subdistricts/periods/2024"),
    Case("standings-open", "organiser", "/groups/subdistricts/periods/2025-Q4"),
    Case("consultation", "committee", f"/consultation?cadre={CADRE}"),
    Case("submissions-units", "clerk", "/periods/2025-12/submissions"),
    Case("submissions", "clerk", "/periods/2025-12/submissions?unit=太白街道"),
    Case("submissions-own", "cadre", "/periods/2025-12/submissions"),
    Case("review", "reviewer", "/review?category=危房改造"),
    Case("scores-month", "reviewer", "/groups/subdistricts/periods/2025-12/scores"),
    Case("scores-year", "organiser", "/groups/subdistricts/periods/2025/scores"),
    Case("seal-not-ready", "organiser", "/groups/subdistricts/periods/2025-12/seal"),
    Case("reopening", "organiser", "/groups/subdistricts/periods/2025-03/reopening"),
    Case("rounds", "organiser", "/periods/2025-12"),
    Case("registration", "organiser", "/registration"),
    Case("postings", "organiser", "/cadres/500101-0055/postings"),
    Case("scheme", "auditor", "/groups/large_towns/schemes/2025"),
    Case("adoption", "organiser", "/groups/large_towns/schemes/2026/adoption"),
    Case("verify", "auditor", "/verify"),
    Case("access", "admin", "/access"),
    Case("sign-in", "organiser", "/sign-in"),
)
