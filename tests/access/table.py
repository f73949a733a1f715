"""Who gets what status where: one row a route, one a type of event; ``inside/outside`` the scope, or one for both.

The roles are those of the marked story, of which all but the administrator have the town, its unit or its cadre in
scope. A bulk counts as the status of its line. Commands are tried with ``dry_run``.
"""

ROLES = ("clerk", "cadre", "reviewer", "supervisor", "organiser", "committee", "auditor", "admin")
PRINCIPALS = {role: "town" if role == "organiser" else role for role in ROLES}

ROUTES = {
    #                                                   clerk   cadre   review. superv. organ.  commit. auditor admin
    "GET /v1/me":                                      "200     200     200     200     200     200     200     200",
    "GET /v1/cadres":                                  "200     200     200     200     200     200     200     403",
    "POST /v1/cadres":                                 "403     403     403     403     200/404 403     403     403",
    "GET /v1/cadres/{cadre}":                          "200/404 200/404 200/404 200/404 200/404 200/404 200/404 403",
    "POST /v1/cadres/{cadre}/events":                  "200/404 200/404 403     403     200/404 403     403     403",
    "GET /v1/cadres/{cadre}/events":                   "200/404 200/404 200/404 200/404 200/404 403/404 403/404 403",
    "GET /v1/cadres/{cadre}/record":                   "403     200/404 200/404 200/404 200/404 403/404 403/404 403",
    "GET /v1/cadres/{cadre}/periods/{period}":         "403     200/404 200/404 200/404 200/404 403/404 403/404 403",
    "GET /v1/cadres/{cadre}/changes":                  "403     200/404 200/404 200/404 200/404 403/404 403/404 403",
    "GET /v1/groups":                                  "200     200     200     200     200     200     200     403",
    "POST /v1/groups/{group}/schemes/{year}":          "403     403     403     403     200/404 403     403     403",
    "GET /v1/groups/{group}/schemes/{year}":           "200     200     200/404 200     200/404 200/404 200/404 403",
    "GET /v1/groups/{group}/periods/{period}":         "403     403     200/404 403     200/404 403     200/404 403",
    "GET /v1/groups/{group}/periods/{period}/progress": "403    403     200/404 403     200/404 403     403     403",
    "POST /v1/groups/{group}/periods/{period}/seal":   "403     403     403     403     409/404 403     403     403",
    "POST /v1/groups/{group}/periods/{period}/reopen": "403     403     403     403     200/404 403     403     403",
    "GET /v1/submissions":                             "200     200     200     403     200     403     403     403",
    "GET /v1/duties":                                  "403     200     403     200     200     403     200     403",
    "POST /v1/events":                                 "200/404 200/404 403     403     200/404 403     403     403",
    "GET /v1/events":                                  "403     403     403     403     200     403     200     403",
    "GET /v1/events/stream":                           "403     403     403     403     200     403     200     403",
    "GET /v1/events/{id}":                             "403     403     403     403     200/404 403     200/404 403",
    "GET /v1/events/{id}/proof":                       "403     403     403     403     200/404 403     200/404 403",
    "GET /log/tile/entries/{path:path}":               "403     403     403     403     403     403     403     403",
    "POST /v1/consultations":                          "403     403     403     403     403     200/404 200/404 403",
    "GET /v1/access":                                  "403     403     403     403     403     403     403     200",
    "POST /v1/access":                                 "403     403     403     403     403     403     403     200",
    "POST /v1/access/{principal}/revocation":          "403     403     403     403     403     403     403     200",
}  # fmt: skip
"""A group's schemes are no secret to who has a scope of units or of himself; entries are for auditors of everything."""

PAGES = {
    #                                                   clerk   cadre   review. superv. organ.  commit. auditor admin
    "GET /":                                           "200     200     200     200     200     200     200     200",
    "GET /consultation":                               "200     200     200     200     200     200     200     200",
    "POST /consultation":                              "403     403     403     403     403     303/404 303/404 403",
    "GET /cadres":                                     "200     200     200     200     200     200     200     403",
    "GET /cadres/{cadre}":                             "200/404 200/404 200/404 200/404 200/404 403/404 403/404 403",
    "GET /cadres/{cadre}/periods/{period}":            "403     200/404 200/404 200/404 200/404 403/404 403/404 403",
    "GET /cadres/{cadre}/history":                     "200/404 200/404 200/404 200/404 200/404 403/404 403/404 403",
    "GET /cadres/{cadre}/changes":                     "403     200/404 200/404 200/404 200/404 403/404 403/404 403",
    "GET /compare":                                    "200     200     200     200     200     200     200     403",
    "GET /duties":                                     "403     200     403     200     200     403     200     403",
    "GET /cadres/{cadre}/duties/{kind}/{about}":       "403     200/404 403     200/404 200/404 403     403/404 403",
    "POST /cadres/{cadre}/duties/{kind}/{about}":      "403     403/404 403     303/404 303/404 403     403/404 403",
    "GET /own":                                        "404     200     404     404     404     404     404     404",
    "POST /own":                                       "404     303     404     404     404     404     404     404",
    "GET /registration":                               "403     403     403     403     200     403     403     403",
    "POST /registration":                              "403     403     403     403     303/404 403     403     403",
    "GET /cadres/{cadre}/postings":                    "403/404 200/404 200/404 200/404 200/404 403/404 403/404 403",
    "POST /cadres/{cadre}/postings":                   "403/404 403/404 403/404 403/404 303/404 403/404 403/404 403",
    "GET /groups":                                     "200     200     200     200     200     200     200     403",
    "GET /groups/{group}/periods/{period}":            "403     403     200/404 403     200/404 403     200/404 403",
    "GET /groups/{group}/schemes/{year}":              "200     200     200/404 200     200/404 200/404 200/404 403",
    "GET /groups/{group}/schemes/{year}/adoption":     "403     403     403     403     200/404 403     403     403",
    "POST /groups/{group}/schemes/{year}/adoption":    "403     403     403     403     303/404 403     403     403",
    "GET /periods/{period}/submissions":               "200     200     403     403     200     403     403     403",
    "POST /periods/{period}/submissions":              "303     303     403     403     303     403     403     403",
    "GET /review":                                     "200     200     200     403     200     403     403     403",
    "POST /review":                                    "403     403     303/404 403     303/404 403     403     403",
    "GET /groups/{group}/periods/{period}/scores":     "403     403     200/404 403     200/404 403     403     403",
    "POST /groups/{group}/periods/{period}/scores":    "403     403     303/404 403     303/404 403     403     403",
    "GET /groups/{group}/periods/{period}/seal":       "403     403     403/404 403     200/404 403     403/404 403",
    "POST /groups/{group}/periods/{period}/seal":      "403     403     403/404 403     409/404 403     403/404 403",
    "GET /groups/{group}/periods/{period}/reopening":  "403     403     200/404 403     200/404 403     200/404 403",
    "POST /groups/{group}/periods/{period}/reopening": "403     403     403/404 403     303/404 403     403/404 403",
    "GET /periods/{period}":                           "403     403     200     403     200     403     403     403",
    "POST /periods/{period}":                          "403     403     403     403     409/404 403     403     403",
    "GET /verify":                                     "403     403     403     403     200     403     200     403",
    "POST /verify":                                    "403     403     403     403     403     403     403     403",
    "GET /access":                                     "403     403     403     403     403     403     403     200",
    "POST /access":                                    "403     403     403     403     403     403     403     200",
}  # fmt: skip
"""Pages, and with each one that is got its twin, asked by who is signed in; checks are run by who sees everything."""

