"""Acts that several scenes need: talks, acknowledgements, criticism, admonitions, adjustments."""

from datetime import datetime

from ledger import periods
from ledger.demo.plot import ORGANISER, Plot, after
from ledger.demo.principals import SUPERVISORS

HELD_BY = [{"name": "谈话人（示例）", "post": "分管负责同志"}]


def supervisor(plot: Plot, cadre: str, period: str) -> str:
    """Who supervises the unit he was last posted to in a period."""
    groups = (plot.people[cadre].group_in(month) for month in reversed(periods.months_of(period)))
    return SUPERVISORS[next(group for group in groups if group is not None)]


def talk(plot: Plot, when: datetime, cadre: str, period: str, purpose: str, summary: str, *label: str) -> str:
    """A talk held by the supervisor; ``label`` tells a further one of the same purpose and period from the first."""
    return plot.append(
        when,
        supervisor(plot, cadre, period),
        cadre,
        "talk_held",
        *(period, purpose, *label),
        period=period,
        purpose=purpose,
        held_on=when.date().isoformat(),
        summary=summary,
        held_by=HELD_BY,
    )


def acknowledge(plot: Plot, when: datetime, by: str, cadre: str, event: str, method: str) -> None:
    """The cadre takes notice, or a signed slip says how it was."""
    plot.append(when, by, cadre, "acknowledged", event, event=event, on=when.date().isoformat(), method=method)


def remind(plot: Plot, cadre: str, quarter: str) -> str:
    """The reminder talk for an average quarter, held in time and signed for."""
    when = after(quarter, 20, "10:30")
    held = talk(plot, when, cadre, quarter, "reminder", "季度等次为“一般”，提醒谈话，要求限期改进。")
    acknowledge(plot, when.replace(hour=17), ORGANISER, cadre, held, "paper")
    return held


def criticise(plot: Plot, cadre: str, quarter: str) -> str:
    """Criticism for a poor quarter, in time."""
    when = after(quarter, 16, "10:30")
    return plot.append(
        when,
        supervisor(plot, cadre, quarter),
        cadre,
        "criticised",
        quarter,
        period=quarter,
        held_on=when.date().isoformat(),
        summary="季度等次为“较差”，批评教育，指出主要问题。",
        held_by=HELD_BY,
        response="接受批评，认真整改。",
    )


def admonish(plot: Plot, cadre: str, quarter: str, form: str) -> str:
    """The admonition after a poor quarter, decided on the 25th."""
    when = after(quarter, 25, "15:30")
    decided_on = when.date().isoformat()
    return plot.organise(
        when,
        cadre,
        "admonished",
        quarter,
        period=quarter,
        form=form,
        decided_on=decided_on,
        grounds="季度考核“较差”，重点任务严重滞后（示例）。",
        approved_by="区委组织部部务会（示例）",
        heard="本人对事实无异议，愿意整改。",
        basis={"document": "诫勉决定书（示例）", "issued_by": "区委组织部（示例）", "decided_on": decided_on},
    )


def waive(plot: Plot, cadre: str, quarter: str) -> str:
    """Considered and not admonished."""
    reason = "已批评教育，整改措施到位，经研究不予诫勉（示例）。"
    return plot.organise(
        after(quarter, 25, "16:00"), cadre, "admonition_waived", quarter, period=quarter, reason=reason
    )


def adjust(plot: Plot, when: datetime, cadre: str, quarter: str, outcome: str) -> str:
    """The decision on an adjustment case."""
    return plot.organise(
        when,
        cadre,
        "adjustment_decided",
        quarter,
        period=quarter,
        outcome=outcome,
        decided_on=when.date().isoformat(),
        grounds="连续三个季度排名末位（示例）。",
        verified="逐季核对评分、扣分依据和任务台账，事实清楚。",
        heard="本人说明了客观原因，服从组织决定。",
        basis={"issued_by": "区委常委会（示例）"},
    )
