"""A cadre's history as a person reads it: one line an event, then how things stand."""

from collections.abc import Iterable, Iterator
from typing import Any

from ledger.texts import Language

Row = dict[str, Any]

_WHAT: dict[str, tuple[str, str]] = {
    "registered": ("登记入册", "registered"),
    "posted": ("任职变动", "posted"),
    "departed": ("离任", "departed"),
    "submitted": ("报送", "submitted"),
    "withdrawn": ("撤回报送", "submission withdrawn"),
    "reviewed": ("审核", "reviewed"),
    "scored": ("评分", "scored"),
    "score_corrected": ("更正评分", "score corrected"),
    "observed": ("了解情况", "observed"),
    "excused": ("当月不计", "excused"),
    "annulled": ("作废", "annulled"),
    "month_graded": ("月度结果", "month graded"),
    "quarter_graded": ("季度结果", "quarter graded"),
    "year_graded": ("年度结果", "year graded"),
    "talk_held": ("谈话", "talk held"),
    "acknowledged": ("签收", "acknowledged"),
    "criticised": ("批评教育", "criticised"),
    "admonished": ("诫勉", "admonished"),
    "admonition_waived": ("不予诫勉", "admonition waived"),
    "admonition_reviewed": ("诫勉回访", "admonition reviewed"),
    "adjustment_decided": ("组织调整", "adjustment decided"),
    "appeal_lodged": ("申诉", "appeal lodged"),
    "appeal_decided": ("申诉处理", "appeal decided"),
}
_TOLD = (
    "period",
    "since",
    "unit",
    "post",
    "group",
    "indicator",
    "rater",
    "points",
    "grade",
    "rank",
    "of",
    "excused",
    "not_graded",
    "purpose",
    "form",
    "outcome",
    "channel",
    "finding",
    "summary",
    "grounds",
    "reason",
    "title",
)


def tell(record: Row, events: Iterable[Row], language: Language) -> Iterator[str]:
    """The chronicle of a record and its events in order."""
    yield f"{record['name']} ({record['cadre']})"
    for event in events:
        yield f"  {event['recorded_at'][:16].replace('T', ' ')}  {told(event, language)}"
    yield ("现状" if language == "zh" else "As it stands") + f" {record['date']} (#{record['position']})"
    for row in (*record["quarters"], *record["years"]):
        figures = [str(row[name]) for name in ("points", "grade") if row[name] is not None]
        rank = [f"{row['rank']}/{row['of']}"] if row["rank"] is not None else []
        yield "  " + " ".join((row["period"], row["group"], row["state"], *figures, *rank))
    for duty in record["duties"]:
        if duty["state"] in ("due", "overdue"):
            yield "  " + " ".join(str(duty[key]) for key in ("kind", "period", "state", "due_on") if duty[key])


def told(event: Row, language: Language) -> str:
    """One event in a line: what, its figures and words, by whom."""
    names = _WHAT.get(event["type"], (event["type"], event["type"]))
    data = event["data"]
    facts = [str(data[name]) for name in _TOLD if isinstance(data.get(name), str | int)]
    items = [item["title"] for item in data.get("items", ())]
    verdicts = [f"{v['item'] + 1}:{v['outcome']} {v.get('points', '')}".strip() for v in data.get("verdicts", ())]
    what = names[0 if language == "zh" else 1]
    return " ".join((what, *facts, *items, *verdicts, f"— {event['actor']}"))
