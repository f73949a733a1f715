"""Scores and observations: corrected, annulled, doubled, missing, negative."""

from collections.abc import Callable

from ledger.demo.plot import REVIEWER, Plot, after, in_month, score_id
from ledger.demo.routine import PANELS

CORRECTED, TWO_SCORERS, SKIPPED = "500101-0008", "500101-0009", "500101-0010"
ANNULLED, ZERO, OBSERVED = "500101-0061", "500101-0032", "500101-0011"
OVER_CAP, NOT_SEEN = "500101-0060", "500101-0045"


def corrected(plot: Plot) -> None:
    """A panel's points were typed wrongly and are corrected before the seal."""
    month = "2024-02"
    score = score_id(CORRECTED, month, "political_quality", "peer")
    plot.given[score] = "7.10"
    plot.append(
        after(month, 8), REVIEWER, CORRECTED, "score_corrected", score, score=score, points="17.10", reason="录入笔误。"
    )


def annulled(plot: Plot) -> None:
    """A score that was meant for somebody else is taken back and given anew."""
    month = "2024-03"
    score = score_id(ANNULLED, month, "ecological_protection")
    plot.given[score] = "31.00"
    plot.append(after(month, 8), REVIEWER, ANNULLED, "annulled", score, event=score, reason="评分对象错误。")
    plot.append(
        after(month, 8, "09:30"),
        REVIEWER,
        ANNULLED,
        "scored",
        *(month, "ecological_protection", "again"),
        period=month,
        indicator="ecological_protection",
        points="42.50",
    )


def two_scorers(plot: Plot) -> None:
    """A second peer panel scores the same class; their mean counts."""
    month = "2024-05"
    plot.append(
        after(month, 5, "14:00"),
        REVIEWER,
        TWO_SCORERS,
        "scored",
        *(month, "political_quality", "peer", "second"),
        period=month,
        indicator="political_quality",
        rater="peer",
        scorer=f"{PANELS['peer']}.二",
        points="18.20",
        comment="第二评分组（示例）",
    )


def skipped(plot: Plot) -> None:
    """A special indicator without a score leaves the sum."""
    plot.level(SKIPPED, "2024-04", 880)
    plot.given[score_id(SKIPPED, "2024-04", "investment_promotion")] = None


def zero(plot: Plot) -> None:
    """A special indicator without a score counts as zero."""
    plot.level(ZERO, "2025-05", 920)
    plot.given[score_id(ZERO, "2025-05", "investment_promotion")] = None


def _observe(plot: Plot, cadre: str, month: str, day: int, channel: str, finding: str, points: str) -> str:
    plot.scripted.add((cadre, month))
    when = in_month(month, day, "16:00")
    return plot.append(
        when,
        REVIEWER,
        cadre,
        "observed",
        *(month, str(day)),
        period=month,
        channel=channel,
        finding=finding,
        points=points,
        observed_on=when.date().isoformat(),
        method="实地走访" if channel == "frontline" else "群众来信",
    )


def observed(plot: Plot) -> None:
    """Both channels in one month, one for good and one for ill."""
    _observe(plot, OBSERVED, "2024-07", 9, "frontline", "强降雨期间连续值守（示例）", "1.50")
    _observe(plot, OBSERVED, "2024-07", 23, "public_opinion", "多名群众反映物业纠纷推诿（示例）", "-2.00")


def beyond_cap(plot: Plot) -> None:
    """Observations come to more than the cap takes off."""
    _observe(plot, OVER_CAP, "2024-08", 6, "frontline", "抽查发现巡河记录造假（示例）", "-3.00")
    _observe(plot, OVER_CAP, "2024-08", 20, "public_opinion", "媒体曝光垃圾堆放（示例）", "-4.00")


def not_seen(plot: Plot) -> None:
    """An observation proves wrong and is annulled."""
    seen = _observe(plot, NOT_SEEN, "2024-09", 18, "public_opinion", "举报工作日饮酒（示例）", "-3.00")
    plot.append(in_month("2024-09", 27), REVIEWER, NOT_SEEN, "annulled", seen, event=seen, reason="经核实不属实。")


SCENES: tuple[Callable[[Plot], None], ...] = (
    corrected,
    annulled,
    two_scorers,
    skipped,
    zero,
    observed,
    beyond_cap,
    not_seen,
)