FILES = {
    #                                                   clerk   cadre   review. superv. organ.  commit. auditor admin
    "GET /verify/proofs/{id}":                          "403     403     403     403     200/404 403     200/404 403",
    "GET /verify/excerpts/{cadre}":                     "403     403     403     403     403     403     403     403",
}  # fmt: skip
"""What pages give to keep; all of a cadre's events are for auditors of everything."""

PUBLIC = {
    "GET /livez": 200,
    "GET /readyz": 200,
    "GET /metrics": 200,
    "GET /problems/{code}": 200,
    "GET /openapi.json": 200,
    "GET /docs": 200,
    "GET /log/checkpoint": 200,
    "GET /log/vkey": 200,
    "GET /log/tile/{path:path}": 200,
    "GET /sign-in": 200,
    "GET /sign-in/{code}": 200,
    "GET /static/{name}": 200,
}
"""What anybody gets, with any token or none: it tells nothing of anybody."""

TWINS = tuple(
    f"{page}.json" for page in (*PAGES, *PUBLIC) if page in PAGES or "/sign-in" in page if page.startswith("GET ")
)
"""What pages show, as data."""

NAMED = tuple(f"{page}/" for page in PAGES if page.startswith("GET ") and page.endswith(("{cadre}", "{principal}")))
"""Pages that end in a name, which may end as a twin does (tests/pages/test_addresses.py)."""

OPEN = ("POST /sign-in", "POST /sign-in/{code}", "POST /sign-out")
"""What anybody may send, and who he is is seen by it (tests/pages/test_sessions.py)."""

PROVIDER = ("GET /sign-in/provider", "GET /sign-in/provider/back")
"""The way to the identity provider and back, where there is one (test_code_flow.py)."""

EVENTS = {
    #                        clerk   cadre   review. superv. organ.  commit. auditor admin
    "registered":           "403     403     403     403     200/404 403     403     403",
    "posted":               "403     403     403     403     200/404 403     403     403",
    "departed":             "403     403     403     403     200/404 403     403     403",
    "submitted":            "200/404 200/404 403     403     200/404 403     403     403",
    "withdrawn":            "403/404 200/404 403     403     200/404 403     403     403",
    "reviewed":             "403     403     200/404 403     200/404 403     403     403",
    "scored":               "403     403     200/404 403     200/404 403     403     403",
    "score_corrected":      "403     403     403/404 403     200/404 403     403     403",
    "observed":             "403     403     200/404 403     200/404 403     403     403",
    "excused":              "403     403     403     403     200/404 403     403     403",
    "annulled":             "403     403     403/404 403/404 200/404 403     403     403",
    "talk_held":            "403     403     403     200/404 200/404 403     403     403",
    "acknowledged":         "403     200/404 403     403     200/404 403     403     403",
    "criticised":           "403     403     403     200/404 200/404 403     403     403",
    "admonished":           "403     403     403     403     200/404 403     403     403",
    "admonition_waived":    "403     403     403     403     200/404 403     403     403",
    "admonition_reviewed":  "403     403     403     403     200/404 403     403     403",
    "adjustment_decided":   "403     403     403     403     200/404 403     403     403",
    "appeal_lodged":        "403     200/404 403     403     200/404 403     403     403",
    "appeal_decided":       "403     403     403     403     403/404 403     403     403",
}  # fmt: skip
"""Withdrawn, corrected and annulled is what somebody else recorded; the organiser of the appeal sealed the result."""


def statuses(row: str) -> dict[str, tuple[int, int]]:
    """Of each role the status inside and outside its scope."""
    found = (cell.partition("/") for cell in row.split())
    pairs = [(int(inside), int(outside or inside)) for inside, _, outside in found]
    return dict(zip(ROLES, pairs, strict=True))
