"""A year of two groups, told in process: what the tests of reading are asked about.

``town`` sealed 2025 whole; ding came last in every quarter, bo was under investigation in February, an handed in a form
that was reviewed. ``law`` sealed the first quarter, April waits; xu moved from there to town in 2026.
"""

from pathlib import Path

from ledger import periods
from tests.office import Office

TOWN = {"an": 95, "bo": 85, "cai": 70, "ding": 50}
LAW = {"wang": 88, "xu": 77}
UNITS = {"an": "一街道", "bo": "二街道", "cai": "一街道", "ding": "二街道", "wang": "政法委", "xu": "政法委"}
SECRET = "正在接受组织调查"
"""The note of bo's excuse."""

_PRINCIPALS: dict[str, tuple[str, dict[str, object]]] = {
    "town_organiser": ("organiser", {"groups": ["town"]}),
    "town_reviewer": ("reviewer", {"groups": ["town"], "indicators": ["work"]}),
    "clerk": ("clerk", {"units": ["一街道"]}),
    "law_clerk": ("clerk", {"units": ["政法委"]}),
    "supervisor": ("supervisor", {"units": ["二街道"]}),
    "committee": ("committee", {}),
    "auditor": ("auditor", {}),
    "admin": ("admin", {}),
    "expired": ("organiser", {"expires": "2020-12-31"}),
    "revoked": ("organiser", {}),
}


def tell(database: str | Path) -> dict[str, str]:
    """Write the story into a new ledger; the tokens of its principals."""
    with Office(database) as office:
        for name, (role, scope) in _PRINCIPALS.items():
            office.grant(name, role, **scope)
        office.ledger.principals.revoke(office.callers["admin"], "revoked", "调离").result()
        office.adopt("town", group_name="街道组")
        office.adopt("town", group_name="街道组", title="第二稿")
        office.adopt("law")
        for cadre, unit in UNITS.items():
            office.register(cadre, "town" if cadre in TOWN else "law", unit=unit)
        for quarter in periods.quarters_of("2025"):
            _play(office, quarter)
        for cadre, points in TOWN.items():
            office.score(cadre, "2025", points)
        office.seal("town", "2025")
        _acts(office)
        office.submit("wang", "2025-04", items=2)
        office.post("xu", "town", "2026-01", unit="一街道")
        return {name: str(caller.token) for name, caller in office.callers.items()}


def _play(office: Office, quarter: str) -> None:
    people = {**TOWN, **LAW} if quarter == "2025-Q1" else TOWN
    for month in periods.months_of(quarter):
        office.after(month)
        for cadre, points in people.items():
            if (cadre, month) == ("bo", "2025-02"):
                office.append("bo", "excused", period=month, reason="under_investigation", note=SECRET)
            else:
                office.score(cadre, month, points, by="reviewer")
        if month == "2025-02":
            _form(office)
        for group in ("town", "law") if quarter == "2025-Q1" else ("town",):
            office.seal(group, month)
    for group in ("town", "law") if quarter == "2025-Q1" else ("town",):
        office.seal(group, quarter)


def _form(office: Office) -> None:
    submission = office.submit("an", "2025-02", items=2, by="clerk")
    office.review("an", submission, "1.50", "returned", by="reviewer")
    office.observe("an", "2025-02", "0.50", by="reviewer")
    office.annul("an", office.observe("an", "2025-02", "-0.25", by="reviewer"), by="reviewer")


def _acts(office: Office) -> None:
    talk = office.talk("an", "2025-Q1")
    office.append("an", "acknowledged", event=talk, on="2026-01-06", method="paper")
    office.criticise("ding", "2025-Q1")
    office.look_back("ding", office.admonish("ding", "2025-Q1"))
    office.waive("ding", "2025-Q2")
    office.adjust("ding", "2025-Q3")
    office.decide_appeal("ding", office.appeal("ding", "2025-Q1"), "dismissed")
