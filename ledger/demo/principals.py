"""Who works in the sample: the principals, their roles and scopes."""

from collections.abc import Mapping

from ledger.aggregates.access import Granted
from ledger.demo.people import GROUPS, units_of
from ledger.demo.plot import APPEAL_PANEL, ORGANISER, REVIEWER

FINANCE, INVESTMENT = "财政局", "招商局"
OWN_CADRE = "500101-0036"
"""Whose own access the sample shows: an appeal of his was upheld."""
CADRE = f"本人.{OWN_CADRE}"

_SHORT = dict(zip(GROUPS, ("街道", "大镇", "小镇", "乡", "政法"), strict=True))
CLERKS: Mapping[str, str] = {group: f"文书.{name}" for group, name in _SHORT.items()}
"""The clerk of each group's units."""
SUPERVISORS: Mapping[str, str] = {group: f"分管.{name}" for group, name in _SHORT.items()}
"""The supervisor of each group's units."""


def first_of_each_role() -> dict[str, str]:
    """Who of each role is the one to sign in as."""
    return {wanted.role: wanted.name for wanted in reversed(principals())}


def principals() -> list[Granted]:
    """All principals; of each role the first is the one to sign in as."""
    return [
        Granted(name=ORGANISER, role="organiser"),
        Granted(name=APPEAL_PANEL, role="organiser"),
        Granted(name=REVIEWER, role="reviewer"),
        Granted(name=FINANCE, role="reviewer", groups=["subdistricts"], indicators=["fiscal_operation"]),
        Granted(name=INVESTMENT, role="reviewer", indicators=["investment_promotion"]),
        *(Granted(name=CLERKS[group], role="clerk", units=list(units_of(group))) for group in GROUPS),
        *(Granted(name=SUPERVISORS[group], role="supervisor", units=list(units_of(group))) for group in GROUPS),
        Granted(name="巡察组", role="auditor"),
        Granted(name="考察组", role="committee"),
        Granted(name=CADRE, role="cadre", cadre=OWN_CADRE),
        Granted(name="系统管理员", role="admin"),
    ]
