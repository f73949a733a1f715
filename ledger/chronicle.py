"""A cadre's history as a person reads it: each event, what it changed, and how things stand at the end."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ledger.projections.unfolding import Change, Step
from ledger.texts import Language
from ledger.texts.labels import label, word
from ledger.texts.wording import period_label

Row = dict[str, Any]

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
_EFFECTS = ("state", "points", "grade", "rank", "last", "last_place_run", "excused", "not_graded")
_PARTS = ("months", "quarters", "years", "duties")


def tell(record: Row, steps: Iterable[tuple[Row, Step]], language: Language) -> Iterator[str]:
    """The chronicle of a record and its steps in order."""
    yield f"{record['name']} ({record['cadre']})"
    for event, step in steps:
        yield f"  {event['local_time'].replace('T', ' ')}  #{event['position']}  {told(event, language)}"
        for change in step.changes:
            if is_effect(change.part, change.field):
                yield f"      {effect(change, language)}"
    yield ("现状" if language == "zh" else "As it stands") + f" {record['date']} (#{record['position']})"
    for row in (*record["quarters"], *record["years"]):
        rank = f"{row['rank']}/{row['of']}" if row["rank"] is not None else None
        grade, state = word("grade", row["grade"], language), word("state", row["state"], language)
        yield _line("  " + period_label(row["period"], language), row["group"], state, row["points"], grade, rank)
    for duty in record["duties"]:
        if duty["state"] in ("due", "overdue"):
            kind, state = label("duty", duty["kind"], language), label("duty_state", duty["state"], language)
            yield _line("  " + kind, duty["period"] and period_label(duty["period"], language), state, duty["due_on"])


def is_effect(part: str, field: str) -> bool:
    """Is a change of this field one that the chronicle tells? The rest is what the event itself says."""
    return part in _PARTS and field in _EFFECTS


def _line(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def told(event: Row, language: Language, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """One event in a line: what, its figures and words, by whom; ``names``: what the office calls its own codes."""
    data, kind = event["data"], event["type"]
    known = {name: data[name] for name in _TOLD if isinstance(data.get(name), str | int)}
    facts = [word(name, value, language, within=kind, names=names) for name, value in known.items()]
    items = [item["title"] for item in data.get("items", ())]
    verdicts = [
        _line(f"{verdict['item'] + 1}:", word("outcome", verdict["outcome"], language), verdict.get("points"))
        for verdict in data.get("verdicts", ())
    ]
    by = f"— {event['actor']}" if event["actor"] is not None else None
    return _line(label("event_type", kind, language), *facts, *items, *verdicts, by)


def effect(change: Change, language: Language) -> str:
    """One change in a line: of what, from what to what."""
    what = label("duty", change.of, language) if change.part == "duties" and change.of is not None else None
    within = "duty" if change.part == "duties" else ""
    was, now = (word(change.field, value, language, within=within) or "—" for value in (change.was, change.now))
    period = period_label(change.period, language) if change.period is not None else None
    return _line(period, what, label("field", change.field, language), was, "→", now)
