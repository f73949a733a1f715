"""Rounds that are reopened, corrected and sealed again; decisions against computed grades; appeals."""

from collections.abc import Callable

from ledger.demo.acts import acknowledge, remind, talk
from ledger.demo.plot import APPEAL_PANEL, ORGANISER, REVIEWER, Plot, Reopen, Seal, at, score_id
from ledger.demo.principals import CADRE, INVESTMENT, OWN_CADRE

MISTYPED, LOWERED, SPARED = "500101-0017", "500101-0018", "500101-0019"
RAISED, YEAR_MISTYPED = "500101-0068", "500101-0053"
DISMISSED, UNDECIDED = "500101-0066", "500101-0020"

_LOWERED = ("average", "群众反映强烈的问题长期未整改，经研究定为“一般”（示例）。")
_RAISED = ("good", "小组仅两人，两人均达到“好”的标准，经研究定为“好”（示例）。")


def month_corrected(plot: Plot) -> None:
    """A wrong figure made a quarter average. Month reopened, corrected, sealed again, then the quarter.

    The reminder talk is withdrawn, feedback due anew. Of two lowered grades one is repeated, the other dropped.
    """
    group, month, quarter = "subdistricts", "2024-08", "2024-Q3"
    for cadre in (MISTYPED, LOWERED, SPARED):
        plot.level(cadre, quarter, 820)
    score = score_id(MISTYPED, month, "urban_governance")
    plot.given[score] = "4.60"
    plot.decisions[group, quarter] = {LOWERED: _LOWERED, SPARED: _LOWERED}
    plot.hush(MISTYPED, quarter)
    plot.hush(SPARED, quarter)
    plot.steps.append(Reopen(at("2024-10-15", "09:30"), group, month, "城市治理指标录入错误，须更正。"))
    plot.append(
        *(at("2024-10-15", "11:00"), REVIEWER, MISTYPED, "score_corrected", score),
        score=score,
        points="24.60",
        reason="24.60 误录为 4.60。",
    )
    plot.steps.append(Seal(at("2024-10-16"), group, month))
    plot.steps.append(Seal(at("2024-10-16", "11:00"), group, quarter, {LOWERED: _LOWERED, SPARED: None}))
    for cadre in (MISTYPED, SPARED):
        talk(plot, at("2024-10-18", "15:00"), cadre, quarter, "feedback", "反馈更正后的季度考核结果。")
    remind(plot, LOWERED, quarter)


def raised(plot: Plot) -> None:
    """In a group too small for ranks there is one place for ``good``; the second is raised by decision."""
    plot.level("500101-0067", "2025-Q1", 930)
    plot.level(RAISED, "2025-Q1", 915)
    plot.decisions["law_departments", "2025-Q1"] = {RAISED: _RAISED}


def year_corrected(plot: Plot) -> None:
    """A year is reopened for a score of its evaluation and sealed again."""
    score = score_id(YEAR_MISTYPED, "2024", "annual_review", "leader")
    plot.given[score] = "58.00"
    plot.steps.append(Reopen(at("2025-02-10"), "small_towns", "2024", "年度测评分录入错误。"))
    plot.append(
        *(at("2025-02-11"), REVIEWER, YEAR_MISTYPED, "score_corrected", score),
        score=score,
        points="85.00",
        reason="85.00 误录为 58.00。",
    )
    plot.steps.append(Seal(at("2025-02-12"), "small_towns", "2024"))


def appeal_upheld(plot: Plot) -> None:
    """An unscored indicator counted as zero. The appeal is upheld: month, quarter and year are made anew.

    The year of small towns rests on that quarter too, because of somebody who was transferred.
    """
    group, month, quarter, indicator = "large_towns", "2024-11", "2024-Q4", "investment_promotion"
    plot.level(OWN_CADRE, quarter, 880)
    plot.level("500101-0039", quarter, 808)
    plot.given[score_id(OWN_CADRE, month, indicator)] = None
    appeal = plot.append(
        *(at("2025-01-20", "20:00"), CADRE, OWN_CADRE, "appeal_lodged", quarter),
        period=quarter,
        revision=1,
        grounds="11月招商引资项目已签约落地，未予评分，请求复核。",
    )
    plot.append(
        *(at("2025-02-20"), APPEAL_PANEL, OWN_CADRE, "appeal_decided", appeal),
        appeal=appeal,
        outcome="upheld",
        reason="经查，招商局漏报该项评分，申诉成立。",
        decided_by="复核组集体研究（示例）",
    )
    plot.steps.append(Reopen(at("2025-02-21"), group, month, "复核决定：补录招商引资评分。"))
    plot.append(
        *(at("2025-02-21", "11:00"), INVESTMENT, OWN_CADRE, "scored", month, indicator, ""),
        period=month,
        indicator=indicator,
        points="17.60",
    )
    plot.steps.append(Seal(at("2025-02-22"), group, month))
    plot.steps.append(Seal(at("2025-02-22", "11:00"), group, quarter))
    for other in (group, "small_towns"):
        plot.steps.append(Seal(at("2025-02-24"), other, "2024"))
    held = talk(plot, at("2025-02-26", "15:00"), OWN_CADRE, quarter, "feedback", "反馈复核后的结果。", "again")
    acknowledge(plot, at("2025-02-26", "20:00"), CADRE, OWN_CADRE, held, "online")


def appeal_dismissed(plot: Plot) -> None:
    """An appeal against a year, lodged for him by the organiser, is dismissed."""
    appeal = plot.append(
        *(at("2025-02-05"), ORGANISER, DISMISSED, "appeal_lodged", "2024"),
        period="2024",
        revision=1,
        grounds="认为年度测评分偏低（书面申诉，代为录入）。",
    )
    plot.append(
        *(at("2025-02-17"), APPEAL_PANEL, DISMISSED, "appeal_decided", appeal),
        appeal=appeal,
        outcome="dismissed",
        reason="测评程序合规，评分有据，维持原结果。",
    )


def appeal_undecided(plot: Plot) -> None:
    """An appeal that still waits when the story ends."""
    plot.append(
        *(at("2025-12-03"), ORGANISER, UNDECIDED, "appeal_lodged", "2025-Q3"),
        period="2025-Q3",
        revision=1,
        grounds="认为扣分事项责任不在本单位（书面申诉，代为录入）。",
    )


SCENES: tuple[Callable[[Plot], None], ...] = (
    month_corrected,
    raised,
    year_corrected,
    appeal_upheld,
    appeal_dismissed,
    appeal_undecided,
)
