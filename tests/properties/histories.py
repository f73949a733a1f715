"""Random histories: plain operations that shrink well, and the commands they become.

Six cadres in two groups, the second half of 2025 and the month after. Ids follow from an operation's place in its
history, so that a later one can name an earlier one's event before knowing whether that was accepted, and a retry is
the same command.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from hypothesis import strategies as st

from ledger import periods
from ledger.aggregates.access import Granted
from ledger.aggregates.round import DecidedGrade, Reopened
from ledger.aggregates.scheme import Scheme
from ledger.errors import Refusal
from ledger.recording.session import Receipt
from ledger.service.appending import Line
from ledger.service.credentials import Caller
from ledger.service.inputs import read_event, validate
from ledger.service.ledger import Ledger, local_caller
from tests.office import indicator, scheme

CADRES = ("c1", "c2", "c3", "c4", "c5", "c6")
GROUPS = ("town", "city")
MONTHS = (*(f"2025-{month:02}" for month in range(7, 13)), "2026-01")
QUARTERS = ("2025-Q3", "2025-Q4")
YEAR = "2025"
GRADES = ("good", "fairly_good", "average", "poor")
YEAR_GRADES = ("excellent", "competent", "basically_competent", "incompetent")

KINDS = {
    "register": 1,
    "post": 4,
    "depart": 2,
    "score": 4,
    "correct": 4,
    "submit": 3,
    "review": 3,
    "withdraw": 1,
    "observe": 3,
    "excuse": 3,
    "annul": 5,
    "fill": 3,
    "seal_month": 4,
    "seal_quarter": 4,
    "seal_year": 2,
    "reopen": 5,
    "play": 3,
    "mend": 5,
    "wind_up": 4,
    "adopt": 3,
    "talk": 2,
    "criticise": 2,
    "admonish": 2,
    "waive": 1,
    "look_back": 1,
    "adjust": 2,
    "acknowledge": 1,
    "appeal": 1,
    "decide_appeal": 1,
    "advance": 1,
}
"""The kinds of operation, and how often each comes."""


@dataclass(frozen=True)
class Op:
    """One operation; what a number means depends on the kind. ``client``, ``wait``, ``dry``: how it is given."""

    kind: str
    cadre: int = 0
    group: int = 0
    month: int = 0
    points: int = 90
    pick: int = 0
    client: int = 0
    wait: bool = True
    dry: bool = False


@dataclass(frozen=True)
class Command:
    """What an operation asks of a ledger, with the id in it.

    ``dry`` is the same and stores nothing; ``only`` narrows a bulk to some of its lines, since those that were refused
    may be accepted later.
    """

    name: str
    submit: Callable[[Ledger], Future[Any]]
    dry: Callable[[Ledger], Future[Any]]
    only: Callable[[list[int]], "Command"] | None = None


@dataclass(frozen=True)
class History:
    """How far the half-year was played before, and the operations then."""

    depth: int
    late_city: bool
    ops: tuple[Op, ...]


_small = st.integers(0, 5)
operations = st.builds(
    Op,
    kind=st.sampled_from([kind for kind, weight in KINDS.items() for _ in range(weight)]),
    cadre=_small,
    group=st.integers(0, 1),
    month=st.integers(0, 6),
    points=st.sampled_from((0, 40, 60, 79, 80, 90, 95, 100)),
    pick=_small,
    client=st.integers(0, 1),
    wait=st.booleans(),
    dry=st.booleans(),
)
histories = st.builds(
    History,
    depth=st.sampled_from((3, 2, 3, 2, 3, 2, 1, 2, 0)),
    late_city=st.sampled_from((False, False, False, True)),
    ops=st.lists(operations, min_size=12, max_size=40).map(tuple),
)


def prologue(history: History) -> Iterator[Op]:
    """Nothing; then the people; the third quarter; the whole half-year sealed."""
    yield Op("adopt", group=0)
    yield Op("adopt", group=0, pick=5)
    if not history.late_city:
        yield Op("adopt", group=1)
        yield Op("adopt", group=1, pick=5)
    if history.depth == 0:
        return
    for cadre in range(5):
        yield Op("register", cadre=cadre, group=0 if history.late_city else cadre // 3)
    for quarter in range(min(history.depth - 1, 2)):
        for month in range(3 * quarter, 3 * quarter + 3):
            yield Op("fill", month=month, points=80)
            yield from (Op("seal_month", group=group, month=month) for group in (0, 1))
        yield from (Op("seal_quarter", group=group, month=3 * quarter) for group in (0, 1))
    if history.depth == 3:
        yield Op("fill", month=len(MONTHS), points=80)
        yield from (Op("seal_year", group=group) for group in (0, 1))


Place = object
"""Where in its history a command stands: what its id follows from."""


def event_id(place: Place) -> str:
    return str(uuid5(NAMESPACE_OID, str(place)))


@dataclass
class World:
    """A clock and an organiser on one ledger; turns operations into commands."""

    address: str
    now: datetime = datetime(2026, 2, 10, tzinfo=UTC)
    known: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    given: int = 0

    def open(self) -> Ledger:
        return Ledger(self.address, clock=lambda: self.now)

    def enter(self, ledger: Ledger) -> None:
        """Grant the organisers who act: one, and another who may decide the first one's appeals."""
        self.callers = []
        for name in ("organiser", "second"):
            grant = ledger.principals.grant(
                local_caller("test", "grant"), Granted(name=name, role="organiser")
            ).result()
            self.callers.append(Caller(name, token=grant.token))

    def commands(self, op: Op) -> list[Command]:
        """The commands of an operation; none where there is nothing yet that it could name."""
        self.given += 1
        made: list[Command] = getattr(self, f"_{op.kind}")(op, self.given)
        return made

    # Helpers

    def _append(self, op: Op, place: Place, cadre: str, type_: str, **fields: Any) -> list[Command]:
        id_ = event_id(place)
        self.known.setdefault(op.kind, []).append((cadre, id_))
        _, data = read_event({"type": type_, **fields})
        caller = self.callers[type_ == "appeal_decided"]
        return [
            Command(
                f"{op.kind} {cadre}",
                lambda ledger: ledger.appending.append(caller, cadre, data, id_=id_),
                lambda ledger: ledger.appending.try_append(caller, cadre, data, id_=id_),
            )
        ]

    def _earlier(self, op: Op, *kinds: str) -> tuple[str, str] | None:
        """An earlier event of these kinds: its cadre and id."""
        found = [entry for kind in kinds for entry in self.known.get(kind, ())]
        return found[-1 - (op.pick + 7 * op.cadre) % len(found)] if found else None

    def _month(self, op: Op) -> str:
        return MONTHS[op.month % len(MONTHS)]

    def _quarter(self, op: Op) -> str:
        return periods.quarter_of(self._month(op))

    def _period(self, op: Op) -> str:
        return (self._month(op), self._quarter(op), YEAR)[op.pick % 3]

    # People

    def _register(self, op: Op, place: Place) -> list[Command]:
        cadre, since = CADRES[op.cadre], MONTHS[op.pick if op.pick > 3 else 0]
        fields = {"name": f"姓名{cadre}", "unit": "一街道", "post": "主任", "group": GROUPS[op.group], "since": since}
        return self._append(op, place, cadre, "registered", **fields)

    def _post(self, op: Op, place: Place) -> list[Command]:
        fields = {"unit": f"{op.pick}街道", "post": "主任", "group": GROUPS[op.group], "since": self._month(op)}
        return self._append(op, place, CADRES[op.cadre], "posted", **fields)

    def _depart(self, op: Op, place: Place) -> list[Command]:
        return self._append(op, place, CADRES[op.cadre], "departed", since=self._month(op), reason="retired")

    # Facts

    def _score(self, op: Op, place: Place) -> list[Command]:
        period = YEAR if op.pick == 5 else self._month(op)
        code = "review" if period == YEAR else ("work", "extra")[op.pick % 2]
        fields = {"period": period, "indicator": code, "points": op.points // (10 if code == "extra" else 1)}
        return self._append(op, place, CADRES[op.cadre], "scored", **fields)

    def _fill(self, op: Op, place: Place) -> list[Command]:
        """A score for everybody, in one go of lines; the month after the last is the year."""
        period, code = (YEAR, "review") if op.month == len(MONTHS) else (self._month(op), "work")
        lines = []
        for number, cadre in enumerate(CADRES):
            id_ = event_id((place, number))
            self.known.setdefault("score", []).append((cadre, id_))
            points = max(0, op.points - 9 * ((number + op.month) % 5))
            lines.append(
                {"cadre": cadre, "type": "scored", "period": period, "indicator": code, "points": points, "id": id_}
            )
        return [self._lines(f"fill {period}", [json.dumps(line).encode() for line in lines])]

    def _lines(self, name: str, raw: Sequence[bytes]) -> Command:
        def append(ledger: Ledger, dry_run: bool) -> Future[list[Line]]:
            future: Future[list[Line]] = Future()
            future.set_result(list(ledger.appending.append_lines(self.callers[0], raw, dry_run=dry_run)))
            return future

        return Command(
            name,
            lambda ledger: append(ledger, dry_run=False),
            lambda ledger: append(ledger, dry_run=True),
            lambda numbers: self._lines(name, [raw[number - 1] for number in numbers]),
        )

    def _correct(self, op: Op, place: Place) -> list[Command]:
        found = self._earlier(op, "score")
        if found is None:
            return []
        return self._append(op, place, found[0], "score_corrected", score=found[1], points=op.points, reason="误录")

    def _submit(self, op: Op, place: Place) -> list[Command]:
        cadre, replaced = CADRES[op.cadre], self._earlier(op, "submit")
        fields: dict[str, Any] = {"items": [{"category": "项目", "title": f"事项{n}"} for n in range(1 + op.pick % 2)]}
        if replaced is not None and op.pick > 2:
            cadre = replaced[0]
            fields["replaces"] = {"submission": replaced[1], "item": 0}
        return self._append(op, place, cadre, "submitted", period=self._month(op), **fields)

    def _review(self, op: Op, place: Place) -> list[Command]:
        found = self._earlier(op, "submit")
        if found is None:
            return []
        verdict: dict[str, Any] = {"outcome": ("accepted", "returned", "refused")[op.group * op.pick % 3]}
        verdict |= {"points": "1.5"} if verdict["outcome"] == "accepted" else {"reason": "缺材料"}
        verdicts = [{"item": item, **verdict} for item in range(1 + op.month % 2)]
        return self._append(op, place, found[0], "reviewed", submission=found[1], verdicts=verdicts)

    def _withdraw(self, op: Op, place: Place) -> list[Command]:
        found = self._earlier(op, "submit")
        return (
            [] if found is None else self._append(op, place, found[0], "withdrawn", submission=found[1], reason="重报")
        )

    def _observe(self, op: Op, place: Place) -> list[Command]:
        fields = {"channel": "frontline", "finding": "现场了解", "points": (op.points - 60) // 10}
        return self._append(op, place, CADRES[op.cadre], "observed", period=self._month(op), **fields)

    def _excuse(self, op: Op, place: Place) -> list[Command]:
        return self._append(op, place, CADRES[op.cadre], "excused", period=self._month(op), reason="leave")

    def _annul(self, op: Op, place: Place) -> list[Command]:
        kinds = ("score", "observe", "excuse", "post", "depart", "admonish", "talk", "criticise", "adjust", "waive")
        found = self._earlier(op, kinds[(op.points + op.month) % len(kinds)]) or self._earlier(op, *kinds)
        return [] if found is None else self._append(op, place, found[0], "annulled", event=found[1], reason="撤销")

    # Rounds

    def _seal(self, op: Op, place: Place, period: str) -> list[Command]:
        group, id_ = GROUPS[op.group], event_id(place)
        grades = YEAR_GRADES if period == YEAR else GRADES
        decisions: dict[str, DecidedGrade | None] = {}
        if len(period) != 7 or "Q" in period:
            if op.pick == 4:
                decided = {"grade": grades[op.month % 4], "reason": "研究决定"}
                decisions[CADRES[op.cadre]] = validate(DecidedGrade, decided)
            elif op.pick == 5:
                decisions[CADRES[op.cadre]] = None
        return [
            Command(
                f"seal {group} {period}",
                lambda ledger: ledger.rounds.seal(self.callers[0], group, period, decisions, id_=id_),
                lambda ledger: ledger.rounds.preview(self.callers[0], group, period, decisions),
            )
        ]

    def _seal_month(self, op: Op, place: Place) -> list[Command]:
        return self._seal(op, place, self._month(op))

    def _seal_quarter(self, op: Op, place: Place) -> list[Command]:
        return self._seal(op, place, self._quarter(op))

    def _seal_year(self, op: Op, place: Place) -> list[Command]:
        return self._seal(op, place, YEAR)

    def _play(self, op: Op, place: Place) -> list[Command]:
        """A month from beginning to end, in both groups."""
        group = replace(op, pick=0)
        return [
            *self._fill(op, place),
            *(c for n in (0, 1) for c in self._seal(replace(group, group=n), (place, "seal", n), self._month(op))),
        ]

    def _mend(self, op: Op, place: Place) -> list[Command]:
        """A month reopened, something changed in it, and sealed again."""
        month, observing = self._month(op), replace(op, pick=0)
        return [
            *self._reopen(observing, (place, "reopen")),
            *self._observe(op, (place, "observe")),
            *(self._correct(op, (place, "correct")) if op.pick % 2 else ()),
            *self._seal(observing, (place, "seal"), month),
        ]

    def _wind_up(self, op: Op, place: Place) -> list[Command]:
        """Quarters and year, in both groups: those that can be sealed are."""
        periods_ = (self._quarter(op),) if op.pick % 2 else (*QUARTERS, YEAR)
        return [
            command
            for period in periods_
            for group in (0, 1)
            for command in self._seal(replace(op, group=group), (place, period, group), period)
        ]

    def _reopen(self, op: Op, place: Place) -> list[Command]:
        group, period, id_, data = GROUPS[op.group], self._period(op), event_id(place), Reopened(reason="更正")
        return [
            Command(
                f"reopen {group} {period}",
                lambda ledger: ledger.rounds.reopen(self.callers[0], group, period, data, id_=id_),
                lambda ledger: ledger.rounds.reopen(self.callers[0], group, period, data, dry_run=True),
            )
        ]

    def _adopt(self, op: Op, place: Place) -> list[Command]:
        group, id_ = GROUPS[op.group], event_id(place)
        year = "2026" if op.pick == 5 else "2024" if op.month == 5 else YEAR
        extra = indicator("extra", 10, kind="special", unscored=("skip", "zero")[op.month % 2])
        wanted = validate(
            Scheme,
            scheme(
                indicators=[indicator("work", 100), extra],
                good_quota=("0.40", "1", "0")[op.pick % 3],
                ranking={"minimum": 1 + op.cadre % 3, "minimum_months": 1 + op.month % 3, "last_on_tie": op.wait},
                last_place={"quarters": 1 + op.group, "gap": ("break", "bridge")[op.month % 2]},
                filing={"closes_on_day": 1 + op.points % 28},
            ),
        )
        return [
            Command(
                f"adopt {group} {year}",
                lambda ledger: ledger.rounds.adopt(self.callers[0], group, year, wanted, id_=id_),
                lambda ledger: ledger.rounds.adopt(self.callers[0], group, year, wanted, dry_run=True),
            )
        ]

    # Acts

    def _talk(self, op: Op, place: Place) -> list[Command]:
        fields = {"purpose": ("feedback", "reminder")[op.group], "held_on": "2026-02-01", "summary": "谈话"}
        return self._append(op, place, CADRES[op.cadre], "talk_held", period=self._quarter(op), **fields)

    def _criticise(self, op: Op, place: Place) -> list[Command]:
        fields = {"period": self._quarter(op), "held_on": "2026-02-01", "summary": "批评教育"}
        return self._append(op, place, CADRES[op.cadre], "criticised", **fields)

    def _admonish(self, op: Op, place: Place) -> list[Command]:
        fields = {"form": "talk", "grounds": "事由", "approved_by": "部务会", "heard": "接受"}
        day = f"{self._month(op)}-30"
        named = {"period": self._quarter(op)} if op.group else {}
        return self._append(op, place, CADRES[op.cadre], "admonished", decided_on=day, **fields, **named)

    def _waive(self, op: Op, place: Place) -> list[Command]:
        fields = {"period": self._quarter(op), "reason": "情节轻微"}
        return self._append(op, place, CADRES[op.cadre], "admonition_waived", **fields)

    def _look_back(self, op: Op, place: Place) -> list[Command]:
        found = self._earlier(op, "admonish")
        if found is None:
            return []
        fields = {"admonition": found[1], "reviewed_on": "2026-02-05", "finding": "已改进", "closed": True}
        return self._append(op, place, found[0], "admonition_reviewed", **fields)

    def _adjust(self, op: Op, place: Place) -> list[Command]:
        fields = {
            "outcome": "retained",
            "decided_on": "2026-02-01",
            "grounds": "末位",
            "verified": "属实",
            "heard": "服从",
        }
        return self._append(op, place, CADRES[op.cadre], "adjustment_decided", period=self._quarter(op), **fields)

    def _acknowledge(self, op: Op, place: Place) -> list[Command]:
        found = self._earlier(op, "talk", "criticise", "admonish", "adjust")
        fields = {"on": "2026-02-03", "method": "online"}
        return [] if found is None else self._append(op, place, found[0], "acknowledged", event=found[1], **fields)

    def _appeal(self, op: Op, place: Place) -> list[Command]:
        fields = {"period": self._period(op), "revision": 1 + op.group, "grounds": "有异议"}
        return self._append(op, place, CADRES[op.cadre], "appeal_lodged", **fields)

    def _decide_appeal(self, op: Op, place: Place) -> list[Command]:
        found = self._earlier(op, "appeal")
        fields = {"outcome": "upheld", "reason": "经复核"}
        return [] if found is None else self._append(op, place, found[0], "appeal_decided", appeal=found[1], **fields)

    def _advance(self, op: Op, place: Place) -> list[Command]:
        self.now += timedelta(days=op.points)
        return []


def receipts(outcome: Any) -> list[Receipt]:
    """The receipts in the outcome of any command."""
    if isinstance(outcome, list):
        return [receipt for line in outcome if line.done is not None for receipt in receipts(line.done)]
    if isinstance(outcome, tuple):
        return receipts(outcome[0])
    return [outcome.receipt]


def replayed(outcome: Any) -> bool:
    """Does the outcome say that all of it had been done before?"""
    if isinstance(outcome, list):
        return all(line.status != "recorded" for line in outcome)
    return bool(outcome[0].replayed if isinstance(outcome, tuple) else outcome.replayed)


@dataclass
class Played:
    """A history given to one or two ledgers, with the commands that were accepted and their receipts."""

    accepted: list[tuple[Command, list[Receipt]]] = field(default_factory=list)
    refused: list[tuple[Command, Refusal]] = field(default_factory=list)

    def take(self, command: Command, future: Future[Any]) -> None:
        try:
            outcome = future.result()
        except Refusal as refusal:
            self.refused.append((command, refusal))
            return
        if command.only is not None:
            command = command.only([line.line for line in outcome if line.done is not None])
        if receipts(outcome):
            self.accepted.append((command, receipts(outcome)))


def all_ops(history: History) -> Sequence[Op]:
    return (*prologue(history), *history.ops)
