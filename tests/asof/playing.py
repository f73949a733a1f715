"""A sample year played in process through its calendar, with notes of what was answered on the way."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from ledger import periods
from ledger.aggregates.round import DecidedGrade, Reopened
from ledger.aggregates.scheme import Scheme
from ledger.recording.reader import When
from ledger.service.inputs import validate
from tests.asof.questions import Question, Row, of_cadre, of_everybody, of_group, periods_until
from tests.office import ZONE, Office

Step = dict[str, Any]
FIRST_MONTH = "2025-01"
SAMPLE = 15
_REMARKABLE = ("posted", "departed", "adjustment_decided", "admonished", "excused")


def play(office: Office, steps: Sequence[Step]) -> Iterator[Step]:
    """Play step by step, each on its day, long lists in two halves; yields what was played."""
    for step in steps:
        for part in _parts(step):
            office.now += timedelta(minutes=1)
            _play(office, part)
            yield part


def _parts(step: Step) -> list[Step]:
    events = step.get("events", ())
    if len(events) < 100:
        return [step]
    half = len(events) // 2
    return [{**step, "events": part} for part in (events[:half], events[half:])]


def _play(office: Office, step: Step) -> None:
    caller, rounds = office.callers["organiser"], office.ledger.rounds
    match step["step"]:
        case "adopt":
            rounds.adopt(caller, step["group"], step["year"], validate(Scheme, step["scheme"])).result()
        case "register":
            posting = {name: value for name, value in step.items() if name not in ("step", "cadre")}
            office.append(step["cadre"], "registered", **posting)
        case "append":
            _reach(office, step["events"])
            lines = [json.dumps(event).encode() for event in step["events"]]
            outcomes = office.ledger.appending.append_lines(caller, lines)
            assert {outcome.status for outcome in outcomes} == {"recorded"}
        case "seal":
            office.after(step["period"])
            decisions = {who: validate(DecidedGrade, given) for who, given in step.get("decisions", {}).items()}
            rounds.seal(caller, step["group"], step["period"], decisions).result()
        case "reopen":
            rounds.reopen(caller, step["group"], step["period"], Reopened(reason=step["reason"])).result()


def _reach(office: Office, events: Sequence[Row]) -> None:
    """It is the evening of the last day of the month that the events are of, or later."""
    months = [found for event in events if periods.kind(found := event.get("period") or "") == "month"]
    if months:
        office.now = max(office.now, datetime.combine(periods.last_day(max(months)), time(18), ZONE))


def sample(steps: Sequence[Step]) -> list[str]:
    """Cadres to whom something happened, and others spread over the roster."""
    events = [event for step in steps for event in step.get("events", ())]
    remarkable = dict.fromkeys(event["cadre"] for name in _REMARKABLE for event in events if event["type"] == name)
    everybody = [step["cadre"] for step in steps if step["step"] == "register"]
    spread = everybody[:: len(everybody) // SAMPLE]
    return list(dict.fromkeys([*list(remarkable)[: SAMPLE - 4], *spread]))[:SAMPLE]


@dataclass(frozen=True)
class Note:
    """What was answered live: the head, the day of its event, a time at which it stood so, and the answers as JSON."""

    position: int
    recorded_on: str
    as_of: datetime
    answers: list[tuple[Question, str]]

    def asked(self) -> Iterator[tuple[Question, str, When]]:
        """The questions for this moment: by position, for the day of its event, and one in five by time as well."""
        for number, (question, answer) in enumerate(self.answers):
            if self.recorded_on == self.day:
                yield question, answer, When(at=self.position)
            if self.recorded_on != self.day or (number + self.position) % 5 == 0:
                yield question, answer, When(as_of=self.as_of)

    @property
    def day(self) -> str:
        return self.as_of.date().isoformat()


def note(office: Office, groups: Sequence[str], cadres: Sequence[str], *, whole: bool) -> Note:
    """Ask everything of the groups and cadres, of every period so far, or of those of the last two months."""
    caller, ledger, month = office.callers["second"], office.ledger, periods.month_of(office.now.date())
    before = periods.month_of(office.now.date().replace(day=1) - timedelta(days=1))
    wanted = periods_until(FIRST_MONTH if whole else before, month)
    waiting = periods_until(before, before)
    questions = [
        *of_everybody(whole=whole),
        *(question for group in groups for question in of_group(group, wanted, waiting)),
        *(question for cadre in cadres for question in of_cadre(cadre, wanted)),
    ]
    head = ledger.queries.ready()
    ((last,), _, _) = ledger.feed.page(caller, head - 1, 1)
    recorded_on = datetime.fromisoformat(last["recorded_at"]).astimezone(ZONE).date().isoformat()
    answers = [(question, as_json(question.ask(ledger, caller))) for question in questions]
    return Note(head, recorded_on, office.now + timedelta(seconds=20), answers)


def as_json(answer: Row) -> str:
    return json.dumps(answer, ensure_ascii=False)
