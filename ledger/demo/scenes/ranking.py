"""Ranks, quotas and last places."""

from collections.abc import Callable

from ledger.demo.acts import adjust, remind
from ledger.demo.people import units_of
from ledger.demo.plot import Plot, at, in_month
from ledger.demo.scenes.postings import post

QUOTA_TIE = ("500101-0058", "500101-0059", "500101-0060")
SHARED_LAST = ("500101-0064", "500101-0065")
LAST_THREE, BRIDGED, CASE_WAITING = "500101-0003", "500101-0063", "500101-0055"


def townships_at_the_edge(plot: Plot) -> None:
    """Four places for ``good``: two get in, the next three are equal and stay out. The last two share the place."""
    quarter = "2024-Q1"
    tenths = (940, 936, 920, 920, 920, 850, 845, 840, 805, 805, 830)
    for number, level in enumerate(tenths, start=56):
        plot.level(f"500101-{number:04}", quarter, level)


def last_three_times(plot: Plot) -> None:
    """Last in three quarters running, across New Year; then an adjustment case, decided, and a new post."""
    for quarter in ("2024-Q3", "2024-Q4", "2025-Q1"):
        plot.level(LAST_THREE, quarter, 720)
        remind(plot, LAST_THREE, quarter)
    adjust(plot, at("2025-04-24", "15:00"), LAST_THREE, "2025-Q1", "reassigned")
    post(plot, LAST_THREE, "2025-05", units_of("small_towns")[8], "党委副书记", "small_towns")


def gap_bridged(plot: Plot) -> None:
    """Two months of leave leave a quarter without rank; where gaps are bridged, the run goes on."""
    for quarter in ("2024-Q2", "2024-Q4", "2025-Q1"):
        plot.level(BRIDGED, quarter, 802)
    for month in ("2024-08", "2024-09"):
        plot.excuse(in_month(month, 2), BRIDGED, month, "leave", "病假（示例）")
    adjust(plot, at("2025-05-09", "15:00"), BRIDGED, "2025-Q1", "retained")


def case_waiting(plot: Plot) -> None:
    """Last three times in one year; nobody has decided the adjustment case yet."""
    for quarter in ("2025-Q1", "2025-Q2", "2025-Q3"):
        plot.level(CASE_WAITING, quarter, 806)


SCENES: tuple[Callable[[Plot], None], ...] = (townships_at_the_edge, last_three_times, gap_bridged, case_waiting)
