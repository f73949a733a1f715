"""The plot: everything that happens in the sample story, as data, collected before any of it is played."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from ledger import periods
from ledger.demo.people import Person, sample_people

ORIGIN = "sample.invalid/ledger"
TIME_ZONE = "Asia/Shanghai"
FIRST_MONTH, LAST_MONTH = "2024-01", "2025-12"
ORGANISER, APPEAL_PANEL, REVIEWER = "考核办", "复核组", "考核科"

_NAMESPACE = uuid5(NAMESPACE_URL, f"https://{ORIGIN}")
_ZONE = ZoneInfo(TIME_ZONE)


def event_id(*parts: str) -> str:
    """The id of what these words describe; the same in every play."""
    return str(uuid5(_NAMESPACE, "/".join(parts)))


def score_id(cadre: str, period: str, indicator: str, rater: str | None = None) -> str:
    """The id of the routine score of an indicator (and rater class)."""
    return event_id(cadre, "scored", period, indicator, rater or "")


def at(day: str, time: str = "09:00") -> datetime:
    """A moment of the story on a day ``2024-03-05``."""
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=_ZONE)


def in_month(month: str, day: int, time: str = "09:00") -> datetime:
    return at(f"{month}-{day:02}", time)


def after(period: str, day: int, time: str = "09:00") -> datetime:
    """A moment in the month that follows a period."""
    return in_month(periods.next_month(periods.months_of(period)[-1]), day, time)


def chance(*words: str) -> Random:
    """A source of chance of its own for what these words describe, so that scenes do not disturb each other."""
    return Random("/".join((ORIGIN, *words)))


@dataclass(frozen=True, slots=True)
class Append:
    """An event on a cadre's stream, recorded by a principal."""

    when: datetime
    by: str
    cadre: str
    type: str
    id: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Adopt:
    when: datetime
    group: str
    year: str
    scheme: Mapping[str, object]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """``decisions``: cadre → grade and reason, or None to drop an earlier decision."""

    when: datetime
    group: str
    period: str
    decisions: Mapping[str, tuple[str, str] | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reopen:
    when: datetime
    group: str
    period: str
    reason: str


Step = Append | Adopt | Seal | Reopen


@dataclass(slots=True)
class Plot:
    """The people, the steps, and what the scenes ask of the routine around them.

    ``levels``: a month's base in tenths of a point by (cadre, month). ``given``: the points of a routine score by its
    id, None for a score that is not given. ``scripted``: months without chance events. ``silent``: (cadre, quarter)
    whose feedback talk is not held by routine. ``decisions``: those of the first seal by (group, period).
    """

    people: dict[str, Person] = field(default_factory=sample_people)
    steps: list[Step] = field(default_factory=list)
    levels: dict[tuple[str, str], int] = field(default_factory=dict)
    given: dict[str, str | None] = field(default_factory=dict)
    excused: set[tuple[str, str]] = field(default_factory=set)
    scripted: set[tuple[str, str]] = field(default_factory=set)
    silent: set[tuple[str, str]] = field(default_factory=set)
    decisions: dict[tuple[str, str], dict[str, tuple[str, str]]] = field(default_factory=dict)

    def append(self, when: datetime, by: str, cadre: str, type_: str, *label: str, **data: object) -> str:
        """Add an event; ``label`` tells it from others of its type on the stream. Returns its id."""
        id_ = event_id(cadre, type_, *label)
        self.steps.append(Append(when, by, cadre, type_, id_, data))
        return id_

    def organise(self, when: datetime, cadre: str, type_: str, *label: str, **data: object) -> str:
        """Add an event that the organiser records."""
        return self.append(when, ORGANISER, cadre, type_, *label, **data)

    def seal(self, when: datetime, group: str, period: str) -> None:
        """Add a first seal, with the decisions that scenes made for it."""
        self.steps.append(Seal(when, group, period, self.decisions.get((group, period), {})))

    def level(self, cadre: str, period: str, tenths: int) -> None:
        """Let the months of a period come to exactly this base, without chance events."""
        for month in periods.months_of(period):
            self.levels[cadre, month] = tenths
            self.scripted.add((cadre, month))

    def hush(self, cadre: str, *quarters: str) -> None:
        """Keep the routine from holding these feedback talks."""
        self.silent.update((cadre, quarter) for quarter in quarters)

    def excuse(self, when: datetime, cadre: str, month: str, reason: str, note: str | None = None) -> str:
        """Excuse a month: the routine neither scores it nor files a form."""
        self.excused.add((cadre, month))
        data: dict[str, object] = {"period": month, "reason": reason}
        if note is not None:
            data["note"] = note
        return self.organise(when, cadre, "excused", month, **data)

    def in_order(self) -> Iterable[Step]:
        """The steps by their moment; those of one moment in the order they were added."""
        return sorted(self.steps, key=lambda step: step.when)
