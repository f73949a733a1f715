"""An office that runs its assessment in process: the real service on a real file, with a clock that a test moves."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

import pytest

from ledger import periods
from ledger.aggregates.access import Granted
from ledger.aggregates.round import DecidedGrade, Reopened
from ledger.aggregates.scheme import Scheme
from ledger.errors import Invalid, Refusal
from ledger.projections.moment import Row, moment
from ledger.projections.views import VIEWS, everything
from ledger.service.credentials import Caller
from ledger.service.inputs import read_event, validate
from ledger.service.ledger import Ledger, local_caller
from ledger.service.sealing import SealOutcome
from ledger.service.view import Page
from ledger.settings import SigningFiles

ZONE = ZoneInfo("Asia/Shanghai")
Figure = int | str
Played = Figure | Sequence[Figure | None]


def indicator(code: str, most: Figure = 10, *, kind: str = "specific", **more: Any) -> Row:
    return {"code": code, "kind": kind, "name": code, "max": str(most), **more}


def scheme(**overrides: Any) -> Row:
    """A scheme whose months are worth what is scored on ``work`` and whose evaluation is what is on ``review``."""
    plain: Row = {
        "title": "方案",
        "indicators": [indicator("work", 100)],
        "bands": {"good": "90", "fairly_good": "80", "average": "60"},
        "annual": {
            "indicators": [indicator("review", 100)],
            "bands": {"excellent": "88", "competent": "70", "basically_competent": "60"},
        },
    }
    for name, value in overrides.items():
        earlier = plain.get(name)
        plain[name] = {**earlier, **value} if isinstance(earlier, dict) else value
    return plain


@contextmanager
def refused(code: str, rule: str | None = None) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """What is done inside is refused with this code and, of invalid input, for this rule among others."""
    with pytest.raises(Refusal) as caught:
        yield caught
    assert caught.value.code == code
    if rule is not None:
        assert isinstance(caught.value, Invalid)
        assert rule in [error.code for error in caught.value.errors]


class Office:
    """Its verbs; ``by`` names who acts: ``organiser``, ``second`` (another one), ``reviewer`` or who was granted."""

    def __init__(self, address: str | Path, signing: SigningFiles | None = None, day: date = date(2025, 1, 1)) -> None:
        self.now = datetime.combine(day, time(9), ZONE)
        self.ledger = Ledger(address, clock=lambda: self.now, signing=signing)
        self.callers: dict[str, Caller] = {}
        self.grant("organiser", "organiser")
        self.grant("second", "organiser")
        self.grant("reviewer", "reviewer")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ledger.close()

    # The calendar

    def on(self, day: str) -> None:
        """It is nine in the morning of that day."""
        self.now = datetime.combine(date.fromisoformat(day), time(9), ZONE)

    def after(self, period: str) -> None:
        """It is the first day on which the period's months may be sealed, or later."""
        day = periods.last_day(period) + timedelta(days=6)
        self.now = max(self.now, datetime.combine(day, time(9), ZONE))

    # People and schemes

    def grant(self, name: str, role: str, **scope: Any) -> None:
        wanted = validate(Granted, {"name": name, "role": role, **scope})
        grant = self.ledger.principals.grant(local_caller("test", "grant"), wanted).result()
        self.callers[name] = Caller(name, token=grant.token)

    def adopt(self, group: str = "town", year: str = "2025", *, by: str = "organiser", **overrides: Any) -> int:
        """Adopt the plain scheme with these overrides; answers the version."""
        wanted = validate(Scheme, scheme(**overrides))
        return self.ledger.rounds.adopt(self.callers[by], group, year, wanted).result()[1]

    def register(self, cadre: str, group: str = "town", since: str = "2025-01", unit: str = "一街道") -> str:
        return self.append(cadre, "registered", name=cadre, unit=unit, post="主任", group=group, since=since)

    def staff(self, group: str, *cadres: str, since: str = "2025-01") -> None:
        for cadre in cadres:
            self.register(cadre, group, since)

    def post(self, cadre: str, group: str, since: str, unit: str = "一街道") -> str:
        return self.append(cadre, "posted", unit=unit, post="主任", group=group, since=since)

    def depart(self, cadre: str, since: str, reason: str = "retired") -> str:
        return self.append(cadre, "departed", since=since, reason=reason)

    # Facts

    def append(self, cadre: str, event: str, /, *, by: str = "organiser", **fields: Any) -> str:
        """Append any event; answers its id. Fields that are None are left out."""
        given = {name: value for name, value in fields.items() if value is not None}
        _, data = read_event({"type": event, **given})
        return self.ledger.appending.append(self.callers[by], cadre, data).result().receipt.id

    def score(
        self,
        cadre: str,
        period: str,
        points: Figure,
        indicator: str | None = None,
        *,
        rater: str | None = None,
        scorer: str | None = None,
        by: str = "organiser",
    ) -> str:
        code = indicator or ("review" if len(period) == 4 else "work")
        return self.append(
            cadre, "scored", by=by, period=period, indicator=code, rater=rater, scorer=scorer, points=points
        )

    def correct(self, cadre: str, score: str, points: Figure, *, by: str = "organiser") -> str:
        return self.append(cadre, "score_corrected", by=by, score=score, points=points, reason="误录")

    def submit(
        self, cadre: str, month: str, items: int = 1, *, replaces: tuple[str, int] | None = None, by: str = "organiser"
    ) -> str:
        listed = [{"category": "项目", "title": f"事项{n}"} for n in range(items)]
        reference = None if replaces is None else {"submission": replaces[0], "item": replaces[1]}
        return self.append(cadre, "submitted", by=by, period=month, items=listed, replaces=reference)

    def review(self, cadre: str, submission: str, *verdicts: Figure, item: int = 0, by: str = "organiser") -> str:
        """Verdicts on the items from ``item`` on: points to accept, or ``returned`` or ``refused``."""
        given = [_verdict(index, verdict) for index, verdict in enumerate(verdicts, start=item)]
        return self.append(cadre, "reviewed", by=by, submission=submission, verdicts=given)

    def withdraw(self, cadre: str, submission: str, *, by: str = "organiser") -> str:
        return self.append(cadre, "withdrawn", by=by, submission=submission, reason="重报")

    def observe(self, cadre: str, month: str, points: Figure, *, by: str = "organiser") -> str:
        return self.append(
            cadre, "observed", by=by, period=month, channel="frontline", finding="现场了解", points=points
        )

    def excuse(self, cadre: str, month: str, reason: str = "leave") -> str:
        return self.append(cadre, "excused", period=month, reason=reason)

    def annul(self, cadre: str, event: str, *, by: str = "organiser") -> str:
        return self.append(cadre, "annulled", by=by, event=event, reason="撤销")

    # Rounds

    def seal(self, group: str, period: str, *, by: str = "organiser", **decisions: str | None) -> SealOutcome:
        """Seal, with a grade decided for a cadre, or None to drop an earlier decision."""
        made = {
            cadre: None if grade is None else validate(DecidedGrade, {"grade": grade, "reason": "研究决定"})
            for cadre, grade in decisions.items()
        }
        return self.ledger.rounds.seal(self.callers[by], group, period, made).result()

    def reopen(self, group: str, period: str, *, by: str = "organiser") -> None:
        self.ledger.rounds.reopen(self.callers[by], group, period, Reopened(reason="更正")).result()

    def play_months(self, group: str, months: Sequence[str], **points: Played) -> None:
        """Score every cadre (one figure, or one a month; None excuses) and seal, month by month."""
        for index, month in enumerate(months):
            self.after(month)
            for cadre, given in points.items():
                figure = given if isinstance(given, int | str) else given[index]
                if figure is None:
                    self.excuse(cadre, month)
                else:
                    self.score(cadre, month, figure)
            self.seal(group, month)

    def play(self, group: str, quarter: str, **points: Played) -> SealOutcome:
        """Play the quarter's months, and seal the quarter."""
        self.play_months(group, periods.months_of(quarter), **points)
        return self.seal(group, quarter)

    def play_year(self, group: str, year: str, **points: Sequence[Played]) -> None:
        """Play the four quarters, each cadre with an entry for each."""
        for index, quarter in enumerate(periods.quarters_of(year)):
            self.play(group, quarter, **{cadre: given[index] for cadre, given in points.items()})

    # Acts

    def talk(self, cadre: str, period: str, purpose: str = "feedback", *, by: str = "organiser") -> str:
        return self.append(
            cadre, "talk_held", by=by, period=period, purpose=purpose, held_on=self._today, summary="谈话"
        )

    def criticise(self, cadre: str, period: str) -> str:
        return self.append(cadre, "criticised", period=period, held_on=self._today, summary="批评教育")

    def admonish(self, cadre: str, period: str | None = None, decided_on: str | None = None) -> str:
        return self.append(
            cadre,
            "admonished",
            period=period,
            form="talk",
            decided_on=decided_on or self._today,
            grounds="事由",
            approved_by="部务会",
            heard="接受",
        )

    def waive(self, cadre: str, period: str) -> str:
        return self.append(cadre, "admonition_waived", period=period, reason="情节轻微")

    def look_back(self, cadre: str, admonition: str) -> str:
        return self.append(
            cadre,
            "admonition_reviewed",
            admonition=admonition,
            reviewed_on=self._today,
            finding="已改进",
            closed=True,
        )

    def adjust(self, cadre: str, period: str, outcome: str = "retained") -> str:
        return self.append(
            cadre,
            "adjustment_decided",
            period=period,
            outcome=outcome,
            decided_on=self._today,
            grounds="连续末位",
            verified="已核实",
            heard="服从",
        )

    def appeal(self, cadre: str, period: str, revision: int = 1, *, by: str = "organiser") -> str:
        return self.append(cadre, "appeal_lodged", by=by, period=period, revision=revision, grounds="有异议")

    def decide_appeal(self, cadre: str, appeal: str, outcome: str = "upheld", *, by: str = "second") -> str:
        return self.append(cadre, "appeal_decided", by=by, appeal=appeal, outcome=outcome, reason="经复核")

    @property
    def _today(self) -> str:
        return self.now.date().isoformat()

    # What is read

    def row(self, cadre: str, period: str) -> Row:
        """The row of any period."""
        return self.ledger.queries.period(self.callers["second"], cadre, period)

    def see(self, cadre: str, period: str, *fields: str) -> Any:
        """These fields of a row: the value of one, a tuple of several."""
        row = self.row(cadre, period)
        return row[fields[0]] if len(fields) == 1 else tuple(row[field] for field in fields)

    def standings(self, group: str, period: str) -> Row:
        return self.ledger.queries.standings(self.callers["second"], group, period)

    def state(self, group: str, period: str) -> str:
        return str(self.standings(group, period)["state"])

    def quota(self, group: str, period: str) -> tuple[int, int, int]:
        """Its places, how many computed grades took one, how many a decision gave."""
        found = self.standings(group, period)["quota"]
        return found["places"], found["used"], found["by_decision"]

    def progress(self, group: str, period: str) -> Row:
        return self.ledger.queries.progress(self.callers["second"], group, period)

    def missing(self, group: str, period: str) -> dict[str | None, list[str]]:
        """What a seal lacks by cadre; None for the group."""
        return {entry["cadre"]: entry["missing"] for entry in self.progress(group, period)["by_cadre"]}

    def record(self, cadre: str) -> Row:
        return self.ledger.queries.record(self.callers["second"], cadre)

    def duties(self, cadre: str, kind: str | None = None, period: str | None = None) -> list[Row]:
        """The duties of a cadre in the order they opened."""
        found = self.ledger.worklists.duties(self.callers["second"], Page(limit=500), cadre=cadre, kind=kind)["items"]
        return [duty for duty in found if period in (None, duty["period"])]

    def states(self, cadre: str, kind: str, period: str | None = None) -> list[str]:
        """The states of the duties of one kind in the order they opened."""
        return [duty["state"] for duty in self.duties(cadre, kind, period)]

    def waiting(self, cadre: str) -> set[str]:
        """The kinds of duty that are still to be done."""
        return {duty["kind"] for duty in self.duties(cadre) if duty["state"] in ("due", "overdue")}

    def events(self, cadre: str, kind: str) -> list[Row]:
        """The events of one type on his stream, as envelopes in order."""
        page = Page(limit=500)
        items: list[Row] = self.ledger.feed.history(self.callers["second"], cadre, page, type_=kind)["items"]
        return items

    def check_views(self) -> None:
        """Every stored view is what the events alone would make of it."""
        with self.ledger.queries.view(self.callers["second"]) as view:
            reading = view.reading
            sealed = [key for key, round_ in reading.structure.rounds.items() if round_.seals]
            now = moment(reading.registers, reading.position, reading.date)
            made: dict[str, list[Row]] = {name: [] for name in VIEWS}
            for found in everything(now, sorted(reading.structure.names), sealed):
                made[found.view].append(found.row)
            for name, rows in made.items():
                assert sorted(reading.view(name, "1 = 1"), key=str) == sorted(rows, key=str), name


def _verdict(item: int, given: Figure) -> Mapping[str, Any]:
    if given in ("returned", "refused"):
        return {"item": item, "outcome": given, "reason": "不符"}
    return {"item": item, "outcome": "accepted", "points": given}
