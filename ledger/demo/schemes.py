"""The schemes of the sample: one per group and year, and a second version in the middle of 2025."""

from collections.abc import Mapping
from typing import Any

from ledger.demo.plot import Adopt, Plot, at

Scheme = dict[str, Any]
YEARS = ("2024", "2025")

_NAMES = {
    "subdistricts": "街道组",
    "large_towns": "大镇组",
    "small_towns": "小镇组",
    "townships": "乡组",
    "law_departments": "政法部门组",
}
_THREE = {"leader": "50", "peer": "30", "public": "20"}
_TWO = {"leader": "60", "peer": "40"}

_INDICATORS: Mapping[str, tuple[tuple[str, str, str, str, dict[str, str] | None], ...]] = {
    "subdistricts": (
        ("political_quality", "common", "政治品质", "20", _THREE),
        ("integrity", "common", "廉洁自律", "20", None),
        ("urban_governance", "specific", "城市治理", "30", None),
        ("fiscal_operation", "specific", "财政运行", "30", None),
    ),
    "large_towns": (
        ("political_quality", "common", "政治品质", "20", _TWO),
        ("business_cultivation", "specific", "经营主体培育", "40", None),
        ("project_construction", "specific", "项目建设", "40", None),
    ),
    "small_towns": (
        ("political_quality", "common", "政治品质", "20", _TWO),
        ("collective_economy", "specific", "村集体经济", "40", None),
        ("rural_revitalisation", "specific", "乡村振兴", "40", None),
    ),
    "townships": (
        ("political_quality", "common", "政治品质", "20", _TWO),
        ("collective_economy", "specific", "村集体经济", "30", None),
        ("ecological_protection", "specific", "生态保护", "50", None),
    ),
    "law_departments": (
        ("political_quality", "common", "政治品质", "40", _TWO),
        ("public_safety", "specific", "平安建设", "30", None),
        ("rule_of_law", "specific", "法治建设", "30", None),
    ),
}


def scheme(group: str, year: str) -> Scheme:
    """The scheme of a group and year, version 1. Maxima are multiples of ten, so that every level splits exactly."""
    indicators = [_indicator(*fields) for fields in _INDICATORS[group]]
    return {
        "title": f"{year}年{_NAMES[group]}平时考核方案（示例）",
        "group_name": f"{_NAMES[group]}（示例）",
        "indicators": [*indicators, *_special(group, year)],
        "key_work": {"cap": "5"},
        "observation": {"cap": "5"},
        "bands": {"good": "90", "fairly_good": "80", "average": "60"},
        "good_quota": "0.40",
        "ranking": {"minimum": 3, "minimum_months": 2, "last_on_tie": False},
        "last_place": {"quarters": 3, "gap": "bridge" if group == "townships" else "break"},
        "filing": {"closes_on_day": 5},
        "duties": {
            "feedback_days": 7,
            "reminder_talk_days": 14,
            "criticism_days": 14,
            "adjustment_case_days": 30,
            "admonition_months": 6,
        },
        "annual": {
            "routine_weight": "0.60",
            "indicators": [_indicator("annual_review", "common", "年度述职测评", "100", _TWO)],
            "bands": {"excellent": "88", "competent": "70", "basically_competent": "60"},
            "excellent_quota": "0.20",
        },
    }


def second_version() -> Scheme:
    """What large towns work under from June 2025 on: more key work, fewer places, a new special indicator."""
    changed = scheme("large_towns", "2025")
    changed["title"] = "2025年大镇组平时考核方案（修订，示例）"
    changed["key_work"] = {"cap": "6"}
    changed["good_quota"] = "0.35"
    safety = _indicator("work_safety", "special", "安全生产专项", "10", None)
    changed["indicators"].append({**safety, "from": "2025-07", "until": "2025-09"})
    return changed


def indicators_in(group: str, month: str) -> list[Scheme]:
    """The indicators that the routine scores in a month, under the version then in force."""
    year = month[:4]
    revised = group == "large_towns" and month >= "2025-06"
    chosen = second_version() if revised else scheme(group, year)
    return [i for i in chosen["indicators"] if i.get("from", month) <= month <= i.get("until", month)]


def adoptions(plot: Plot) -> None:
    """The organiser adopts the first year's schemes at the start, the second's before it begins."""
    for year, day in zip(YEARS, ("2024-01-02", "2024-12-27"), strict=True):
        for group in _NAMES:
            plot.steps.append(Adopt(at(day, "09:30"), group, year, scheme(group, year)))
    reason = "年中调整：提高重点工作加分上限，压减“好”等次名额，增设安全生产专项指标（示例）"
    plot.steps.append(Adopt(at("2025-06-20"), "large_towns", "2025", second_version(), reason))


def _indicator(code: str, kind: str, name: str, most: str, raters: dict[str, str] | None) -> Scheme:
    found: Scheme = {"code": code, "kind": kind, "name": name, "max": most}
    if raters is not None:
        found["raters"] = raters
    return found


def _special(group: str, year: str) -> list[Scheme]:
    """Streets may leave investment unscored; in large towns an unscored one counts as zero; floods have a season."""
    if group in ("subdistricts", "large_towns"):
        investment = _indicator("investment_promotion", "special", "招商引资", "20", None)
        unscored = "zero" if group == "large_towns" else "skip"
        return [{**investment, "from": f"{year}-03", "until": f"{year}-12", "unscored": unscored}]
    if group in ("small_towns", "townships"):
        floods = _indicator("flood_control", "special", "防汛减灾", "10", None)
        return [{**floods, "from": f"{year}-05", "until": f"{year}-09"}]
    return []
